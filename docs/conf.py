"""The configuration of Sphinx for `make docs`."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from zmq.backend.cython._zmq import _SocketOptionProperty
from zmq.sugar.version import DISTRIBUTION_VERSION

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "pyzmq, statically linked"
author = "its contributors"
copyright = "2026, the authors of this project"
version = release = DISTRIBUTION_VERSION
html_title = f"pyzmq {release}"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "check_links",
    "pictures",
    "socket_groups",
]
source_suffix = {".md": "markdown"}
# Treat a name in single backticks in a docstring as a Python object if there is one of that name.
default_role = "py:obj"
highlight_language = "none"

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings have the types
autodoc_default_options = {"members": True, "show-inheritance": True}
# Show attributes in one block, not with a directive for each.
napoleon_use_ivar = True
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_copy_source = False
html_show_sphinx = False


# Directives in the middle of a NumPy docstring that belong to the whole docstring.
_VERSION_NOTE = (".. versionadded::", ".. versionchanged::", ".. deprecated::")


def skip_member(
    app: Sphinx, what: str, name: str, member: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out the hundreds of attributes for options: `zmq.SocketOption` lists them."""
    return True if isinstance(member, _SocketOptionProperty) else None


def _is_ours(note: str) -> bool:
    """Return whether a note on a version names a version of this package, not of PyZMQ."""
    return "+static" in note or note.startswith(".. deprecated::")


def prepare_docstring(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Change a docstring so that napoleon understands it.

    Notes on versions are moved before the first section; otherwise they would become part of a
    section. Notes that name a release of PyZMQ are removed: this package had all features from its
    first release.
    """
    if what in ("attribute", "data", "property"):
        lines[:0] = ["..", ""]  # without this, napoleon takes the text before a colon for a type
    if name.startswith("zmq.metrics"):
        # zmq.metrics has no Socket, and several other modules have one: give the full name
        lines[:] = [re.sub(r"^(\w+ : iterable of )Socket\b", r"\1zmq.Socket", x) for x in lines]
    notes: list[str] = []
    left_out: list[str] = []
    rest: list[str] = []
    place = rest
    for line in lines:
        if line.startswith(_VERSION_NOTE):
            place = notes if _is_ours(line) else left_out
        elif line and not line[0].isspace():
            place = rest
        place.append(line)
    underlines = [number for number, line in enumerate(rest) if line and set(line) == {"-"}]
    heading = underlines[0] - 1 if underlines else len(rest)
    rest[heading:heading] = ["", *notes, ""]
    lines[:] = rest


def _find(name: str, places: list[str]) -> str | None:
    """Return the full name of the object that a name means in one of these modules or classes."""
    for place in places:
        dotted = f"{place}.{name}" if place else name
        words = dotted.split(".")
        for count in range(len(words), 0, -1):
            try:
                found: Any = importlib.import_module(".".join(words[:count]))
                rest = words[count:]
                for word in rest:
                    found = getattr(found, word)
            except (ImportError, AttributeError):
                continue
            if isinstance(found, ModuleType):
                return found.__name__
            owner = getattr(found, "__module__", None)
            name_there = getattr(found, "__qualname__", None)
            return f"{owner}.{name_there}" if owner and name_there else dotted
    return None


def resolve_name(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.Node
) -> nodes.Node | None:
    """Find the object that a docstring names: `Again` and `zmq.Again` both mean `zmq.error.Again`.

    A name without an object stays unresolved, which is a warning. Names of other packages are shown
    unchanged, and so are parameters (`flags`) and words in types ("callable").
    """
    if node.get("refdomain") != "py":
        return None
    target: str = node["reftarget"]
    if not re.fullmatch(r"[A-Za-z_][\w.]*", target):
        return content
    places = ["zmq", node.get("py:module") or "zmq", "", "builtins"]
    if node.get("py:class"):
        places.insert(0, f"{node.get('py:module') or 'zmq'}.{node['py:class']}")
        places.insert(1, node["py:class"])
    full = _find(target, places)
    python = env.domains["py"]
    for name in (target, f"zmq.{target}", full):
        if name:
            matches = python.find_obj(env, None, None, name, None, 0)  # type: ignore[attr-defined]
            if len(matches) == 1:
                found, entry = matches[0]
                return make_refnode(
                    app.builder, node["refdoc"], entry.docname, entry.node_id, content, found
                )
    if full is not None:
        return content
    return content if "." not in target and target == target.lower() else None


def setup(app: Sphinx) -> None:
    app.connect("autodoc-skip-member", skip_member)
    # run before napoleon
    app.connect("autodoc-process-docstring", prepare_docstring, priority=400)
    app.connect("missing-reference", resolve_name)
