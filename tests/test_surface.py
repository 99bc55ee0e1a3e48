"""This package has PyZMQ 27.3.0's public names and signatures, except those for event loops."""

from __future__ import annotations

import ast
import importlib
import inspect
import logging
from pathlib import Path

import pytest

_MODULES = {
    "zmq",
    "zmq.auth",
    "zmq.auth.asyncio",
    "zmq.auth.base",
    "zmq.auth.certs",
    "zmq.auth.ioloop",
    "zmq.auth.thread",
    "zmq.backend",
    "zmq.constants",
    "zmq.curve_keygen",
    "zmq.decorators",
    "zmq.devices",
    "zmq.devices.basedevice",
    "zmq.devices.monitoredqueue",
    "zmq.devices.monitoredqueuedevice",
    "zmq.devices.proxydevice",
    "zmq.devices.proxysteerabledevice",
    "zmq.error",
    "zmq.log",
    "zmq.log.handlers",
    "zmq.ssh",
    "zmq.ssh.tunnel",
    "zmq.sugar",
    "zmq.sugar.context",
    "zmq.sugar.frame",
    "zmq.sugar.poll",
    "zmq.sugar.socket",
    "zmq.sugar.stopwatch",
    "zmq.sugar.tracker",
    "zmq.sugar.version",
    "zmq.utils",
    "zmq.utils.garbage",
    "zmq.utils.interop",
    "zmq.utils.jsonapi",
    "zmq.utils.monitor",
    "zmq.utils.strtypes",
    "zmq.utils.win32",
    "zmq.utils.z85",
}

# The list of names was read with CPython 3.12. These names come from its standard library.
_NOT_OF_PYZMQ = {
    ("zmq.log.handlers", "TYPE_CHECKING", None),
    *(("zmq.log.handlers", "TopicLogger", name) for name in dir(logging.Logger)),
    ("zmq.log.handlers", "TopicLogger", "getChildren"),  # from Python 3.12 on
}
# the methods that TopicLogger overrides
_NOT_OF_PYZMQ -= {
    ("zmq.log.handlers", "TopicLogger", name)
    for name in (
        "critical",
        "debug",
        "error",
        "exception",
        "fatal",
        "info",
        "log",
        "warn",
        "warning",
    )
}

pytestmark = pytest.mark.filterwarnings("ignore:zmq.* deprecated:DeprecationWarning")


def _read():
    """Yield (module, name in it, attribute or None, kind, signature or None) for each name."""
    path = Path(__file__).parent / "data" / "pyzmq-27.3.0-surface.txt"
    module = owner = None
    for line in path.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            module, owner = line.strip("[]"), None
            continue
        if module not in _MODULES:
            continue
        text = line.strip()
        if not line.startswith(" "):
            owner = None
        kind, _, rest = text.partition(" ")
        if kind in ("def", "classmethod"):
            name, _, signature = rest.partition("(")
            yield module, owner or name, name if owner else None, kind, "(" + signature
        elif kind == "class":
            name, _, signature = rest.split("   bases:")[0].partition("(")
            owner = name
            yield module, name, None, kind, "(" + signature
        elif kind == "property":
            yield module, owner, rest, kind, None
        elif owner and line.startswith(" "):
            if "(" in text:
                name, _, signature = text.partition("(")
                yield module, owner, name, "method", "(" + signature
            else:
                yield module, owner, text.split(":")[0].split("=")[0].strip(), "attribute", None
        else:
            name = text.split(":")[0].split("=")[0].strip()
            yield module, name, None, "name", None


_NAMES = sorted({entry for entry in _read() if entry[:3] not in _NOT_OF_PYZMQ}, key=str)


def _parameters(signature):
    """Return the parameters of a signature's text: [(name, kind, whether it has a default)]."""
    signature, returns, _ = signature.partition(") -> ")
    signature += ")" if returns else ""
    cleaned, position = "", 0
    while position < len(signature):
        if signature[position] == "<":  # a default's repr, which is not Python code
            position = signature.index(">", position) + 1
            cleaned += "None"
            continue
        cleaned += signature[position]
        position += 1
    arguments = ast.parse(f"def f{cleaned}: ...").body[0].args
    found = []
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    for index, argument in enumerate(positional):
        kind = "positional only" if index < len(arguments.posonlyargs) else "positional"
        found.append((argument.arg, kind, index >= required))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append((argument.arg, "keyword", default is not None))
    if arguments.vararg:
        found.append((arguments.vararg.arg, "*", True))
    if arguments.kwarg:
        found.append((arguments.kwarg.arg, "**", True))
    return found


def _identity(entry):
    return ".".join(part for part in entry[:3] if part)


@pytest.mark.parametrize("entry", _NAMES, ids=map(_identity, _NAMES))
def test_the_name_is_there(entry):
    module, name, attribute, _, _ = entry
    found = getattr(importlib.import_module(module), name)
    if attribute is not None:
        assert hasattr(found, attribute)


_CALLABLES = [
    entry
    for entry in _NAMES
    if entry[4] is not None
    and "(...)" not in entry[4]
    and not ((entry[3] == "class" and "Enum" in entry[4]) or "Flag" in (entry[4] or "")[:9])
]


@pytest.mark.parametrize("entry", _CALLABLES, ids=map(_identity, _CALLABLES))
def test_it_takes_the_same_calls(entry):
    module, name, attribute, kind, signature = entry
    target = getattr(importlib.import_module(module), name)
    if attribute is not None:
        target = getattr(target, attribute)
    wanted = _parameters(signature)
    if kind == "method" and wanted and wanted[0][0] == "self":
        wanted = wanted[1:]
        instance = [object()]
    else:
        instance = []
    if name in ("SyncContext", "SyncSocket"):
        assert callable(target)  # an alias; its class is checked separately
        return
    ours = inspect.signature(target)
    value = object()
    positional = [p for p in wanted if p[1].startswith("positional")]
    required = [p for p in positional if not p[2]]
    keyword_only = {p[0]: value for p in wanted if p[1] == "keyword"}
    # once with the required arguments only, and once with all arguments
    ours.bind(*instance, *[value] * len(required))
    ours.bind(*instance, *[value] * len(positional), **keyword_only)
    if attribute in ("__getitem__", "__contains__", "__len__"):
        return  # the interpreter's slots have no argument names
    # once more, with all arguments by name
    ours.bind(
        *instance,
        *[value for p in positional if p[1] == "positional only"],
        **{p[0]: value for p in positional if p[1] == "positional"},
        **keyword_only,
    )
    # Where PyZMQ takes *args or **kwargs, ours does, too; methods such as send_multipart may name
    # the arguments instead.
    if any(p[1] == "*" for p in wanted):
        ours.bind(*instance, value, value, value)
    if any(p[1] == "**" for p in wanted) and attribute != "__exit__":
        takes_any = any(p.kind is p.VAR_KEYWORD for p in ours.parameters.values())
        assert takes_any or {"routing_id", "group"} <= set(ours.parameters)
