"""Write pyzmq.h and the function table that it uses, from the list of functions.

    python generate.py --header pyzmq.h --table c_api_table.hpp --version 27.3.0+static.1 \
        --zmq-h <build folder>/zmq.h

The list is `functions.txt` beside this file; it describes its own format.
"""

from __future__ import annotations

import argparse
import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
DECLARATION = re.compile(r"(?P<type>.*?)(?P<name>\w+)\((?P<parameters>.*)\)")


class Function(NamedTuple):
    """One function of the table."""

    kind: str
    type: str
    name: str
    parameters: str

    @property
    def pointer(self) -> str:
        return f"{self.type}(*{self.name})({self.parameters});"

    @property
    def arguments(self) -> str:
        """Return the names of the parameters, as the argument list of a call."""
        if self.parameters == "void":
            return ""
        return ", ".join(re.findall(r"(\w+)(?:,|$)", self.parameters))


def read_functions(path: Path = HERE / "functions.txt") -> list[Function]:
    """Return the functions in the order of the file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, _, declaration = line.partition(" ")
        match = DECLARATION.fullmatch(declaration)
        if kind not in ("python", "stable", "draft") or match is None:
            raise SystemExit(f"{path}: not understood: {line!r}")
        found.append(Function(kind, *match.group("type", "name", "parameters")))
    return found


def lines_by_kind(
    functions: list[Function],
    line: Callable[[Function], str],
    otherwise: Callable[[Function], str] | None = None,
) -> str:
    """Write a line for each function.

    In a build without drafts, `otherwise` writes the lines of draft functions, or there are none.
    """
    text = []
    for draft, group in itertools.groupby(functions, lambda function: function.kind == "draft"):
        members = list(group)
        if draft:
            text.append("#ifdef ZMQ_BUILD_DRAFT_API")
        text += [line(function) for function in members]
        if draft and otherwise is not None:
            text.append("#else")
            text += [otherwise(function) for function in members]
        if draft:
            text.append("#endif")
    return "\n".join(text)


def forwarder(function: Function) -> str:
    name = function.name if function.kind == "python" else f"PyZMQ_{function.name}"
    call = f"PYZMQ_TABLE->{function.name}({function.arguments});"
    if function.type != "void ":
        call = f"return {call}"
    return f"static inline {function.type}{name}({function.parameters})\n{{\n    {call}\n}}"


def header(functions: list[Function], version: str) -> str:
    libzmq = [function for function in functions if function.kind != "python"]
    parts = {
        "VERSION": version,
        "POINTERS": lines_by_kind(
            functions,
            lambda function: f"    {function.pointer}",
            lambda function: f"    void (*{function.name})(void);",
        ),
        "FORWARDERS": lines_by_kind(functions, forwarder),
        "NAMES": lines_by_kind(
            libzmq, lambda function: f"#define {function.name} PyZMQ_{function.name}"
        ),
    }
    text = (HERE / "pyzmq.h.in").read_text(encoding="utf-8")
    for name, value in parts.items():
        text = text.replace(f"@{name}@", value)
    return text


def table(functions: list[Function], version: str, declared: str) -> str:
    """Write the table of the extension module.

    Drafts that libzmq lacks are NULL. So are the functions for Python objects, until c_api.pxi sets
    them.
    """
    missing = [
        function.name
        for function in functions
        if function.kind == "stable" and not re.search(rf"\b{function.name} *\(", declared)
    ]
    if missing:
        raise SystemExit(f"zmq.h does not declare {', '.join(missing)}")
    entries = lines_by_kind(
        functions,
        lambda function: "    nullptr," if function.kind == "python" else f"    {function.name},",
        lambda function: "    nullptr,",
    )
    return f"""// The table behind pyzmq.h. Generated.

#pragma once

#define PYZMQ_TABLE_ONLY
#include "pyzmq.h"

namespace zmqpy {{

inline PyZMQ_API c_api_table = {{
    PYZMQ_ABI,
    sizeof(PyZMQ_API),
    ZMQ_VERSION,
    PYZMQ_DRAFTS,
    "{version}",
{entries}
}};

}}  // namespace zmqpy
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("--header", "--table", "--zmq-h"):
        parser.add_argument(option, type=Path, required=True)
    parser.add_argument("--version", required=True)
    options = parser.parse_args()
    functions = read_functions()
    declared = options.zmq_h.read_text(encoding="utf-8")
    options.header.write_text(header(functions, options.version), encoding="utf-8", newline="\n")
    options.table.write_text(
        table(functions, options.version, declared), encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
