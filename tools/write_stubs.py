"""Write the stubs of the constants and options for editors and type checkers.

    python tools/write_stubs.py

- `src/zmq/sugar/option_attributes.pyi`: the attributes of sockets and contexts for each option,
  which are made from the constants when `zmq` is imported;
- `src/zmq/constants.pyi`: the constants; a plain name also has the docstring of its enum member;
- `docs/options.md`: all options in one page.

The source is `src/zmq/constants.py`: run this after you change it. It needs no compiled module, and
tests/test_stubs_of_constants.py fails if you forget it.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGE = Path(__file__).parent.parent / "src" / "zmq"
OUTPUT = PACKAGE / "sugar" / "option_attributes.pyi"
CONSTANTS_OUTPUT = PACKAGE / "constants.pyi"
PAGE = PACKAGE.parent.parent / "docs" / "options.md"

# Members whose number is no socket option of this libzmq.
NO_ATTRIBUTES = {"BLOCKY", "HWM"}
# Methods and properties of Socket that hide the option of the same name.
OTHERWISE_DECLARED = {"subscribe", "type", "unsubscribe"}

CONTEXT_READ_ONLY = {"MSG_T_SIZE", "SOCKET_LIMIT"}
CONTEXT_WRITE_ONLY = {
    "THREAD_AFFINITY_CPU_ADD": "int",
    "THREAD_AFFINITY_CPU_REMOVE": "int",
    "THREAD_NAME_PREFIX": "int | str | bytes",
    "THREAD_PRIORITY": "int",
}

HEADER = '''\
# Made by tools/write_stubs.py from zmq.constants. Do not edit.
"""The options of sockets and contexts that are attributes of them.

For type checkers only: there is no such module at run time, when `zmq.Socket` and `zmq.Context`
derive from the backend's classes.
"""

from typing import Generic, Literal, TypeAlias, TypeVar

from zmq import backend
from zmq.constants import SocketOption

_ValueT = TypeVar("_ValueT", contravariant=True)

class SetOnly(Generic[_ValueT]):
    """An option that can be set but not read."""

    def __set__(self, instance: object, value: _ValueT, /) -> None: ...
'''

SOCKET_CLASS = '''
class SocketWithOptions(backend.Socket):
    """The backend's Socket, and the attributes that zmq.Socket adds for the options."""

'''

CONTEXT_CLASS = '''
class ContextWithOptions(backend.Context):
    """The backend's Context, and the attributes of zmq.Context.

    These are the context's own options, and the defaults of its new sockets. A default can be read
    only after it has been set.
    """

