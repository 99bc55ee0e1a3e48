"""The example for browsers: its page in Chromium, its JavaScript client in Node.js."""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from limits import TIMEOUT_S

import zmq

EXAMPLE = Path(__file__).parent.parent / "examples" / "browser"
CLIENT = Path(__file__).parent / "browser_client.mjs"

pytestmark = pytest.mark.skipif(not zmq.has("WS"), reason="this build has no ws://")


# -- the client in Node.js ---------------------------------------------------------------------


def node_command() -> list[str] | None:
    """Return the command for a Node.js that has WebSocket; None without one."""
    node = shutil.which("node")
    if node is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.(\d+)", version)
    if found is None or (int(found[1]), int(found[2])) < (20, 10):
        return None
    return [node] if int(found[1]) >= 22 else [node, "--experimental-websocket"]


class Node:
    """A Node.js process with sockets of the JavaScript client."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def __call__(self, method: str, *args: object) -> object:
        """Call a method, and return its result; bytes are sent and received as parts."""
        encoded = [base64.b64encode(a).decode() if isinstance(a, bytes) else a for a in args]
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([method, *encoded]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        result = answer["result"]
        if method in ("recv", "request"):
            return [base64.b64decode(part) for part in result]
        return result


@pytest.fixture
def node():
    command = node_command()
    if command is None:
        pytest.skip("needs Node.js 20.10 or newer, for its WebSocket")
    process = subprocess.Popen(
        [*command, "--no-warnings", str(CLIENT), str(EXAMPLE / "zmtp.js")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    # Killing the process also ends a test that would wait in readline() for ever.
    guard = threading.Timer(TIMEOUT_S * 2, process.kill)
    guard.start()
    try:
        yield Node(process)
    finally:
        guard.cancel()
        process.stdin.close()
        try:
            process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@pytest.fixture
def bound(bound):
    """Make a socket that listens on ws://."""
    return functools.partial(bound, address="ws://127.0.0.1:*")


def test_subscriber_in_javascript(node, bound):
    pub, endpoint = bound(zmq.XPUB)
    node("open", "sub", "SUB")
    node("subscribe", "sub", b"wea")
    node("connect", "sub", endpoint)
    assert pub.recv() == b"\x01wea"
    node("subscribe", "sub", b"")
    assert pub.recv() == b"\x01"
    pub.send_multipart([b"anything", b"", bytes(range(256))])
    assert node("recv", "sub") == [b"anything", b"", bytes(range(256))]
    node("unsubscribe", "sub", b"")
    assert pub.recv() == b"\x00"
    pub.send_multipart([b"other", b"x"])
    pub.send_multipart([b"weather", b"rain"])
    assert node("recv", "sub") == [b"weather", b"rain"]


@pytest.mark.parametrize("size", [0, 1, 124, 125, 126, 65534, 65535, 65536, 1_000_000])
def test_sizes_to_and_from_javascript(node, bound, size):
    router, endpoint = bound(zmq.ROUTER)
    node("open", "dealer", "DEALER", {"routingId": "js"})
    node("connect", "dealer", endpoint)
    body = os.urandom(size)
    node("send", "dealer", body, b"end")
    assert router.recv_multipart() == [b"js", body, b"end"]
    router.send_multipart([b"js", body])
    assert node("recv", "dealer") == [body]


def test_requests_from_javascript(node, bound, in_thread):
    rep, endpoint = bound(zmq.REP)

    def serve():
        for _ in range(20):
            rep.send_multipart([b"re", *rep.recv_multipart()])

    serving = in_thread(serve)
    node("open", "req", "REQ")
    node("connect", "req", endpoint)
    for number in range(20):
        assert node("request", "req", b"%d" % number, b"x") == [b"re", b"%d" % number, b"x"]
    serving.value()


def test_publisher_and_pipeline_in_javascript(node, bound):
    sub, endpoint = bound(zmq.SUB)
    sub.subscribe("a")
    node("open", "pub", "PUB")
    node("connect", "pub", endpoint)
    for _ in range(TIMEOUT_S * 10):
        node("send", "pub", b"b", b"nobody")
        node("send", "pub", b"abc", b"somebody")
        if sub.poll(100):
            break
    assert sub.recv_multipart() == [b"abc", b"somebody"]

    pull, endpoint = bound(zmq.PULL)
    node("open", "push", "PUSH")
    for number in range(5):
        node("send", "push", b"%d" % number)  # kept until there is a peer
    node("connect", "push", endpoint)
    assert [pull.recv() for _ in range(5)] == [b"0", b"1", b"2", b"3", b"4"]

    push, endpoint = bound(zmq.PUSH)
    node("open", "pull", "PULL")
    node("connect", "pull", endpoint)
    push.send(b"x")
    assert node("recv", "pull") == [b"x"]


def test_javascript_connects_and_subscribes_again(node, bound, context, until):
    pub, endpoint = bound(zmq.XPUB)
    options = {"reconnectDelay": 10, "longestReconnectDelay": 50, "handshakeTimeout": 1000}
    node("open", "sub", "SUB", options)
    node("subscribe", "sub", b"a")
    node("connect", "sub", endpoint)
    assert pub.recv() == b"\x01a"
    pub.close()
    events = []
    until(lambda: events.extend(node("events", "sub")) or ["disconnect", ""] in events)
    again = context.socket(zmq.XPUB)

    def bind():
        with contextlib.suppress(zmq.ZMQError):
            again.bind(endpoint)
            return True

    until(bind)
    assert again.recv() == b"\x01a"
    again.send(b"again")
    assert node("recv", "sub") == [b"again"]


