"""Versions of the bindings and of libzmq."""

from __future__ import annotations

import importlib.metadata
import re
import runpy
from pathlib import Path

import zmq
from zmq.sugar import version


def test_bindings_have_the_api_of_pyzmq_27_3():
    assert zmq.pyzmq_version_info() == (27, 3, 0)
    assert zmq.__version__ == "27.3.0"
    assert zmq.pyzmq_version() == "27.3.0"


def test_version_splits_into_ints():
    numbers = tuple(map(int, zmq.__version__.split(".")))  # noqa: RUF048 - programs do this
    assert numbers == zmq.pyzmq_version_info()


def test_distribution_has_a_local_version():
    assert importlib.metadata.version("pyzmq") == version.DISTRIBUTION_VERSION
    assert version.DISTRIBUTION_VERSION.startswith(f"{zmq.__version__}+static.")


def test_numbers_are_named_one_by_one():
    assert (version.VERSION_MAJOR, version.VERSION_MINOR, version.VERSION_PATCH) == (27, 3, 0)
    assert version.VERSION_EXTRA == ""


def test_development_version_is_greater_than_its_release(tmp_path):
    source = Path(version.__file__).read_text()
    copy = tmp_path / "version.py"
    copy.write_text(source.replace('"27.3.0+', '"27.3.0.dev1+'))
    development = runpy.run_path(str(copy))
    assert development["__version__"] == "27.3.0.dev1"
    assert development["pyzmq_version_info"]() == (27, 3, 0, float("inf"))
    assert development["VERSION_EXTRA"] == "dev1"


def test_version_of_a_commit_names_it(monkeypatch):
    monkeypatch.setattr(version, "__version__", "1.2.3")
    monkeypatch.setattr(version, "__revision__", "0123abcdef")
    assert version.pyzmq_version() == "1.2.3+0123ab"


def test_libzmq_version_is_its_numbers():
    assert re.fullmatch(r"4\.\d+\.\d+", zmq.zmq_version())
    assert zmq.zmq_version() == ".".join(map(str, zmq.zmq_version_info()))


def test_libzmq_version_is_a_tuple_of_three():
    info = zmq.zmq_version_info()
    assert len(info) == 3
    assert info >= (4, 3, 4)
    assert all(type(number) is int for number in info)
