"""Give each class of a generated module one table of members.

In a module of the stable ABI, Cython 3.3 makes two tables for a class that has both ``__dict__``
and ``__weakref__``. CPython 3.12 to 3.14 refuse such a class: "Multiple Py_tp_members slots".
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

FIRST = re.compile(r"^static struct PyMemberDef __pyx_tp_members_(\w+)\[\] = \{\n", re.MULTILINE)
SECOND = r"^static PyMemberDef (\w+_{name}_members)\[\] = \{{\n((?:.*\n)*?)  \{{0, 0, .*\n\}};\n"


def merged(text: str) -> str:
    for name in FIRST.findall(text):
        table = re.search(SECOND.format(name=name), text, re.MULTILINE)
        if table is None:
            continue
        slot = f"  {{Py_tp_members, (void*){table[1]}}},\n"
        if text.count(slot) != 1:
            sys.exit(f"{table[1]}: expected one line {slot.strip()!r}, found {text.count(slot)}")
        text = text.replace(slot, "").replace(table[0], "")
        start = f"static struct PyMemberDef __pyx_tp_members_{name}[] = {{\n"
        text = text.replace(start, start + table[2])
    return text


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(merged(path.read_text("utf-8")), "utf-8")
