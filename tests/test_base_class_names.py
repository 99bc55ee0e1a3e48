"""Our attributes do not hide attributes that a base class of the standard library has or may get.

Python 3.14 gave Thread a ``_context``. A subclass that stores another value in ``_context`` breaks
Thread, but only on Python 3.14 and newer.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import pkgutil
import sys
import textwrap

import pytest

import zmq
import zmq.asyncio

# Modules whose base classes only affect class creation: their attributes do not matter for
# instances.
MAKERS = {"typing", "enum", "abc", "builtins", "_typeshed"}

# These names are set or overridden on purpose: the base class allows it.
MEANT = {
    "Handler": {"handle", "server"},
    "AuthenticationThread": {"run"},
    "ForwardServer": {"allow_reuse_address", "block_on_close", "daemon_threads", "timeout"},
    "GarbageCollectorThread": {"run"},
    "Parser": {"error", "parse_known_args"},
    "PUBHandler": {"close", "emit", "format", "formatter", "setFormatter"},
    "TopicLogger": {
        *("critical", "debug", "error", "exception", "fatal", "info", "log", "warn", "warning"),
    },
}


def find_classes() -> list[type]:
    """Find our classes with a base class of the standard library."""
    found = set()
    for module in pkgutil.walk_packages(zmq.__path__, "zmq."):
        try:
            loaded = importlib.import_module(module.name)
        except (ImportError, Warning):
            continue  # an optional package is missing, or the module is for another system
        for cls in vars(loaded).values():
            if isinstance(cls, type) and cls.__module__.startswith("zmq.") and bases_of(cls):
                found.add(cls)
    return sorted(found, key=lambda cls: cls.__name__)


def bases_of(cls: type) -> list[type]:
    return [
        base
        for base in cls.__mro__
        if base.__module__.partition(".")[0] in sys.stdlib_module_names - MAKERS
    ]


def stored_by(cls: type) -> set[str]:
    """Return the names that a class stores in its instances, and those that it defines."""
    names = {name for name in vars(cls) if not name.startswith("__")}
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError):  # written in C
        return names
    private = "_" + cls.__name__.lstrip("_")
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        ):
            mangled = node.attr.startswith("__") and not node.attr.endswith("__")
            names.add(private + node.attr if mangled else node.attr)
    return names


CLASSES = find_classes()


def test_classes_are_found():
    assert {cls.__name__ for cls in CLASSES} >= {"GarbageCollectorThread", "PUBHandler"}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_no_attribute_is_taken_by_a_base(cls):
    taken = {name for base in bases_of(cls) for name in stored_by(base)}
    ours = {name for c in cls.__mro__ if c.__module__.startswith("zmq.") for name in stored_by(c)}
    assert ours & taken - MEANT.get(cls.__name__, set()) == set()


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_private_names_have_two_underscores(cls):
    # A later Python may give the base class any name that begins with an underscore.
    mangled = "_" + cls.__name__.lstrip("_") + "__"
    assert [n for n in stored_by(cls) if n.startswith("_") and not n.startswith(mangled)] == []


def test_pending_operation_hides_nothing_of_futures(context):
    async def pending():
        with zmq.asyncio.Context() as context, context.socket(zmq.PULL) as socket:
            operation = socket.recv()
            operation.cancel()
            return type(operation)

    ours = set(vars(asyncio.run(pending())))
    assert "awaited" in ours
    taken = {name for base in (asyncio.Future, asyncio.futures._PyFuture) for name in dir(base)}
    taken |= stored_by(asyncio.futures._PyFuture)
    overridden = {name for name in ours if name.startswith("__")} | {"cancel"}
    assert ours & taken - overridden == set()