'''


def load(name: str) -> ModuleType:
    """Load a module of the package from its file, so that `zmq` need not be built."""
    spec = importlib.util.spec_from_file_location(name, PACKAGE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def docstring(text: str, indent: str = "    ") -> str:
    """Return the lines of a docstring, the last with a line end."""
    body = textwrap.indent(text.replace("\\", "\\\\"), indent).lstrip()
    if "\n" in body:
        return f'{indent}"""{body}\n{indent}"""\n'
    return f'{indent}"""{body}"""\n'


def is_readable(text: Any) -> bool:
    """Whether libzmq can get an option, as the option's text says."""
    return "set only" not in text.value


def is_settable(text: Any) -> bool:
    """Whether libzmq can set an option, as the option's text says."""
    return "read only" not in text.value


def declaration(name: str, value: str, readable: bool, settable: bool, text: str) -> str:
    if not settable:
        return f"    @property\n    def {name}(self) -> {value}:\n{docstring(text, ' ' * 8)}"
    kind = value if readable else f"SetOnly[{value}]"
    return f"    {name}: {kind}\n{docstring(text)}"


def literal(name: str, members: list[str]) -> str:
    lines = "".join(f"    SocketOption.{member},\n" for member in members)
    return f"{name}: TypeAlias = Literal[\n{lines}]\n"


def option_attributes() -> str:
    """Return the content of option_attributes.pyi."""
    constants = load("constants")
    texts = load("_option_texts")
    every = constants.SocketOption.__members__.items()
    of_bytes = [name for name, option in every if option._opt_type.name == "bytes"]
    of_ints = [name for name, option in every if option._opt_type.name != "bytes"]
    parts = [
        HEADER,
        "\n# The options by the type of their values, for overloads.\n",
        literal("BytesOption", of_bytes),
        literal("IntOption", of_ints),
        SOCKET_CLASS,
    ]
    socket_texts = texts.option_texts()
    without_text = [name for name, _ in every if name not in socket_texts]
    if without_text:
        sys.exit(
            f"tools/write_stubs.py: {', '.join(without_text)} of SocketOption has no docstring:"
            " write one below the member in src/zmq/constants.py"
        )
    options = [
        (name, socket_texts[name], "bytes" if option._opt_type.name == "bytes" else "int")
        for name, option in every
        if name not in NO_ATTRIBUTES
    ]
    for name, text, value in options:
        for attribute in (name.lower(), name):
            if attribute not in OTHERWISE_DECLARED:
                parts.append(
                    declaration(attribute, value, is_readable(text), is_settable(text), str(text))
                )
    parts.append(CONTEXT_CLASS)
    context_texts = texts.option_texts("ContextOption")
    for name in constants.ContextOption.__members__:
        value = CONTEXT_WRITE_ONLY.get(name, "int")
        for attribute in (name.lower(), name):
            parts.append(
                declaration(
                    attribute,
                    value,
                    name not in CONTEXT_WRITE_ONLY,
                    name not in CONTEXT_READ_ONLY,
                    str(context_texts[name]),
                )
            )
    parts.append("\n    # Defaults of new sockets.\n\n")
    for name, text, value in options:
        if is_settable(text):
            meaning = f"The default of new sockets of the context. {text.summary}"
            wrapped = "\n".join(textwrap.wrap(meaning, 92, break_on_hyphens=False))
            parts += [declaration(one, value, True, True, wrapped) for one in (name.lower(), name)]
    return "".join(parts)


CONSTANTS_HEADER = """\
# Made by tools/write_stubs.py from constants.py. Do not edit.
#
# The names of constants.py for editors and type checkers. Here a plain name also has the docstring
# of its enum member. Editors and type checkers treat the plain name as that member.
"""


def constants_stub() -> str:
    """Return the content of constants.pyi."""
    constants = load("constants")
    texts = load("_option_texts")
    source = (PACKAGE / "constants.py").read_text(encoding="utf-8")
    enums = "from enum import IntFlag as IntFlag\n"
    assert enums in source
    source = source.replace(enums, f"{enums}from typing import Final\n")

    source = re.sub(r"^    :(Value|Default|Applies|Sockets): ", r"    \1: ", source, flags=re.M)

    # At run time a loop makes the plain names, and __all__.
    source, loop, _ = source.partition("# Type checkers and editors find the plain names")
    assert loop
    names = ["Enum", "IntEnum", "IntFlag"]
    for cls in vars(constants).values():
        if not isinstance(cls, type) or cls.__module__ != "constants" or not issubclass(cls, int):
            continue
        names.append(cls.__name__)
        for member in cls.__members__:
            name = constants._plain_name(cls, member)
            names.append(name)
            text = texts.without_roles(texts.members_of(cls.__name__)[member])
            if cls.__name__ in ("SocketOption", "ContextOption"):
                text = str(texts.option_texts(cls.__name__)[member])
            source += f"{name}: Final = {cls.__name__}.{member}\n{docstring(text, '')}"
    source += "\n__all__ = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n"
    # A type checker would take `ALL_V1 | PIPES_STATS` for a union of types.
    source = source.replace("ALL_V2 = ALL_V1 | PIPES_STATS", "ALL_V2 = 0x1FFFF")
    return CONSTANTS_HEADER + source


PAGE_HEADER = """\
# Options

<!-- Made by tools/write_stubs.py from src/zmq/constants.py. Do not edit. -->

An option is an attribute of a socket or context, in lower or upper case. `python -m zmq options`
prints the same texts in a terminal, and `zmq.Socket.linger.__doc__` has one of them in Python.

```python
import zmq

with zmq.Context() as context, context.socket(zmq.PUSH) as socket:
    socket.linger = 0
    socket.set(zmq.LINGER, 0)  # does the same
    context.linger = 0  # the default of new sockets
    print(socket.sndhwm, socket.get(zmq.SNDHWM))  # 1000 1000
```

Any release of libzmq may change or remove the options marked as draft.
"""

# Groups in the order of the page. A pattern matches whole names; an option belongs to the first
# group with a matching pattern.
GROUPS = {
    "Waiting and queues": r"LINGER|(RCV|SND)(TIMEO|HWM)|HWM|IMMEDIATE|CONFLATE|XPUB_NODROP",
    "Messages, subscriptions and routing": (
        r"(UN)?SUBSCRIBE|XPUB_.*|XSUB_.*|ONLY_.*|INVERT_.*|TOPICS_COUNT|.*ROUTING_ID|ROUTER_.*"
        r"|PROBE_ROUTER|REQ_.*|STREAM_NOTIFY|HELLO_MSG|DISCONNECT_MSG|HICCUP_MSG|METADATA"
    ),
    "State of a socket": r"TYPE|FD|EVENTS|RCVMORE|LAST_ENDPOINT|MECHANISM|THREAD_SAFE",
    "Limits on peers": r"MAX.*|HANDSHAKE_IVL",
    "Connecting and heartbeats": r"RECONNECT_.*|CONNECT_TIMEOUT|HEARTBEAT_.*|SOCKS_.*|BACKLOG",
    "Security": r"CURVE_.*|PLAIN_.*|ZAP_.*|GSSAPI_.*|WSS_.*|TCP_ACCEPT_FILTER|IPC_FILTER_.*",
    "The network and its buffers": (
        r"TCP_.*|TOS|IPV.*|SNDBUF|RCVBUF|.*_BATCH_SIZE|PRIORITY|BUSY_POLL|USE_FD|BINDTODEVICE"
        r"|AFFINITY|LOOPBACK_FASTPATH|VMCI_.*"
    ),
    "Multicast": r"RATE|RECOVERY_IVL|MULTICAST_.*|NORM_.*",
}


def page_entry(text: object) -> str:
    name = text.name  # type: ignore[attr-defined]
    meaning = text.meaning.replace("\n\n", "\n\n  ")  # type: ignore[attr-defined]
    lines = [f"`{name.lower()}`", f": {meaning}", ""]
    for heading, value in text.fields:  # type: ignore[attr-defined]
        lines.append(f"  - {heading}: {value}")
    return "\n".join(lines) + "\n"


def options_page() -> str:
    """Return the content of docs/options.md."""
    constants = load("constants")
    texts = load("_option_texts")
    parts = [PAGE_HEADER]
    left = {
        name: text
        for name, text in texts.option_texts().items()
        if constants.SocketOption[name].name == name and name != "BLOCKY"
    }
    for title, pattern in GROUPS.items():
        names = [name for name in left if re.fullmatch(pattern, name)]
        parts.append(f"\n## {title}\n")
        parts += [f"\n{page_entry(left.pop(name))}" for name in names]
    if left:
        sys.exit(
            f"tools/write_stubs.py: no pattern of GROUPS matches {', '.join(sorted(left))}:"
            " add the option to the group under which docs/options.md should list it"
        )
    parts.append("\n## Options of contexts\n")
    parts += [f"\n{page_entry(text)}" for text in texts.option_texts("ContextOption").values()]
    return "".join(parts)


OUTPUTS = {
    OUTPUT: option_attributes,
    CONSTANTS_OUTPUT: constants_stub,
    PAGE: options_page,
}

if __name__ == "__main__":
    contents = {path: make() for path, make in OUTPUTS.items()}  # all or none, if one fails
    for path, content in contents.items():
        path.write_text(content, encoding="utf-8")
        print(f"wrote {path.name}")
