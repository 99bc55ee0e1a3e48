"""tools/patches.py: it turns libzmq's patches into commits of a git tree, and back."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

HEADER = """Subject: ws: refuse an empty path

An empty path was accepted.

Who: a program with a wrong address.

Mend: EINVAL.

Upstream: not there

Test: tests/test_version.py::test_bindings_have_the_api_of_pyzmq_27_3
Test: tests/test_version.py::test_version_splits_into_ints
"""
DIFF = "--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-one\n+two\n"


@pytest.fixture(scope="session")
def tool(source_tree: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("patches", source_tree / "tools" / "patches.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(source_tree: Path, tmp_path: Path):
    """Run the tool on a copy of the patches, ``tmp_path / "patches"``."""
    copy = tmp_path / "patches"
    shutil.copytree(source_tree / "vendor" / "libzmq" / "patches", copy)

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        script = source_tree / "tools" / "patches.py"
        return subprocess.run(
            [sys.executable, script, "--patches", copy, *arguments],
            capture_output=True,
            text=True,
            timeout=110,
        )

    return run


@pytest.fixture(scope="module")
def unpacked_once(source_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("needs git")
    folder = tmp_path_factory.mktemp("unpacked") / "tree"
    done = subprocess.run(
        [sys.executable, source_tree / "tools" / "patches.py", "unpack", folder],
        capture_output=True,
        text=True,
        timeout=110,
    )
    if "its source could not be found or downloaded" in done.stderr:
        pytest.skip("libzmq's source is not in a cache and cannot be downloaded")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def unpacked(unpacked_once: Path, tmp_path: Path) -> Path:
    """A git tree of the patches, beside the copy of the patches that ``run`` works on."""
    shutil.copytree(unpacked_once, tmp_path / "tree", symlinks=True)
    return tmp_path / "tree"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@localhost", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_our_patches_have_no_faults(run) -> None:
    done = run("check")
    assert done.returncode == 0, done.stdout


def test_page_of_differences_is_up_to_date(tool: ModuleType) -> None:
    made = tool.page(tool.PATCHES)
    there = tool.PAGE.read_text(encoding="utf-8")
    assert there == made, "run: python tools/patches.py document"
    for name in tool.read_series(tool.PATCHES / "series"):
        subject = (tool.PATCHES / name).read_text(encoding="utf-8").splitlines()[0]
        assert subject.partition(": ")[2].partition(": ")[2].split()[-1] in there


def test_a_round_trip_changes_nothing(run, unpacked: Path, source_tree: Path) -> None:
    assert run("export", unpacked).returncode == 0
    ours = source_tree / "vendor" / "libzmq" / "patches"
    assert contents(unpacked.parent / "patches") == contents(ours)


def test_a_new_commit_becomes_a_patch(run, unpacked: Path) -> None:
    news = unpacked / "NEWS"
    news.write_text("news\n" + news.read_text())
    header = HEADER.removeprefix("Subject: ")
    git(unpacked, "commit", "-q", "-a", "-m", f"{header}\nPatch: ws/empty-path")
    assert run("export", unpacked).returncode == 0
    patches = unpacked.parent / "patches"
    assert (patches / "series").read_text().endswith("\nws/empty-path.patch\n")
    text = (patches / "ws" / "empty-path.patch").read_text()
    assert text.startswith(f"{HEADER}\n--- a/NEWS\n+++ b/NEWS\n@@ ")
    assert run("check").returncode == 0


def test_a_dropped_commit_removes_its_patch(run, unpacked: Path) -> None:
    patches = unpacked.parent / "patches"
    last = (patches / "series").read_text().split()[-1]
    git(unpacked, "reset", "-q", "--hard", "HEAD^")
    assert run("export", unpacked).returncode == 0
    assert not (patches / last).exists()
    assert last not in (patches / "series").read_text()


def test_a_commit_without_a_name_is_refused(run, unpacked: Path) -> None:
    (unpacked / "NEWS").write_text("news\n")
    git(unpacked, "commit", "-q", "-a", "-m", "A change")
    done = run("export", unpacked)
    assert done.returncode == 1
    assert "does not end with a line 'Patch: TOPIC/NAME'" in done.stderr


def test_uncommitted_changes_are_refused(run, unpacked: Path) -> None:
    (unpacked / "NEWS").write_text("news\n")
    done = run("export", unpacked)
    assert done.returncode == 1
    assert "not committed" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Mend: EINVAL.\n\n", "", "it needs, in this order, Subject, Who, Mend, Upstream, Test"),
        ("ws: refuse", "refuse", "the subject does not begin with 'ws: '"),
        ("An empty path was accepted.\n\n", "", "no text after the subject gives the reason"),
        ("ws: refuse", "ws: " + "x" * 70, "the subject is not one line of at most 72 characters"),
        ("ws: refuse", "ws: so\nrefuse", "the subject is not one line of at most 72 characters"),
        ("not there", "", "Upstream is empty"),
        ("EINVAL.", "x" * 101, "a line of the header is longer than 100 characters"),
        (
            "test_version.py::test_bindings_have_the_api_of_pyzmq_27_3",
            "test_gone.py::test_x",
            "tests/test_gone.py is not there",
        ),
        ("::test_version_splits_into_ints", "::test_gone", "test_version.py has no test_gone"),
        (
            "::test_version_splits_into_ints",
            "",
            "tests/test_version.py is not tests/...py::test_...",
        ),
    ],
)
def test_a_fault_in_a_header_is_named(tool: ModuleType, old: str, new: str, fault: str) -> None:
    assert tool.faults_of("ws/empty-path.patch", HEADER + "\n" + DIFF) == []
    assert old in HEADER
    faults = tool.faults_of("ws/empty-path.patch", HEADER.replace(old, new) + "\n" + DIFF)
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_reason_may_stand_for_a_test(tool: ModuleType) -> None:
    header = HEADER.partition("Test: ")[0]
    reason = "Test: none: no machine here has that fault\n"
    assert tool.faults_of("ws/empty-path.patch", f"{header}{reason}\n{DIFF}") == []
    assert tool.faults_of("ws/empty-path.patch", f"{header}Test: none\n\n{DIFF}") != []


def test_series_and_folder_must_agree(run, tmp_path: Path) -> None:
    patches = tmp_path / "patches"
    names = (patches / "series").read_text().split()
    (patches / "series").write_text("\n".join([*names[1:], names[1], "ws/gone.patch"]))
    done = run("check")
    assert done.returncode == 1
    assert f"{names[0]}: not in series" in done.stdout
    assert f"series: {names[1]} is listed twice" in done.stdout
    assert "series: ws/gone.patch is not there" in done.stdout


def test_a_flat_patch_is_filed_by_topic(run, tmp_path: Path) -> None:
    flat = tmp_path / "0199-empty-path.patch"
    flat.write_text(
        HEADER.replace("Subject: ws: ", "Subject: WS: ") + "Applies-To: 4.3.4\n\n" + DIFF
    )
    done = run("add", flat, "ws")
    assert (done.returncode, done.stdout) == (0, "ws/empty-path.patch added\n")
    assert not flat.exists()
    patches = tmp_path / "patches"
    assert (patches / "ws" / "empty-path.patch").read_text() == f"{HEADER}\n{DIFF}"
    assert (patches / "series").read_text().endswith("\nws/empty-path.patch\n")
    assert run("check").returncode == 0
