"""Work on libzmq's patches as commits of a git tree.

    python tools/patches.py unpack FOLDER     # the tag "stock", and after it one commit a patch
    python tools/patches.py export FOLDER     # write the commits after "stock" back as patches
    python tools/patches.py check             # series, headers, names of tests
    python tools/patches.py add FILE TOPIC    # file a new patch at the end of the series
    python tools/patches.py document          # write docs/differences-from-libzmq.md from headers

Between ``unpack`` and ``export`` use git as usual: ``git rebase -i stock`` to edit, fold or
reorder, ``git commit`` for a new patch. A commit's message is the header of its patch. Its last
line names the file: ``Patch: udp/bind-error``. ``export`` writes the folder
``vendor/libzmq/patches`` and its ``series``, and removes patches that have no commit any more. It
also writes the page about the patches again, like ``document``. ``unpack`` and ``export`` without a
change in between change no byte. ``unpack`` and ``export`` need git.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "cmake"))

from apply_patches import PatchError, apply, read_series  # noqa: E402

LIBRARY = "libzmq"
PATCHES = ROOT / "vendor" / LIBRARY / "patches"
PAGE = ROOT / "docs" / "differences-from-libzmq.md"
#: The topics, and their names for users. Without the patches of the first topic, stock libzmq does
#: not compile on every platform.
TOPICS = {
    "build": "Builds",
    "udp": "Datagrams: udp://",
    "ws": "WebSockets: ws://",
    "zmtp": "The protocol, ZMTP",
    "engine": "Connections",
    "security": "Security: CURVE, PLAIN, ZAP",
    "pipes": "Messages in queues",
    "inproc": "Within a process: inproc://",
    "stats": "Statistics: counters and peers",
    "sockets": "Types of sockets, options, monitors, pollers",
    "resources": "Errors of the system",
    "platforms": "Platforms",
}
INTRODUCTION = """\
# Differences from libzmq 4.3.4

This package contains libzmq {version} with {count} patches. They fix bugs, make it faster, and add
the features of 4.3.5 and later commits. The protocols are those of libzmq: programs with and
without these patches can talk to each other.

