"""A wheel of Python's stable ABI serves every CPython from 3.12 on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

TABLES = """\
static struct PyMemberDef __pyx_tp_members_Both[] = {
  {"__dictoffset__", 1},
  {NULL, 0, 0, 0, NULL}
};
static PyMemberDef __pyx_type_3zmq_Both_members[] = {
  {"__weaklistoffset__", 2},
  {0, 0, 0, 0, 0}
};
static PyMemberDef __pyx_type_3zmq_One_members[] = {
  {"__weaklistoffset__", 3},
  {0, 0, 0, 0, 0}
};
  {Py_tp_members, (void *)__pyx_tp_members_Both},
  {Py_tp_members, (void*)__pyx_type_3zmq_Both_members},
  {Py_tp_members, (void*)__pyx_type_3zmq_One_members},
"""

MERGED = """\
static struct PyMemberDef __pyx_tp_members_Both[] = {
  {"__weaklistoffset__", 2},
  {"__dictoffset__", 1},
  {NULL, 0, 0, 0, NULL}
};
static PyMemberDef __pyx_type_3zmq_One_members[] = {
  {"__weaklistoffset__", 3},
  {0, 0, 0, 0, 0}
};
  {Py_tp_members, (void *)__pyx_tp_members_Both},
  {Py_tp_members, (void*)__pyx_type_3zmq_One_members},
"""


def test_each_class_has_one_table_of_members(
    source_tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(source_tree / "cmake"))
    from merge_member_tables import merged  # type: ignore[import-not-found]

    assert merged(TABLES) == MERGED
    assert merged(MERGED) == MERGED


LEAKS = """
import gc, sys, warnings
import zmq
from zmq.backend.cython import _zmq
assert _zmq._STABLE_ABI, _zmq.__file__
context = zmq.Context()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    context.socket(zmq.PAIR)
    cycle = [context.socket(zmq.PUB)]
    cycle.append(cycle)
    del cycle
    gc.collect()
print([str(warning.message).partition(" ")[0] for warning in caught])
poller, waited = zmq.SocketPoller(), context.socket(zmq.PULL)
poller.add(waited, zmq.POLLIN)
del poller
waited.close()
context.term()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info < (3, 12), reason="the stable ABI needs CPython 3.12 or newer")
def test_wheel_of_the_stable_abi(
    sdist: Path, offline: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    offline(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation",
         "--config-settings=wheel.py-api=cp312", "--wheel-dir", tmp_path, sdist],
        env={
            "ZMQ_ARCHIVE_CACHE": "OFF",
            "CCACHE_BASEDIR": tempfile.gettempdir(),
            "CCACHE_NOHASHDIR": "1",
        },
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*-cp312-abi3-*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    done = subprocess.run(
        # Do not use -I, which ignores PYTHONPATH. With -S, no editable install comes first.
        [sys.executable, "-S", "-c", LEAKS],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() == "['Unclosed', 'Unclosed']"
    audit = pytest.importorskip("abi3audit", reason="abi3audit is not installed")
    assert audit
    (module,) = (site / "zmq" / "backend" / "cython").glob("_zmq*.so")
    audited = subprocess.run(
        [sys.executable, "-m", "abi3audit", "--strict", "--assume-minimum-abi3", "3.12", module],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert audited.returncode == 0, audited.stdout + audited.stderr
