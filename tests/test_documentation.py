"""The Python examples of the README and of docs/ run, and print what they say."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
NEEDS = {
    "README": ["setuptools"],
    "anyio": ["anyio", "trio"],
    "extensions": ["setuptools"],
    "gevent": ["gevent"],
    "tornado": ["tornado"],
}

# What a line prints stands behind it: print(socket.recv())  # b'hello'
_EXPECTED = re.compile(r"^ *print\(.*\)  # (.+)$")


def program_of(page: str) -> str:
    """The Python examples of a page as one program, each line where it is on the page."""
    lines = []
    inside = False
    for line in page.splitlines():
        if line.startswith("```"):
            inside = line == "```python"
            lines.append("")
        else:
            lines.append(line if inside else "")
    return "\n".join(lines)


def printed_by(program: str) -> str:
    """What the program says it prints, in the order of its lines; spaces and breaks are one."""
    return " ".join(match[1] for line in program.splitlines() if (match := _EXPECTED.match(line)))


WITH_EXAMPLES = [page for page in PAGES if program_of(page.read_text("utf-8")).strip()]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.stem)
def test_examples_of_a_page(page: Path, run_python: Callable[..., Any]) -> None:
    program = program_of(page.read_text("utf-8"))
    for module in NEEDS.get(page.stem, []):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"its examples need the package {module}")
    result = run_python(program, options=("-W", "error", "-X", "utf8"))
    assert " ".join(result.stdout.split()) == printed_by(program), page
    assert result.stderr == ""


def test_every_page_is_in_the_contents() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    missing = [page.stem for page in DOCS.glob("*.md") if f"\n{page.stem}\n" not in index]
    assert missing == ["index"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    if not (ROOT / "Makefile").exists():
        pytest.skip("beside the tests of a wheel there is no whole source tree")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text("utf-8"))
    broken = [link for link in links if not (page.parent / link).exists()]
    assert broken == []
