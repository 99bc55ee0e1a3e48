"""Write the docstrings of the compiled module into its stub, where editors read them.

    .venv/bin/python tools/write_docstrings.py

The docstrings come from the built .pyx and .pxi files: the stub gets the docstring that each class,
method, property and function has at run time. The types in the stub are written by hand. Run this
after you change a docstring and build; tests/test_typing.py fails if you forget it.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STUB = Path(__file__).parent.parent / "src" / "zmq" / "backend" / "cython" / "_zmq.pyi"

_Definition = ast.FunctionDef | ast.ClassDef


def _definitions(body: list[ast.stmt], owner: Any) -> Iterator[tuple[_Definition, Any]]:
    """Yield each class and function of the stub, with its object at run time."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found = inspect.getattr_static(owner, node.name, None)
            yield node, found
            if isinstance(node, ast.ClassDef) and found is not None:
                yield from _definitions(node.body, found)


def _has_docstring(node: _Definition) -> bool:
    return ast.get_docstring(node, clean=False) is not None


def _docstring_of(node: _Definition, found: Any) -> str | None:
    """Return the docstring for the stub, or None for special methods, setters, and objects without
    a docstring at run time: their text in the stub stays.
    """
    if node.name.startswith("__") or any(
        isinstance(one, ast.Attribute) and one.attr == "setter" for one in node.decorator_list
    ):
        return None
    # since Python 3.13 None has a docstring of its own
    docstring = None if found is None else getattr(found, "__doc__", None)
    return inspect.cleandoc(docstring) if isinstance(docstring, str) else None


def _lines_of(docstring: str, indent: str) -> list[str]:
    text = docstring.replace("\\", "\\\\").split("\n")
    text[0] = f'"""{text[0]}'
    if len(text) == 1:
        text[0] += '"""'
    else:
        text.append('"""')
    return [f"{indent}{line}".rstrip() for line in text]


def with_docstrings(stub: str, module: Any) -> str:
    """Return the text of the stub with the docstrings of the module, in place of those it has."""
    lines = stub.split("\n")
    edits: list[tuple[int, int, list[str]]] = []
    for node, found in _definitions(ast.parse(stub).body, module):
        docstring = _docstring_of(node, found)
        first = node.body[0]
        indent = " " * (node.col_offset + 4)
        new = [] if docstring is None else _lines_of(docstring, indent)
        start, end = first.lineno - 1, first.end_lineno or first.lineno
        if not new:
            continue
        if _has_docstring(node):
            edits.append((start, end, new))
        elif isinstance(node, ast.ClassDef):
            if isinstance(first, (ast.FunctionDef, ast.ClassDef)) and first.decorator_list:
                start = first.decorator_list[0].lineno - 1
            edits.append((start, start, [*new, ""]))
        else:
            # `...` at the end of the signature, and perhaps a comment for a type checker after it
            head = lines[start][: first.col_offset].rstrip()
            comment = lines[start][first.end_col_offset or 0 :].strip()
            edits.append((start, end, [f"{head}  {comment}".rstrip(), *new]))
    for start, end, new in sorted(edits, reverse=True):
        lines[start:end] = new
    return "\n".join(lines)


if __name__ == "__main__":
    from zmq.backend.cython import _zmq

    text = STUB.read_text(encoding="utf-8")
    STUB.write_text(with_docstrings(text, _zmq), encoding="utf-8")
    print(f"wrote {STUB.name}")
