"""A plugin for coverage.py: lines of the Cython code, the included files' too.

Cython's own plugin, which looks for the generated C++ beside the sources and for the sources from
the current directory on. Here the C++ stays in the build folder, and tests run in any directory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from Cython import Coverage

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "zmq" / "backend" / "cython"


class Plugin(Coverage.Plugin):  # type: ignore[misc]
    """Finds all that belongs to the module by the names of the files."""

    def file_tracer(self, filename: str) -> Any:
        found = _source(filename)
        return super().file_tracer(str(found)) if found else None

    def file_reporter(self, filename: str) -> Any:
        return super().file_reporter(str(_source(filename) or filename))

    def _find_source_files(self, filename: str) -> tuple[str | None, None]:
        generated = sorted(ROOT.glob("build/coverage-*/_zmq.cpp"), key=lambda p: p.stat().st_mtime)
        return (str(generated[-1]) if generated and _source(filename) else None), None


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
