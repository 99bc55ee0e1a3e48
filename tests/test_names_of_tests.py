"""Names of tests are short enough to read at a glance."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
MOST_WORDS = 8


def long_names(source: str) -> list[str]:
    """Return the names of tests in this source that have more than MOST_WORDS words."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and len(node.name.removeprefix("test_").split("_")) > MOST_WORDS
    ]


@pytest.mark.parametrize("name", sorted(str(p.relative_to(FOLDER)) for p in FOLDER.rglob("*.py")))
def test_names_have_at_most_eight_words(name):
    assert long_names((FOLDER / name).read_text(encoding="utf-8")) == []


def test_long_name_is_found():
    source = "def test_a_b_c_d_e_f_g_h(): ...\nasync def test_a_b_c_d_e_f_g_h_i(): ...\n"
    assert long_names(source) == ["test_a_b_c_d_e_f_g_h_i"]