Each entry says how this package behaves, how stock {version} differs, and whom the difference
affects. Brackets name a commit or release of libzmq with the same change. The
patches have more details; they are in the source distribution, in `vendor/libzmq/patches`, and
`python -m zmq info --verbose` lists those of an installed copy.
"""
FIELDS = ("Subject", "Who", "Mend", "Upstream", "Test")
WIDTH = 100
SUBJECT_LENGTH = 72
STOCK = "stock"
# Fixed settings for git and git diff, so that a user's git configuration has no effect.
NAME, ADDRESS = "tools/patches.py", "patches@localhost"
WHO = f"{NAME} <{ADDRESS}>"
SETTINGS = (
    "core.autocrlf=false",
    "core.quotePath=false",
    "commit.gpgSign=false",
    f"user.name={NAME}",
    f"user.email={ADDRESS}",
)
GIT = [argument for setting in SETTINGS for argument in ("-c", setting)]
DIFF = (
    "-p",
    "-U3",
    "-m",
    "--first-parent",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)


def git(folder: Path, *arguments: str, text: str | None = None) -> str:
    # git sets these variables for its hooks; they would point to the repository of this project
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", *GIT, *arguments],
        cwd=folder,
        env=environment,
        input=None if text is None else text.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode()


# ---------------------------------------------------------------- patch files


def split(patch: str) -> tuple[str, str]:
    """The header of a patch and its diff."""
    match = re.search(r"^--- ", patch, re.MULTILINE)
    if not match:
        raise PatchError("no line begins with '--- ': this is not a unified diff")
    return patch[: match.start()].strip(), patch[match.start() :]


def fields(header: str) -> dict[str, str]:
    """The fields of a header, in their order. Text between two fields belongs to the first of them.

    The text of a repeated field, such as ``Test``, has one line for each occurrence.
    """
    found: dict[str, str] = {}
    name = ""
    for line in header.splitlines():
        match = re.match(r"([A-Z][A-Za-z-]+): ?(.*)", line)
        if match and (match[1] in FIELDS or match[1] == "Applies-To"):
            name = match[1]
            found[name] = f"{found[name]}\n{match[2]}" if name in found else match[2]
        elif name:
            found[name] += "\n" + line
    return {name: text.strip() for name, text in found.items()}


def missing_test(test: str) -> str:
    """Return why `test` in a ``Test:`` field is not one of our tests, or "" if it is."""
    path, _, function = test.partition("::")
    if not path.startswith("tests/") or not function:
        return f"{test} is not tests/...py::test_..."
    if not (ROOT / path).is_file():
        return f"{path} is not there"
    if f"def {function}(" not in (ROOT / path).read_text(encoding="utf-8"):
        return f"{path} has no {function}"
    return ""


def faults_of(name: str, patch: str) -> list[str]:
    """Return the errors in the header of a patch."""
    faults = []
    topic, _, file = name.partition("/")
    if topic not in TOPICS:
        faults.append(f"its folder is none of {', '.join(TOPICS)}")
    if not re.fullmatch(r"[a-z][a-z0-9-]*\.patch", file):
        faults.append("the file name is not made of lower case letters, digits and hyphens")
    try:
        header, _ = split(patch)
    except PatchError as error:
        return [*faults, str(error)]
    found = fields(header)
    if tuple(found) != FIELDS:
        faults.append(
            f"the header has {', '.join(found) or 'no field'}; it needs, in this order, "
            + ", ".join(FIELDS)
        )
    subject, _, why = found.get("Subject", "").partition("\n")
    if not subject.startswith(f"{topic}: "):
        faults.append(f"the subject does not begin with '{topic}: '")
    if len(subject) > SUBJECT_LENGTH or not (why.startswith("\n") or not why):
        faults.append(f"the subject is not one line of at most {SUBJECT_LENGTH} characters")
    if not why.strip():
        faults.append("no text after the subject gives the reason")
    faults += [f"{field} is empty" for field in found if not found[field]]
    faults += [
        f"a line of the header is longer than {WIDTH} characters: {line!r}"
        for line in header.splitlines()
        if len(line) > WIDTH and not line.startswith("Test: ")
    ]
    tests = found.get("Test", "")
    if not re.match(r"none: \S", tests):
        for test in tests.split():
            reason = missing_test(test)
            if reason:
                faults.append(f"Test: {reason}")
    return faults


def check(folder: Path) -> list[str]:
    """Return all errors of a folder of patches, one per line."""
    names = read_series(folder / "series")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.patch")}
    faults = [f"series: {name} is not there" for name in names if name not in there]
    faults += [f"{name}: not in series" for name in sorted(there.difference(names))]
    faults += [
        f"series: {name} is listed twice" for name in {n for n in names if names.count(n) > 1}
    ]
    for name in names:
        if name in there:
            patch = (folder / name).read_text(encoding="utf-8")
            faults += [f"{name}: {fault}" for fault in faults_of(name, patch)]
    return faults


def add(folder: Path, file: Path, topic: str) -> str:
    """Move a patch into the folder of its topic and to the end of the series; return its name."""
    if topic not in TOPICS:
        raise PatchError(f"{topic} is no topic; topics are {', '.join(TOPICS)}")
    header, diff = split(file.read_text(encoding="utf-8"))
    header = re.sub(r"^Applies-To:.*\n?", "", header, flags=re.MULTILINE).strip()
    # "udp: ...", "UDP: ..." and "..." all become "udp: ..."
    header = re.sub(rf"\ASubject: (?:{topic}: )?", f"Subject: {topic}: ", header, flags=re.I)
    name = f"{topic}/{re.sub(r'^[0-9]+-', '', file.name)}"
    target = folder / name
    if target.exists() and target != file.resolve():
        raise PatchError(f"{target} is there already; give {file} another name")
    target.parent.mkdir(exist_ok=True)
    file.unlink()
    target.write_text(f"{header}\n\n{diff}", encoding="utf-8")
    names = read_series(folder / "series")
    if name not in names:
        write_series(folder, [*names, name])
    return name


def write_series(folder: Path, names: Iterable[str]) -> None:
    (folder / "series").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


# ---------------------------------------------------------------- the page for users


def sentence(text: str) -> str:
    """Return the text of a header as a Markdown sentence on one line."""
    text = re.sub(r"([\\\[\]*<>`])", r"\\\1", " ".join(text.split()))
    first = text.split()[0]
    if re.fullmatch("[A-Za-z]+(-[a-z]+)?", first) and first not in ("errno", "libsodium", "libzmq"):
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def page(folder: Path) -> str:
    """Return the page with all differences from stock libzmq, by topic."""
    entries: dict[str, list[str]] = {topic: [] for topic in TOPICS}
    names = read_series(folder / "series")
    for name in names:
        topic = name.partition("/")[0]
        found = fields(split((folder / name).read_text(encoding="utf-8"))[0])
        subject = found["Subject"].partition("\n")[0].removeprefix(f"{topic}: ")
        upstream = found["Upstream"]
        entry = f"**{sentence(subject)}** {sentence(found['Mend'])} *Who:* {sentence(found['Who'])}"
        if not upstream.startswith("not there"):
            entry += f" ({upstream})"
        entries[topic] += textwrap.wrap(
            entry, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False
        )
    pin = (ROOT / "vendor" / LIBRARY / "pin.cmake").read_text(encoding="utf-8")
    version = re.findall(r"VERSION (\S+)\)", pin)[0]
    lines = [INTRODUCTION.format(version=version, count=len(names))]
    for topic, title in TOPICS.items():
        if entries[topic]:
            lines += [f"## {title}", "", *entries[topic], ""]
    return "\n".join(lines)


def document(folder: Path) -> None:
    """Write the page if `folder` has the project's own patches."""
    if folder.resolve() == PATCHES:
        PAGE.write_text(page(folder), encoding="utf-8")


