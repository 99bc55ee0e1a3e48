"""The stubs generated from the enums: plain names, and attributes of sockets and contexts."""

from __future__ import annotations

import ast
import runpy
import warnings
from pathlib import Path

import pytest

import zmq
import zmq.constants
from zmq.backend.cython._zmq import _SocketOptionProperty

ROOT = Path(__file__).parent.parent
STUB = Path(zmq.__file__).parent / "sugar" / "option_attributes.pyi"
STUB_OF_NAMES = Path(zmq.__file__).parent / "constants.pyi"

# Methods of Socket that hide an option of the same name, and option names that no socket has.
NOT_DECLARED = {"subscribe", "unsubscribe", "HWM", "BLOCKY", "blocky"}

# Features that this libzmq does not have.
NOT_IN_EVERY_BUILD = (
    "GSSAPI_",
    "VMCI_",
    "NORM_",
    "WSS_",
)

VALUES = {
    "int": (0, 1, -1, 2, 10),
    "bytes": (b"a", b"", b"X-name:value", b"127.0.0.1", b"tcp://127.0.0.1:1", b"0" * 40),
}


def declared(class_name: str) -> dict[str, tuple[str, str]]:
    """Return each attribute of the stub, with its type and whether it can be read and set."""
    (body,) = (
        node.body
        for node in ast.parse(STUB.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == class_name
    )
    found = {}
    for node in body:
        if isinstance(node, ast.AnnAssign):
            kind = ast.unparse(node.annotation)
            if kind.startswith("SetOnly["):
                found[node.target.id] = kind.removeprefix("SetOnly[").removesuffix("]"), "set"
            else:
                found[node.target.id] = kind, "get and set"
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = ast.unparse(node.returns), "get"
    return found


ON_SOCKETS = declared("SocketWithOptions")
ON_CONTEXTS = declared("ContextWithOptions")


@pytest.fixture(scope="module")
def one_of_each():
    """A socket of every type."""
    with zmq.Context() as context:
        yield [context.socket(kind) for kind in zmq.SocketType]
        context.destroy(0)


def is_in_every_build(name: str) -> bool:
    return not name.upper().startswith(NOT_IN_EVERY_BUILD)


def can_be_read(sockets: list[zmq.Socket[bytes]], name: str, kind: str) -> bool:
    for socket in sockets:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", zmq.DraftFDWarning)
                value = getattr(socket, name)
        except (zmq.ZMQError, AttributeError):
            continue
        # The value of EVENTS has a subclass of int, because it can also be called.
        assert type(int(value) if name == "events" else value).__name__ == kind
        return True
    return False


def can_be_set(sockets: list[zmq.Socket[bytes]], name: str, kind: str) -> bool:
    for socket in sockets:
        for value in VALUES[kind]:
            try:
                setattr(socket, name, value)
            except zmq.ZMQError as error:
                # Any other error shows that the option exists; for example, it may need a
                # privilege.
                if error.errno == zmq.EINVAL:
                    continue
            return True
    return False


@pytest.mark.parametrize("name", ["option_attributes.pyi", "constants.pyi", "options.md"])
def test_made_file_is_up_to_date(name):
    tool = ROOT / "tools" / "write_stubs.py"
    if not tool.exists():
        pytest.skip("needs tools/write_stubs.py, which only the source tree has")
    outputs = runpy.run_path(str(tool))["OUTPUTS"]
    (path,) = (path for path in outputs if path.name == name)
    assert path.read_text(encoding="utf-8") == outputs[path](), "run tools/write_stubs.py"


def test_stub_declares_every_plain_name():
    body = ast.parse(STUB_OF_NAMES.read_text(encoding="utf-8")).body
    declared = {
        node.target.id: ast.unparse(node.value)
        for node in body
        if isinstance(node, ast.AnnAssign) and node.value is not None
    }
    enums = {"Enum", "IntEnum", "IntFlag"}
    enums |= {name for name in zmq.constants.__all__ if isinstance(getattr(zmq, name), type)}
    names = set(zmq.constants.__all__) - enums
    assert names <= set(declared)
    for name in names:
        cls, member = declared[name].split(".")
        assert getattr(zmq, cls)[member] is getattr(zmq, name)


def test_every_option_of_a_socket_is_declared():
    made = {
        name for name, value in vars(zmq.Socket).items() if isinstance(value, _SocketOptionProperty)
    }
    assert isinstance(zmq.Socket.events, property)
    assert (made - NOT_DECLARED) | {"events"} == set(ON_SOCKETS)


def test_every_option_of_a_context_is_declared():
    names = {*zmq.ContextOption.__members__}
    names |= {name for name in zmq.SocketOption.__members__ if f"{name}" in ON_SOCKETS}
    names -= {name for name, (_, access) in ON_SOCKETS.items() if access == "get"}
    assert {name for name in ON_CONTEXTS if name.isupper()} == names
    assert {name for name in ON_CONTEXTS if not name.isupper()} == {name.lower() for name in names}


@pytest.mark.parametrize("name", [name for name in ON_SOCKETS if is_in_every_build(name)])
def test_option_can_be_read_and_set_as_declared(one_of_each, name):
    kind, access = ON_SOCKETS[name]
    found = [
        word
        for word, check in (("get", can_be_read), ("set", can_be_set))
        if check(one_of_each, name, kind)
    ]
    assert " and ".join(found) == access


@pytest.mark.parametrize("name", [name for name in ON_SOCKETS if name in ON_CONTEXTS])
def test_context_takes_defaults_as_declared(name):
    kind, _ = ON_CONTEXTS[name]
    value = VALUES[kind][0]
    with zmq.Context() as context:
        setattr(context, name, value)
        assert getattr(context, name) == value
        assert ON_SOCKETS[name][0] == kind
