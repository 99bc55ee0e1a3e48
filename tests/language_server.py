"""A language server that the tests ask for hovers, as an editor does."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# A slow machine under load parses the package in tens of seconds.
PATIENCE = 180


class LanguageServer:
    """pyright's language server, which uses JSON-RPC on its standard input and output."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pyright.langserver", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        )
        self._received: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()
        self._ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder.as_uri(),
                "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
                "capabilities": {
                    "textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}},
                    "workspace": {"configuration": True},
                },
            },
        )
        self._tell("initialized", {})

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while True:
            size = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    size = int(value)
            if not size:
                break
            self._received.put(json.loads(stream.read(size)))
        self._received.put(None)

    def _write(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._process.stdin.flush()

    def _tell(self, method: str, params: dict[str, Any]) -> None:
        self._write({"method": method, "params": params})

    def _ask(self, method: str, params: dict[str, Any] | None) -> Any:
        self._number += 1
        self._write({"id": self._number, "method": method, "params": params})
        while True:
            message = self._received.get(timeout=PATIENCE)
            assert message is not None, "the language server has ended"
            if message.get("method") == "workspace/configuration":
                answer = [{} for _ in message["params"]["items"]]
                self._write({"id": message["id"], "result": answer})
            elif "method" in message and "id" in message:
                self._write({"id": message["id"], "result": None})
            elif message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]

    def open(self, path: Path) -> None:
        """Open a file, as an editor does."""
        self._tell(
            "textDocument/didOpen",
            {
                "textDocument": {
                    "uri": path.as_uri(),
                    "languageId": "python",
                    "version": 1,
                    "text": path.read_text(encoding="utf-8"),
                }
            },
        )

    def hover(self, path: Path, line: int, column: int) -> str:
        """The hover of the name at this place; lines and columns count from 0."""
        result = self._ask(
            "textDocument/hover",
            {
                "textDocument": {"uri": path.as_uri()},
                "position": {"line": line, "character": column},
            },
        )
        return "" if result is None else str(result["contents"]["value"])

    def close(self) -> None:
        with contextlib.suppress(OSError, queue.Empty, AssertionError):
            self._ask("shutdown", None)
            self._tell("exit", {})
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


@contextlib.contextmanager
def language_server(folder: Path) -> Iterator[LanguageServer]:
    """A server for the programs of a folder; it ends with the ``with`` block."""
    server = LanguageServer(folder)
    try:
        yield server
    finally:
        server.close()