def test_javascript_reconnects_when_the_peer_is_silent(node):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT_S)
        node("open", "sub", "SUB", {"reconnectDelay": 10, "handshakeTimeout": 200})
        node("connect", "sub", f"ws://127.0.0.1:{listener.getsockname()[1]}/")
        with listener.accept()[0], listener.accept()[0]:
            pass
        node("close", "sub")


def test_javascript_stays_connected_through_heartbeats(node, bound):
    pub, endpoint = bound(zmq.XPUB, heartbeat_ivl=20, heartbeat_timeout=TIMEOUT_S * 1000)
    node("open", "sub", "SUB")
    node("subscribe", "sub", b"")
    node("connect", "sub", endpoint)
    assert pub.recv() == b"\x01"
    threading.Event().wait(0.2)
    pub.send(b"still there")
    assert node("recv", "sub") == [b"still there"]
    assert node("events", "sub") == [["connect", ""]]


def test_misuse_in_javascript_is_reported(node):
    for args, words in (
        (("open", "x", "ROUTER"), "ROUTER is none of SUB, PUB"),
        (("open", "x", "toString"), "toString is none of"),
    ):
        with pytest.raises(RuntimeError, match=words):
            node(*args)
    node("open", "sub", "SUB")
    node("open", "req", "REQ")
    node("open", "push", "PUSH", {"highWaterMark": 1})
    node("send", "push", b"waits")
    for args, words in (
        (("send", "sub", b"x"), "a SUB only receives"),
        (("unsubscribe", "sub", b"x"), "not subscribed"),
        (("send", "req", b"x"), r"sends with request\(\)"),
        (("recv", "push"), "a PUSH only sends"),
        (("subscribe", "push", b""), r"subscribe\(\) is for SUB sockets, not PUSH"),
        (("send", "push", b"x"), "1 messages wait for a peer already"),
        (("send", "push"), "at least one part"),
        (("request", "sub", b"x"), "for REQ sockets"),
    ):
        with pytest.raises(RuntimeError, match=words):
            node(*args)
    node("close", "sub")
    with pytest.raises(RuntimeError, match="has been closed"):
        node("recv", "sub")


# -- the page in Chromium ----------------------------------------------------------------------


class Browser:
    """A headless Chromium, driven through ChromeDriver by the WebDriver protocol."""

    def __init__(self, driver: str, profile: Path, chromium: str) -> None:
        self.process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                break
        else:
            raise AssertionError("ChromeDriver did not start")
        self.address = f"http://127.0.0.1:{found[1]}"
        # The program writes little more, but must not block on a full pipe.
        self.reader = threading.Thread(target=self.process.stdout.read, daemon=True)
        self.reader.start()
        flags = "headless no-sandbox disable-gpu disable-quic no-first-run disable-dev-shm-usage"
        flags += " disable-background-networking disable-component-update disable-sync"
        options = {
            "binary": chromium,
            "args": [*(f"--{flag}" for flag in flags.split()), f"--user-data-dir={profile}"],
        }
        answer = self.call(
            "POST",
            "/session",
            capabilities={"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}},
        )
        self.session = f"/session/{answer['sessionId']}"

    def call(self, method: str, path: str, **body: object) -> object:
        request = urllib.request.Request(
            self.address + path,
            data=json.dumps(body).encode() if method == "POST" else None,
            method=method,
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=TIMEOUT_S * 2) as answer:
            return json.load(answer)["value"]

    def open(self, url: str) -> None:
        self.call("POST", self.session + "/url", url=url)

    def run(self, script: str, *args: object) -> object:
        return self.call("POST", self.session + "/execute/sync", script=script, args=list(args))

    def text(self, element: str) -> str:
        return self.run("return document.getElementById(arguments[0]).textContent", element)

    def close(self) -> None:
        try:
            if hasattr(self, "session"):
                self.call("DELETE", self.session)
        finally:
            self.process.terminate()
            self.process.wait(TIMEOUT_S)
            self.reader.join(TIMEOUT_S)
            self.process.stdout.close()


@pytest.fixture
def browser(tmp_path):
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs Chromium and ChromeDriver (Debian: chromium, chromium-driver)")
    made = Browser(driver, tmp_path / "profile", chromium)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def page():
    """The address of the example's page, while the example runs."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", str(EXAMPLE / "serve.py"), "--seconds", str(TIMEOUT_S * 3)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(TIMEOUT_S)
        process.stdout.close()


def test_page_subscribes_and_asks(browser, page, until):
    browser.open(page)
    until(lambda: browser.text("state") == "connected")
    until(lambda: re.fullmatch(r"\d\d:\d\d:\d\d", browser.text("time")))
    assert browser.text("load") == "-"
    browser.run("document.querySelector('[data-topic=load]').click()")
    until(lambda: re.fullmatch(r"\d+\.\d\d", browser.text("load")))

    browser.run("document.querySelector('[data-topic=time]').click()")
    browser.run("document.getElementById('time').textContent = '-'")
    # Two updates of the topic load arrive, and none of the topic time.
    for _ in range(2):
        browser.run("document.getElementById('load').textContent = '-'")
        until(lambda: browser.text("load") != "-")
    assert browser.text("time") == "-"

    browser.run("document.querySelector('[name=question]').value = 'größe'")
    browser.run("document.querySelector('button').click()")
    until(lambda: browser.text("answer") == "GRößE".encode().upper().decode())


def test_example_ends_by_itself():
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLE / "serve.py"), "--seconds", "0.3"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", done.stdout)
