"""Write the tables of docs/interoperability.md from the results of ``make interop``.

Usage::

    python tools/write_interoperability.py build/interop/results.jsonl

The tool writes the page if all peers were installed and no test failed. Otherwise it only prints
the figures.
"""

from __future__ import annotations

import collections
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "interoperability.md"
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "interop")]

from known_faults import FAULTS  # noqa: E402
from remote_peer import PEERS, Remote  # noqa: E402

ORDER = ["NULL", "PLAIN", "CURVE", "tcp", "ipc", "ws"]


def version(name: str) -> str:
    remote = Remote(PEERS[name])
    try:
        return remote.tell("version")
    finally:
        remote.end()


def listed(values: set[str]) -> str:
    return ", ".join(sorted(values, key=ORDER.index))


def table(results: list[dict[str, object]]) -> str:
    """Return the table of peers: the tested combinations, and their results."""
    rows = [["peer", "version", "transports", "mechanisms", "passed", "known faults met", "failed"]]
    for name in PEERS:
        own = [result for result in results if result["peer"] == name]
        tried = [result for result in own if result["outcome"] != "skipped"]
        if not tried:
            continue
        count = collections.Counter(result["outcome"] for result in tried)
        rows.append(
            [
                "ours, in another process" if name == "ours" else name,
                version(name),
                listed({str(result["transport"]) for result in tried}),
                listed({str(result["mechanism"]) for result in tried}),
                str(count["passed"]),
                str(count["fault"]),
                str(count["failed"]),
            ]
        )
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(lines)


def faults() -> str:
    """Return the list of the peers' known faults."""
    lines: list[str] = []
    for name in PEERS:
        own = [fault for fault in FAULTS if fault.peers[0] == name]
        if own:
            lines += [f"### {' and '.join(own[0].peers)}", ""]
            lines += [f"- {fault.text} *Seen:* {fault.seen}" for fault in own]
            lines.append("")
    return "\n".join(lines).strip()


def put(page: str, name: str, text: str) -> str:
    """Put a text between the marks of that name."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, rest = page.split(start)
    return f"{before}{start}\n{text}\n\n{end}{rest.split(end)[1]}"


def main() -> None:
    """Read the results, and write the page."""
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    results = [json.loads(line) for line in lines]
    text = table(results)
    print(text)
    missing = [name for name, peer in PEERS.items() if peer.why_missing() is not None]
    if missing or any(result["outcome"] == "failed" for result in results):
        print(
            f"The page was not written. Missing peers: {', '.join(missing) or 'none'}."
            " If none is missing, a test has failed."
        )
        return
    page = put(put(PAGE.read_text("utf-8"), "table", text), "faults", faults())
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
