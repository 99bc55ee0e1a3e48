"""Apply a series of unified diffs to an unpacked source tree.

The series is a text file that names one patch a line, relative to its own folder, in the order
to apply them. Empty lines and lines that begin with ``#`` are ignored::

    # needed by compilers
    build/ipc-with-mingw.patch
    udp/received-group-length.patch

Every patch must fit exactly: the tree must have all context lines of the patch, but the lines of a
hunk may have other numbers. The tool writes files only if all patches fit. It records the patches
in ``ZMQ_VENDORED.txt`` in the tree.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class PatchError(Exception):
    """A patch cannot be read, or does not fit."""


class Hunk:
    def __init__(self, start: int, old: list[str], new: list[str]) -> None:
        self.start = start
        self.old = old
        self.new = new


def read_series(series: Path) -> list[str]:
    """Return the names of the patches in a series file, such as ``udp/bind-error.patch``."""
    lines = (line.strip() for line in series.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def file_name(line: str, prefix: str) -> str | None:
    """Return the path in a ``--- a/path`` or ``+++ b/path`` line; None for /dev/null."""
    name = line[4:].split("\t")[0].strip()
    if name == "/dev/null":
        return None
    return name[len(prefix) :] if name.startswith(prefix) else name


def parse(patch: str, lines: list[str]) -> list[tuple[str | None, str | None, list[Hunk]]]:
    """Return the files of a patch: old name, new name, hunks."""
    files: list[tuple[str | None, str | None, list[Hunk]]] = []
    i = 0
    while i < len(lines):
        if not (
            lines[i].startswith("--- ") and lines[i + 1 : i + 2] and lines[i + 1][:4] == "+++ "
        ):
            i += 1
            continue
        old_name = file_name(lines[i], "a/")
        new_name = file_name(lines[i + 1], "b/")
        hunks: list[Hunk] = []
        i += 2
        while i < len(lines):
            match = HUNK.match(lines[i])
            if not match:
                break
            start = int(match[1])
            n_old = int(match[2] or 1)
            n_new = int(match[4] or 1)
            old: list[str] = []
            new: list[str] = []
            i += 1
            while len(old) < n_old or len(new) < n_new:
                if i == len(lines):
                    raise PatchError(f"{patch} ends inside a hunk of {new_name or old_name}")
                mark, text = lines[i][:1], lines[i][1:]
                if mark in (" ", ""):  # an editor may have removed the space of an empty line
                    old.append(text)
                    new.append(text)
                elif mark == "-":
                    old.append(text)
                elif mark == "+":
                    new.append(text)
                elif mark != "\\":
                    raise PatchError(f"{patch}, line {i + 1}: no unified diff: {lines[i]!r}")
                i += 1
            while i < len(lines) and lines[i].startswith("\\"):
                i += 1
            hunks.append(Hunk(start, old, new))
        if not hunks:
            raise PatchError(f"{patch} has no hunk for {new_name or old_name}")
        files.append((old_name, new_name, hunks))
    if not files:
        raise PatchError(f"{patch} changes no file")
    return files


def find(content: list[str], wanted: list[str], guess: int, floor: int) -> int:
    """Return the place of `wanted` in `content` nearest to `guess`, not before `floor`."""
    last = len(content) - len(wanted)
    for place in sorted(range(floor, last + 1), key=lambda at: abs(at - guess)):
        if content[place : place + len(wanted)] == wanted:
            return place
    return -1


def apply_hunks(patch: str, name: str, content: list[str], hunks: list[Hunk]) -> list[str]:
    result = list(content)
    shift = 0
    floor = 0
    for number, hunk in enumerate(hunks, 1):
        # The header of a hunk that only adds lines has the number of the line before them.
        guess = hunk.start + shift - (1 if hunk.old else 0)
        place = find(result, hunk.old, guess, floor) if hunk.old else max(guess, floor)
        if place < 0:
            raise PatchError(
                f"{patch} does not fit: hunk {number} of {len(hunks)} in {name} "
                f"(near line {hunk.start}) changes lines that the file does not have. Make the "
                "patch again, from a tree with all earlier patches."
            )
        result[place : place + len(hunk.old)] = hunk.new
        shift += place - guess + len(hunk.new) - len(hunk.old)
        floor = place + len(hunk.new)
    return result


def within(tree: Path, name: str) -> Path:
    path = (tree / name).resolve()
    if tree.resolve() not in path.parents:
        raise PatchError(f"{name} lies outside the source tree")
    return path


def apply(tree: Path, series: Path) -> tuple[list[str], dict[Path, str | None]]:
    """Return the names of the applied patches, and the new contents (None: removed)."""
    applied: list[str] = []
    changed: dict[Path, str | None] = {}
    for name in read_series(series):
        if not (series.parent / name).is_file():
            raise PatchError(f"{series} names {name}, which is not there")
        lines = (series.parent / name).read_text(encoding="utf-8").splitlines()
        for old_name, new_name, hunks in parse(name, lines):
            content: list[str] = []
            if old_name is not None:
                old_path = within(tree, old_name)
                text = changed.get(old_path) or ""
                if old_path not in changed:
                    if not old_path.is_file():
                        raise PatchError(f"{name} changes {old_name}, which is not there")
                    text = old_path.read_bytes().decode("utf-8")
                content = text.replace("\r\n", "\n").split("\n")
                changed[old_path] = None
            result = apply_hunks(name, new_name or old_name or "", content, hunks)
            if new_name is not None:
                text = "\n".join(result)
                changed[within(tree, new_name)] = text if text.endswith("\n") else text + "\n"
        applied.append(name)
    return applied, changed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--library", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--tree", required=True, type=Path)
    parser.add_argument("--key", default="")
    parser.add_argument("series", nargs="?", help="omitted or empty: the library has no patches")
    args = parser.parse_args()
    record = args.tree / "ZMQ_VENDORED.txt"
    try:
        if record.exists():
            raise PatchError(f"{args.tree} is patched already; unpack it again")
        applied, changed = apply(args.tree, Path(args.series)) if args.series else ([], {})
    except PatchError as error:
        print(error, file=sys.stderr)
        return 1
    for path, text in changed.items():
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
    lines = [f"{args.library} {args.version}, unpacked and patched for this build", ""]
    lines += [f"key: {args.key}"] + [f"patch: {name}" for name in applied]
    record.write_bytes(("\n".join(lines) + "\n").encode("utf-8"))
    print(f"{args.library} {args.version}: {len(applied)} patches applied")
    return 0


if __name__ == "__main__":
    sys.exit(main())
