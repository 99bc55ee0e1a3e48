"""The release workflow's checks of the tag and of the files."""

from __future__ import annotations

import hashlib
import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parent.parent / "tools" / "release.py"

if not TOOL.exists():
    pytest.skip("these tests need the whole source tree", allow_module_level=True)


@pytest.fixture(scope="module")
def release() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "src" / "zmq" / "sugar").mkdir(parents=True)
    version = tmp_path / "src" / "zmq" / "sugar" / "version.py"
    version.write_text('DISTRIBUTION_VERSION: str = "1.2+static.3"\n', encoding="utf-8")
    changes = "# Changelog\n\n## 1.2+static.3 (2026-01-02)\n\n- new\n\n## 1.2+static.2\n\n- old\n"
    (tmp_path / "CHANGELOG.md").write_text(changes, encoding="utf-8")
    return tmp_path


def test_notes_are_the_section_of_the_version(release: ModuleType, tree: Path) -> None:
    assert release.notes("v1.2+static.3", tree) == "- new\n"


def test_tag_of_another_version_is_refused(release: ModuleType, tree: Path) -> None:
    with pytest.raises(SystemExit, match=r"tag it v1\.2"):
        release.notes("v1.2+static.4", tree)


def test_version_without_a_section_is_refused(release: ModuleType, tree: Path) -> None:
    (tree / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="replace 'Unreleased'"):
        release.notes("v1.2+static.3", tree)


def test_version_is_read_from_this_tree(release: ModuleType) -> None:
    assert "+static." in release.version_of()


PLATFORMS = ["manylinux_2_28_x86_64", "musllinux_1_2_x86_64", "macosx_11_0_arm64", "win_amd64"]


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "pyzmq-1.tar.gz").write_bytes(b"sources")
    for platform in PLATFORMS:
        for tag in ("cp312-cp312", "cp312-abi3"):
            with zipfile.ZipFile(folder / f"pyzmq-1-{tag}-{platform}.whl", "w") as archive:
                archive.writestr("pyzmq-1.dist-info/sboms/pyzmq.cdx.json", platform)
    return folder


def test_collected_files_have_hashes_and_sboms(release: ModuleType, dist: Path) -> None:
    release.collect(dist, "1")
    assert (dist / "pyzmq-windows.cdx.json").read_text("utf-8") == "win_amd64"
    assert (dist / "pyzmq.cdx.json").read_text("utf-8") == "manylinux_2_28_x86_64"
    lines = (dist / "SHA256SUMS").read_text("utf-8").splitlines()
    hashes = {name: hash_ for hash_, _, name in (line.partition("  ") for line in lines)}
    assert hashes["pyzmq-1.tar.gz"] == hashlib.sha256(b"sources").hexdigest()
    assert hashes.keys() == {path.name for path in dist.iterdir()} - {"SHA256SUMS"}


def test_missing_kind_of_file_is_refused(release: ModuleType, dist: Path) -> None:
    with pytest.raises(SystemExit, match="not of version 2: pyzmq-1"):
        release.collect(dist, "2")
    (dist / "pyzmq-1-cp312-abi3-win_amd64.whl").unlink()
    with pytest.raises(SystemExit, match="no wheel of the stable ABI for win_"):
        release.collect(dist, "1")
    (dist / "pyzmq-1.tar.gz").unlink()
    with pytest.raises(SystemExit, match="one source distribution"):
        release.collect(dist, "1")
