"""A plugin for coverage.py: lines of the Cython code, including those in included files.

Cython's own plugin looks for the generated C++ beside the sources, and for the sources in the
current directory and below. Here the C++ is in the build folder, and tests run in any directory.

Some lines are not counted because Cython never reports that they run: lines without the GIL, the
heads of functions, and lines that run when the module is imported (Cython reports these as lines of
the .pyx file).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from Cython import Coverage

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "zmq" / "backend" / "cython"


class Plugin(Coverage.Plugin):  # type: ignore[misc]
    """Finds all files of the module by their names."""

    def file_tracer(self, filename: str) -> Any:
        found = _source(filename)
        return super().file_tracer(str(found)) if found else None

    def file_reporter(self, filename: str) -> Any:
        return super().file_reporter(str(_source(filename) or filename))

    def _parse_cfile_lines(self, c_file: str) -> dict[str, dict[int, str]]:
        found: dict[str, dict[int, str]] = super()._parse_cfile_lines(c_file)
        traced = _lines_with_gil(Path(c_file).read_text("utf-8"))
        return {
            name: {
                number: code
                for number, code in lines.items()
                if (name, number) in traced and not _HEAD_OF_FUNCTION.match(code)
            }
            for name, lines in found.items()
        }

    def _find_source_files(self, filename: str) -> tuple[str | None, None]:
        generated = sorted(ROOT.glob("build/coverage-*/_zmq.cpp"), key=lambda p: p.stat().st_mtime)
        return (str(generated[-1]) if generated and _source(filename) else None), None


_HEAD_OF_FUNCTION = re.compile(r"\s*(cdef|cpdef|def)\s[^=]*\(")
_PLACE = re.compile(r' */[*] "(.*)":[0-9]+$')
_TRACE = re.compile(r" *__Pyx_TraceLine\(([0-9]+),[0-9]+,([01]),")


def _lines_with_gil(generated: str) -> set[tuple[str, int]]:
    """Return the lines that Cython reports when they run, as file and number."""
    found = set()
    name = ""
    importing = False
    for line in generated.splitlines():
        if line.startswith("static CYTHON_SMALL_CODE int __pyx_pymod_exec_"):
            importing = not line.endswith(";")
        elif line == "}":
            importing = False
        elif match := _PLACE.match(line):
            name = match[1]
        elif (match := _TRACE.match(line)) and match[2] == "0" and not importing:
            found.add((name, int(match[1])))
    return found


def _source(filename: str) -> Path | None:
    path = SOURCES / Path(filename).name
    return path if path.suffix in (".pyx", ".pxi", ".pxd") and path.exists() else None


def _find_dep_file_path(main_file: str, file_path: str, relative_path_search: bool = False) -> str:
    return str(_source(file_path) or file_path)


Coverage._find_dep_file_path = _find_dep_file_path


def coverage_init(registry: Any, options: Any) -> None:
    plugin = Plugin()
    registry.add_configurer(plugin)
    registry.add_file_tracer(plugin)
