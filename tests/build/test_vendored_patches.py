"""The tool that applies our patches to a vendored library's source tree."""

from __future__ import annotations

import difflib
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="session")
def script(source_tree: Path) -> Path:
    return source_tree / "cmake" / "apply_patches.py"


@pytest.fixture(scope="session")
def tool(script: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("apply_patches", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def diff(old: str, new: str, name: str = "a.c") -> str:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"a/{name}", f"b/{name}", lineterm=""
    )
    return "\n".join(lines) + "\n"


def write_patch(folder: Path, name: str, body: str) -> str:
    patch = folder / name
    patch.parent.mkdir(exist_ok=True)
    patch.write_text(f"Subject: a fault\n\n{body}")
    return name


def run(script: Path, tree: Path, *patches: str) -> subprocess.CompletedProcess[str]:
    """Apply these patches, which are in the tree's parent folder."""
    series = tree.parent / "series"
    series.write_text("# the patches\n\n" + "".join(f"{name}\n" for name in patches))
    return subprocess.run(
        [sys.executable, "-I", script, "--library", "libfoo", "--version", "1.0",
         "--tree", tree, "--key", "abc", series],
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "libfoo"
    folder.mkdir()
    (folder / "a.c").write_text("".join(f"line {n}\n" for n in range(30)))
    return folder


def test_patches_are_applied_in_order_and_recorded(
    script: Path, tree: Path, tmp_path: Path
) -> None:
    one = (tree / "a.c").read_text()
    two = one.replace("line 3\n", "line three\n")
    three = two.replace("line three\n", "line THREE\n")
    patches = [
        write_patch(tmp_path, "late/first.patch", diff(one, two)),
        write_patch(tmp_path, "early/second.patch", diff(two, three)),
    ]
    result = run(script, tree, *patches)
    assert result.returncode == 0, result.stderr
    assert (tree / "a.c").read_text() == three
    record = (tree / "ZMQ_VENDORED.txt").read_text().splitlines()
    assert "key: abc" in record
    assert record[-2:] == ["patch: late/first.patch", "patch: early/second.patch"]


def test_a_patch_that_does_not_fit_changes_nothing(
    script: Path, tree: Path, tmp_path: Path
) -> None:
    one = (tree / "a.c").read_text()
    patches = [
        write_patch(tmp_path, "a/good.patch", diff(one, one + "more\n")),
        write_patch(tmp_path, "a/bad.patch", diff("no\nsuch\n", "no\nline\n")),
    ]
    result = run(script, tree, *patches)
    assert result.returncode == 1
    assert "a/bad.patch does not fit: hunk 1 of 1 in a.c" in result.stderr
    assert (tree / "a.c").read_text() == one
    assert not (tree / "ZMQ_VENDORED.txt").exists()


def test_a_patched_tree_is_not_patched_twice(script: Path, tree: Path, tmp_path: Path) -> None:
    one = (tree / "a.c").read_text()
    patch = write_patch(tmp_path, "more.patch", diff(one, one + "more\n"))
    assert run(script, tree, patch).returncode == 0
    again = run(script, tree, patch)
    assert again.returncode == 1
    assert "patched already" in again.stderr


def test_a_patch_that_is_missing_is_named(script: Path, tree: Path) -> None:
    result = run(script, tree, "a/gone.patch")
    assert result.returncode == 1
    assert "names a/gone.patch, which is not there" in result.stderr


def test_a_hunk_may_have_moved(script: Path, tree: Path, tmp_path: Path) -> None:
    one = (tree / "a.c").read_text()
    patch = write_patch(tmp_path, "x.patch", diff(one, one.replace("line 20", "line XX")))
    (tree / "a.c").write_text("new\n" * 7 + one)
    assert run(script, tree, patch).returncode == 0
    assert (tree / "a.c").read_text() == "new\n" * 7 + one.replace("line 20", "line XX")


def test_files_can_be_added_and_removed(script: Path, tree: Path, tmp_path: Path) -> None:
    (tree / "old.c").write_text("gone\n")
    body = (
        "--- /dev/null\n+++ b/sub/new.c\n@@ -0,0 +1,2 @@\n+one\n+two\n"
        "--- a/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n"
    )
    assert run(script, tree, write_patch(tmp_path, "x.patch", body)).returncode == 0
    assert (tree / "sub" / "new.c").read_text() == "one\ntwo\n"
    assert not (tree / "old.c").exists()


def test_a_patch_stays_inside_the_tree(script: Path, tree: Path, tmp_path: Path) -> None:
    body = "--- /dev/null\n+++ b/../out.c\n@@ -0,0 +1 @@\n+one\n"
    result = run(script, tree, write_patch(tmp_path, "x.patch", body))
    assert result.returncode == 1
    assert "outside the source tree" in result.stderr
    assert not (tmp_path / "out.c").exists()


def test_a_file_with_windows_line_ends_is_patched(script: Path, tree: Path, tmp_path: Path) -> None:
    one = (tree / "a.c").read_text()
    (tree / "a.c").write_bytes(one.replace("\n", "\r\n").encode())
    patch = write_patch(tmp_path, "x.patch", diff(one, one.replace("line 9", "line X")))
    assert run(script, tree, patch).returncode == 0
    assert "line X\n" in (tree / "a.c").read_text()


texts = st.lists(st.sampled_from(["a", "b", "c", "", "x = 1;", "-- x", "++ y"]), max_size=12).map(
    lambda lines: "".join(line + "\n" for line in lines)
)


@given(old=texts, new=texts)
def test_any_difference_can_be_applied(tool: ModuleType, old: str, new: str) -> None:
    if old == new:
        return
    body = diff(old, new).splitlines()
    ((_, _, hunks),) = tool.parse("x.patch", body)
    result = tool.apply_hunks("x.patch", "a.c", old.split("\n"), hunks)
    assert "\n".join(result) == new
