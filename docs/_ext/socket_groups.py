"""Document the members of a Socket class in groups, one group for each purpose.

The directive ``socket-group`` documents the members of one group::

    .. socket-group:: zmq.asyncio.Socket
       :group: send

Sphinx warns about a public member that the page of its class leaves out, and about an unknown
group. The pages leave out the attributes for options, because `zmq.SocketOption` lists them.
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from zmq.backend.cython._zmq import _SocketOptionProperty

logger = logging.getLogger(__name__)

GROUPS = {
    "life": "shadow from_socket close closed context io_loop type socket_type underlying",
    "endpoints": (
        "bind bind_to_random_port unbind connect disconnect connect_peer disconnect_peer join leave"
    ),
    "options": (
        "set get setsockopt getsockopt set_string get_string setsockopt_string getsockopt_string"
        " setsockopt_unicode getsockopt_unicode hwm set_hwm get_hwm copy_threshold"
    ),
    "send": (
        "send send_multipart send_many send_string send_unicode send_json send_pyobj"
        " send_serialized"
    ),
    "receive": (
        "recv recv_multipart recv_many recv_into recv_grouped recv_routed recv_string"
        " recv_unicode recv_json recv_pyobj recv_serialized"
    ),
    "poll": "poll events fileno",
    "statistics": (
        "stats peers get_peer_state monitor get_monitor_socket disable_monitor monitor_pipes_stats"
    ),
}


def public_members(cls: type) -> dict[str, Any]:
    """Return the public members of a class and of its bases, without the attributes for options."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__ not in ("builtins", "typing"):
            found.update(vars(base))
    return {
        name: member
        for name, member in found.items()
        if not name.startswith("_") and not isinstance(member, _SocketOptionProperty)
    }


def directive_for(member: Any) -> str:
    """Return the autodoc directive that documents a member of a class."""
    if isinstance(member, property):
        return "autoproperty"
    return "autoattribute" if inspect.isgetsetdescriptor(member) else "automethod"


def class_of(dotted: str) -> type:
    """Return the class with this dotted name."""
    module, _, name = dotted.rpartition(".")
    found: type = getattr(importlib.import_module(module), name)
    return found


class SocketGroup(SphinxDirective):
    """The directive ``socket-group``, with the class as its argument."""

    required_arguments = 1
    option_spec: ClassVar = {"group": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        dotted, group = self.arguments[0], self.options["group"]
        members = public_members(class_of(dotted))
        if group not in GROUPS:
            raise self.error(f"the group {group} is unknown, expected one of {', '.join(GROUPS)}")
        names = [name for name in GROUPS[group].split() if name in members]
        used = self.env.metadata[self.env.docname].setdefault("socket_groups", {})
        used.setdefault(dotted, []).extend(names)
        lines = [f".. {directive_for(members[name])}:: {dotted}.{name}\n" for name in names]
        return self.parse_text_to_nodes("\n".join(lines))


def check_members(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn about public members that the page of their class leaves out."""
    for page, metadata in env.metadata.items():
        for dotted, used in metadata.get("socket_groups", {}).items():
            missing = sorted(public_members(class_of(dotted)).keys() - set(used))
            if missing:
                logger.warning("%s: no group has %s", dotted, ", ".join(missing), location=page)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("socket-group", SocketGroup)
    app.connect("env-check-consistency", check_members)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