# ---------------------------------------------------------------- trees


def source_tree(work: Path, names: Iterable[str]) -> Path:
    """Unpack libzmq's archive below `work`, with these patches only."""
    vendor = work / "vendor"
    shutil.rmtree(vendor, ignore_errors=True)
    (vendor / LIBRARY).mkdir(parents=True)
    shutil.copy(ROOT / "vendor" / LIBRARY / "pin.cmake", vendor / LIBRARY)
    wanted = list(names)
    if wanted:
        for name in wanted:
            copy = vendor / LIBRARY / "patches" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PATCHES / name, copy)
        write_series(vendor / LIBRARY / "patches", wanted)
    done = subprocess.run(
        [
            "cmake",
            f"-DLIBRARY={LIBRARY}",
            f"-DZMQ_VENDOR_DIR={vendor}",
            f"-DPython_EXECUTABLE={sys.executable}",
            f"-DFETCHCONTENT_BASE_DIR={work / 'fetched'}",
            "-P",
            str(ROOT / "cmake" / "fetch_vendored.cmake"),
        ],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    found = re.search(r"^-- tree: (.+)$", done.stdout, re.MULTILINE)
    if done.returncode or not found:
        raise PatchError(f"libzmq's source could not be fetched or unpacked:\n{done.stdout}")
    return Path(found[1])


def unpack(folder: Path, patches: Path) -> int:
    """Make a git tree of the patches; return their number."""
    if folder.exists() and any(folder.iterdir()):
        raise PatchError(f"{folder} is not empty; name a new folder")
    with tempfile.TemporaryDirectory() as work:
        tree = source_tree(Path(work), [])
        (tree / "ZMQ_VENDORED.txt").unlink()
        shutil.copytree(tree, folder, dirs_exist_ok=True)
    # Patches are applied to files with Unix line ends, so give the files of the tree such line
    # ends.
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if b"\r\n" in data and b"\0" not in data:
                path.write_bytes(data.replace(b"\r\n", b"\n"))
    git(folder, "init", "--quiet")
    # This overrides libzmq's own .gitattributes, which would convert line ends.
    (folder / ".git" / "info" / "attributes").write_text("* -text !eol !diff !filter\n")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--no-verify", "-m", f"{LIBRARY} as it was released")
    git(folder, "tag", STOCK)
    branch = git(folder, "symbolic-ref", "HEAD").strip()
    names = read_series(patches / "series")
    stream = []  # for git fast-import: one process makes all commits
    with tempfile.TemporaryDirectory() as work:
        one = Path(work) / "series"
        one.write_text("patch\n")
        for number, name in enumerate(names):
            shutil.copy(patches / name, one.with_name("patch"))
            try:
                _, changed = apply(folder, one)
            except PatchError as error:
                raise PatchError(f"{name}: {error}") from None
            header, _ = split((patches / name).read_text(encoding="utf-8"))
            header = header.removeprefix("Subject: ")
            stream.append(f"commit {branch}\ncommitter {WHO} {number} +0000\n")
            stream.append(block(f"{header}\n\nPatch: {name.removesuffix('.patch')}\n"))
            if number == 0:
                stream.append(f"from {branch}^0\n")
            for path, text in changed.items():
                inside = path.relative_to(folder.resolve()).as_posix()
                if text is None:
                    path.unlink()
                    stream.append(f"D {inside}\n")
                else:
                    mode = 755 if path.exists() and os.access(path, os.X_OK) else 644
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(text.encode())
                    stream.append(f"M 100{mode} inline {inside}\n{block(text)}")
    git(folder, "fast-import", "--quiet", text="".join(stream))
    git(folder, "reset", "--quiet", "--hard")
    return len(names)


def block(text: str) -> str:
    """Return text in the format of git fast-import."""
    return f"data {len(text.encode())}\n{text}\n"


def export(folder: Path, patches: Path) -> int:
    """Write the commits of a tree that `unpack` made as patches; return their number."""
    if git(folder, "status", "--porcelain", "--untracked-files=no").strip():
        raise PatchError(f"{folder} has changes that are not committed")
    written: dict[str, str] = {}
    log = git(folder, "log", "--reverse", "--format=%x00%H%x00%B%x00", *DIFF, f"{STOCK}..HEAD")
    parts = log.split("\0")[1:]
    for found, message, diff in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        header, mark, name = message.strip().rpartition("\nPatch: ")
        if not mark or not re.fullmatch(r"[a-z]+/[a-z0-9-]+", name):
            raise PatchError(
                f"the message of commit {found[:12]} does not end with a line "
                "'Patch: TOPIC/NAME', such as 'Patch: udp/bind-error'"
            )
        if f"{name}.patch" in written:
            raise PatchError(f"two commits are for {name}; fold them, or rename one")
        # Remove git's own header lines: the lines --- and +++ also have the file names, and the
        # hashes would change with each patch.
        lines = re.sub(
            r"^(?:diff --git|index|(?:new|deleted) file mode|(?:old|new) mode) .*\n",
            "",
            diff.lstrip("\n"),
            flags=re.MULTILINE,
        )
        if not lines.startswith("--- "):
            raise PatchError(f"commit {found[:12]} ({name}) changes no line of a text file")
        written[f"{name}.patch"] = f"Subject: {header.strip()}\n\n{lines}"
    if not written:
        raise PatchError(f"{folder} has no commit after the tag '{STOCK}'")
    for path in patches.rglob("*.patch"):
        if path.relative_to(patches).as_posix() not in written:
            path.unlink()
    for name, text in written.items():
        (patches / name).parent.mkdir(parents=True, exist_ok=True)
        (patches / name).write_text(text, encoding="utf-8")
    for path in patches.iterdir():
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    write_series(patches, written)
    return len(written)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--patches", type=Path, default=PATCHES, help="the folder of patches (default: libzmq's)"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("unpack", "export"):
        commands.add_parser(name).add_argument("folder", type=Path)
    commands.add_parser("check")
    commands.add_parser("document")
    adding = commands.add_parser("add")
    adding.add_argument("file", type=Path)
    adding.add_argument("topic")
    options = parser.parse_args()
    try:
        if options.command == "unpack":
            count = unpack(options.folder, options.patches)
            print(f"{options.folder}: {count} commits after the tag '{STOCK}'")
        elif options.command == "export":
            print(f"{export(options.folder, options.patches)} patches written")
            document(options.patches)
        elif options.command == "document":
            document(options.patches)
        elif options.command == "add":
            name = add(options.patches, options.file, options.topic)
            print(f"{name} added")
            for fault in faults_of(name, (options.patches / name).read_text(encoding="utf-8")):
                print(f"to fix: {fault}")
        else:
            faults = check(options.patches)
            for fault in faults:
                print(fault)
            if faults:
                return 1
            print(f"{len(read_series(options.patches / 'series'))} patches, no faults")
    except PatchError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
