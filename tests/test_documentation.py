"""The Python examples of the README and of docs/ run and print the documented output."""

from __future__ import annotations

import importlib.util
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
NEEDS = {
    "anyio": ["anyio", "trio"],
    "extensions": ["setuptools"],
    "gevent": ["gevent"],
    "tornado": ["tornado"],
}

# The output of a line is the comment after it: print(socket.recv()) # b'hello'
_EXPECTED = re.compile(r"^ *print\(.*\)  # (.+)$")


def program_of(page: str) -> str:
    """Return the Python examples of a page as one program, with the line numbers of the page."""
    lines = []
    inside = False
    indentation = 0  # of an example in a list
    for line in page.splitlines():
        if line.lstrip().startswith("```"):
            inside = line.strip() == "```python"
            indentation = len(line) - len(line.lstrip())
            lines.append("")
        else:
            lines.append(line[indentation:] if inside else "")
    return "\n".join(lines)


def printed_by(program: str) -> str:
    """Return the documented output of a program in line order, with normalized white space."""
    return " ".join(match[1] for line in program.splitlines() if (match := _EXPECTED.match(line)))


def name_of(page: Path) -> str:
    """Return a page's name in the contents and in test ids, such as `tutorial/index`."""
    return page.relative_to(DOCS if page.is_relative_to(DOCS) else ROOT).with_suffix("").as_posix()


# test_jupyter.py runs this in a notebook
ELSEWHERE = {"cookbook/jupyter"}
WITH_EXAMPLES = [
    page
    for page in PAGES
    if program_of(page.read_text("utf-8")).strip() and name_of(page) not in ELSEWHERE
]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_examples_of_a_page(page: Path, run_python: Callable[..., Any]) -> None:
    program = program_of(page.read_text("utf-8"))
    for module in NEEDS.get(name_of(page), []):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"its examples need the package {module}")
    result = run_python(program, options=("-W", "error", "-X", "utf8"))
    assert " ".join(result.stdout.split()) == printed_by(program), page
    assert result.stderr == ""


def test_every_page_is_in_the_contents() -> None:
    listed = {"index"}
    for page in DOCS.rglob("*.md"):
        for contents in re.findall(r"```{toctree}\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            names = [line for line in contents.split("\n") if line and not line.startswith(":")]
            listed.update(name_of(page.parent / f"{name}.md") for name in names)
    assert sorted(map(name_of, DOCS.rglob("*.md"))) == sorted(listed)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    if not (ROOT / "Makefile").exists():
        pytest.skip("a wheel is tested with only a part of the source tree")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text("utf-8"))
    broken = [link for link in links if not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    if not (ROOT / "Makefile").exists():
        pytest.skip("a wheel is tested with only a part of the source tree")
    named = re.findall(r"`((?:tests|examples|tools|docs)/[\w./]+)`", page.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_dead_links_of_the_site_are_found(tmp_path: Path) -> None:
    checker = runpy.run_path(str(DOCS / "_ext" / "check_links.py"))
    (tmp_path / "api").mkdir()
    (tmp_path / "index.html").write_text(
        '<a href="api/zmq.html#zmq.Socket"></a><a href="https://example.org/#x"></a>'
        '<a href="api/zmq.html#zmq.Frame"></a><img src="no.svg"><a href="#here" id="here"></a>',
        "utf-8",
    )
    (tmp_path / "api" / "zmq.html").write_text(
        '<dt id="zmq.Socket"></dt><a href="../index.html#here"></a><a href="../gone.html"></a>',
        "utf-8",
    )
    assert checker["dead_links"](tmp_path, tmp_path.rglob("*.html")) == [
        "api/zmq.html: ../gone.html",
        "index.html: api/zmq.html#zmq.Frame",
        "index.html: no.svg",
    ]
