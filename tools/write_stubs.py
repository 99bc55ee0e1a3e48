"""Write the stubs that follow from the enums of `zmq.constants`, for type checkers.

    python tools/write_stubs.py

Importing `zmq` makes a plain name of each constant, and an attribute of sockets and contexts for
each option; a type checker does not see them. Run this tool after a change of `zmq.constants`: it
writes `src/zmq/_constant_names.pyi` and `src/zmq/sugar/option_attributes.pyi`. It needs no compiled
module, and `tests/test_stubs_of_constants.py` fails until it has run.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).parent.parent / "src" / "zmq"
PLAIN_NAMES = PACKAGE / "_constant_names.pyi"
OPTION_ATTRIBUTES = PACKAGE / "sugar" / "option_attributes.pyi"

# Options that libzmq refuses to set.
READ_ONLY = {
    "EVENTS",
    "FD",
    "LAST_ENDPOINT",
    "MECHANISM",
    "RCVMORE",
    "THREAD_SAFE",
    "TOPICS_COUNT",
    "TYPE",
}
# Options that libzmq refuses to read.
WRITE_ONLY = {
    "CONNECT_ROUTING_ID",
    "DISCONNECT_MSG",
    "HELLO_MSG",
    "HICCUP_MSG",
    "IPC_FILTER_GID",
    "IPC_FILTER_PID",
    "IPC_FILTER_UID",
    "METADATA",
    "ONLY_FIRST_SUBSCRIBE",
    "PROBE_ROUTER",
    "REQ_CORRELATE",
    "REQ_RELAXED",
    "ROUTER_HANDOVER",
    "ROUTER_MANDATORY",
    "ROUTER_RAW",
    "STREAM_NOTIFY",
    "SUBSCRIBE",
    "TCP_ACCEPT_FILTER",
    "UNSUBSCRIBE",
    "XPUB_MANUAL",
    "XPUB_MANUAL_LAST_VALUE",
    "XPUB_NODROP",
    "XPUB_VERBOSE",
    "XPUB_VERBOSER",
    "XPUB_WELCOME_MSG",
    "XSUB_VERBOSE_UNSUBSCRIBE",
}
# No options of a socket in this libzmq, though numbered as such.
NO_ATTRIBUTES = {"BLOCKY", "HWM"}
# Methods and properties of Socket, which stand before the option of the same name.
OTHERWISE_DECLARED = {"subscribe", "type", "unsubscribe"}

CONTEXT_READ_ONLY = {"MSG_T_SIZE", "SOCKET_LIMIT"}
CONTEXT_WRITE_ONLY = {
    "THREAD_AFFINITY_CPU_ADD": "int",
    "THREAD_AFFINITY_CPU_REMOVE": "int",
    "THREAD_NAME_PREFIX": "int | str | bytes",
    "THREAD_PRIORITY": "int",
}

PLAIN_NAMES_HEADER = '''\
# Made by tools/write_stubs.py from zmq.constants. Do not edit.
# fmt: off
"""The constants under their plain names.

For type checkers only: there is no such module at run time. `zmq.constants` makes these names.
"""

'''

HEADER = '''\
# Made by tools/write_stubs.py from zmq.constants. Do not edit.
"""The options of sockets and contexts that are attributes of them.

For type checkers only: there is no such module at run time. `zmq.Socket` and `zmq.Context` derive
from the backend's classes there.
"""

from typing import Generic, TypeVar

from zmq import backend

_ValueT = TypeVar("_ValueT", contravariant=True)

class SetOnly(Generic[_ValueT]):
    """An option that can be set and not read."""

    def __set__(self, instance: object, value: _ValueT, /) -> None: ...
'''

SOCKET_CLASS = '''
class SocketWithOptions(backend.Socket):
    """The backend's Socket, and the attributes that zmq.Socket adds for the options."""

'''

CONTEXT_CLASS = '''
class ContextWithOptions(backend.Context):
    """The backend's Context, and the attributes of zmq.Context.

    Options of the context itself; and, once they are set, those that its sockets start with.
    """

'''


def load_constants() -> ModuleType:
    """Load zmq.constants from its file, so that `zmq` need not be built."""
    spec = importlib.util.spec_from_file_location("constants", PACKAGE / "constants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def plain_names() -> str:
    """Return the text of the stub of plain names."""
    constants = load_constants()
    enums = [
        value
        for value in vars(constants).values()
        if isinstance(value, type) and issubclass(value, int) and value.__module__ == "constants"
    ]
    imports = sorted(cls.__name__ for cls in enums)
    parts = [PLAIN_NAMES_HEADER, "from zmq.constants import (\n"]
    parts += [f"    {name},\n" for name in imports]
    parts.append(")\n")
    for cls in enums:
        parts.append("\n")
        for member in cls.__members__:
            name, value = constants._plain_name(cls, member), f"{cls.__name__}.{member}"
            line = f"{name} = {value}\n"
            # as the formatter would have it
            parts.append(line if len(line) <= 101 else f"{name} = (\n    {value}\n)\n")
    return "".join(parts)


def declaration(name: str, value: str, readable: bool, settable: bool) -> str:
    if not settable:
        return f"    @property\n    def {name}(self) -> {value}: ...\n"
    return f"    {name}: {value}\n" if readable else f"    {name}: SetOnly[{value}]\n"


def option_attributes() -> str:
    """Return the text of the stub of option attributes."""
    constants = load_constants()
    parts = [HEADER, SOCKET_CLASS]
    options = [
        (name, option.name, "bytes" if option._opt_type.name == "bytes" else "int")
        for name, option in constants.SocketOption.__members__.items()
        if name not in NO_ATTRIBUTES
    ]
    for name, option, value in options:
        for attribute in (name.lower(), name):
            if attribute not in OTHERWISE_DECLARED:
                parts.append(
                    declaration(attribute, value, option not in WRITE_ONLY, option not in READ_ONLY)
                )
    parts.append(CONTEXT_CLASS)
    for name in constants.ContextOption.__members__:
        value = CONTEXT_WRITE_ONLY.get(name, "int")
        for attribute in (name.lower(), name):
            parts.append(
                declaration(
                    attribute, value, name not in CONTEXT_WRITE_ONLY, name not in CONTEXT_READ_ONLY
                )
            )
    parts.append("\n    # Defaults of new sockets.\n\n")
    for name, option, value in options:
        if option not in READ_ONLY:
            parts += [declaration(one, value, True, True) for one in (name.lower(), name)]
    return "".join(parts)


if __name__ == "__main__":
    for output, text in ((PLAIN_NAMES, plain_names()), (OPTION_ATTRIBUTES, option_attributes())):
        output.write_text(text, encoding="utf-8")
        print(f"wrote {output.name}")
