"""The cookbook's programs run within a time limit and print the expected output."""

from __future__ import annotations

import asyncio
import functools
import importlib
import importlib.util
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import zmq
import zmq.asyncio

FOLDER = Path(__file__).parent.parent / "examples" / "cookbook"
TIMEOUT_S = 100

SHOWN = {
    "broker": [
        "b'HELLO'",
        "while paused: no reply",
        "b'STILL THERE?'",
        "2 requests, 2 replies",
    ],
    "clone": ["a client that came late has {b'colour': b'blue'}"],
    "last_value_cache": ["[b'temperature/Lagos', b'31']"] * 2,
    "lazy_pirate": ["b'HELLO' was handled 1 time", "no reply in 3 tries of 100 ms"],
    "majordomo": [
        "[b'HELLO']",
        "[b'5', b'3']",
        "[b'200']",
        "[b'404']",
        "no reply from b'coffee' in 3 tries of 100 ms",
    ],
    "numpy_arrays": [
        "(1080, 1920, 3) uint8 0.0 False",
        "(1080, 1920, 3) uint8 1.0 False",
    ],
    "paranoid_pirate": ["20 requests, 20 replies"],
    "secure_pool": ["20 requests, 20 replies"],
}
STOPPED = {
    "stop_asyncio": ["at least one reply was sent: True", "at most one request is left: True"],
    "stop_processes": ["every task has its result: True", "exit codes: [0]"],
    "stop_threads": ["every task has its result: True"],
}
OTHERS = {"logging_to_one_place", "test_word_service", "word_service"}
NEEDS = {"numpy_arrays": "numpy"}
NEED_CURVE = {"secure_pool"}


# On CPython 3.15 a traceback in a process that multiprocessing has spawned causes this warning.
SPAWNED_MAIN = "ignore:Module globals is missing a __spec__.loader:DeprecationWarning"


def command(program: str, *arguments: str) -> list[str]:
    path = str(FOLDER / f"{program}.py")
    return [sys.executable, "-W", "error", "-W", SPAWNED_MAIN, "-X", "utf8", path, *arguments]


def run(program: str, *arguments: str) -> list[str]:
    """Return the lines that a program prints; fail if it fails or prints an error."""
    ended = subprocess.run(
        command(program, *arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert ended.stderr == ""
    assert ended.returncode == 0
    return ended.stdout.splitlines()


def test_every_program_is_tested() -> None:
    assert {*SHOWN, *STOPPED, *OTHERS} == {path.stem for path in FOLDER.glob("*.py")}


@pytest.mark.parametrize("program", SHOWN)
def test_program_prints_the_expected_output(program: str) -> None:
    if program in NEEDS and importlib.util.find_spec(NEEDS[program]) is None:
        pytest.skip(f"needs the package {NEEDS[program]}")
    if program in NEED_CURVE and not zmq.has("curve"):
        pytest.skip("this build has no CURVE")
    assert run(program) == SHOWN[program]


@pytest.mark.parametrize("program", STOPPED)
def test_program_stops_when_its_time_is_over(program: str) -> None:
    if sys.platform == "win32" and program == "stop_processes":
        pytest.skip("Windows has no SIGTERM to handle")
    assert run(program, "--seconds", "2") == STOPPED[program]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("program", STOPPED)
def test_program_stops_gracefully_by_signal(program: str, number: signal.Signals) -> None:
    # The program does not report when it is ready. If the signal came too early, the test starts
    # the program again and waits longer.
    for pause_s in (1, 2, 4, 8, 16):
        process = subprocess.Popen(
            command(program),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Event().wait(pause_s)
        process.send_signal(number)
        try:
            out, err = process.communicate(timeout=TIMEOUT_S)
        finally:
            process.kill()
            process.wait()
        if process.returncode == 0 and "False" not in out:
            break
    assert err == ""
    assert out.splitlines() == STOPPED[program]


def test_logs_of_all_processes_arrive() -> None:
    lines = run("logging_to_one_place")
    records = [line for line in lines if re.match(r"(INFO|ERROR) ", line)]
    assert sorted(records) == [
        "ERROR worker: worker 0 fails",
        "ERROR worker: worker 2 fails",
        *(f"INFO worker: worker {number} starts" for number in range(4)),
    ]
    assert sum(line.startswith("ZeroDivisionError: ") for line in lines) == 2


def test_tests_of_the_word_service_pass() -> None:
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-W", "error"),
            *("-p", "no:cacheprovider", "-p", "no:asyncio", "-c", "/dev/null", "--rootdir", "."),
            "test_word_service.py",
        ],
        capture_output=True,
        text=True,
        cwd=FOLDER,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " passed" in ended.stdout


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Import a program of the cookbook: ``recipe("clone")``."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


@pytest.fixture
def ended() -> Iterator[list[zmq.Context]]:
    """A list of contexts to terminate at the end, which stops the threads of `in_thread`."""
    contexts: list[zmq.Context] = []
    yield contexts
    for context in contexts:
        context.term()


def test_workers_come_back_after_the_pool(recipe, in_thread, ended):
    pirate = recipe("paranoid_pirate")
    endpoints = ["tcp://127.0.0.1:*", "tcp://127.0.0.1:*"]
    workers, clients = zmq.Context(), zmq.Context()
    ended += [workers, clients]
    working = None
    for _ in range(2):
        pool = zmq.Context()
        sockets = [pool.socket(zmq.ROUTER) for _ in range(2)]
        for socket, endpoint in zip(sockets, endpoints, strict=True):
            socket.bind(endpoint)
        endpoints = [socket.last_endpoint.decode() for socket in sockets]
        running = in_thread(pirate.Pool(*sockets, 0.05).run)
        if working is None:
            arguments = (workers, endpoints[1], bytes.upper, 0.05, 0.1)
            working = in_thread(functools.partial(pirate.work, *arguments))
        reply = pirate.request(clients, endpoints[0], b"hello", timeout_ms=500, tries=60)
        assert reply == b"HELLO"
        pool.term()
        running.value()
    workers.term()
    working.value()


@pytest.fixture
def secure_pool(recipe, tmp_path):
    """Run a coroutine function with the recipe, a context, the keys and the pool's endpoints."""
    if not zmq.has("curve"):
        pytest.skip("this build has no CURVE")
    pool = recipe("secure_pool")
    keys = tmp_path / "keys"
    pool.make_keys(keys)

    async def main(scenario) -> None:
        stop = asyncio.Event()
        with (
            zmq.asyncio.Context() as context,
            pool.pool_sockets(context, keys, *["tcp://127.0.0.1:*"] * 2) as both,
        ):
            endpoints = [socket.last_endpoint.decode() for socket in both]
            running = asyncio.create_task(pool.Pool(*both, interval_s=0.05).run(stop))
            await asyncio.wait_for(scenario(pool, context, keys, *endpoints), TIMEOUT_S)
            stop.set()
            await asyncio.wait_for(running, TIMEOUT_S)

    return lambda scenario: asyncio.run(main(scenario))


def test_request_of_a_silent_worker_is_repeated(secure_pool):
    async def scenario(pool, context, keys, clients_at, workers_at):
        with pool.worker_socket(context, workers_at, keys) as silent:
            await silent.send(pool.READY)
            asking = asyncio.create_task(pool.ask(context, clients_at, keys, b"hello"))
            request = await silent.recv_multipart()
            stop = asyncio.Event()
            with pool.worker_socket(context, workers_at, keys) as socket:
                working = asyncio.create_task(pool.work(socket, pool.upper, stop, 0.05))
                assert await asking == b"HELLO"
                # The pool drops this second reply.
                await silent.send_multipart([*request[:-1], b"late"])
                assert await pool.ask(context, clients_at, keys, b"again") == b"AGAIN"
                stop.set()
                await working

    secure_pool(scenario)


def test_worker_that_stops_finishes_its_request(secure_pool):
    async def scenario(pool, context, keys, clients_at, workers_at):
        stop = asyncio.Event()

        async def stop_and_reply(body):
            stop.set()
            await asyncio.sleep(0)
            return body.upper()

        with pool.worker_socket(context, workers_at, keys) as socket:
            working = asyncio.create_task(pool.work(socket, stop_and_reply, stop, 0.05))
            assert await pool.ask(context, clients_at, keys, b"last") == b"LAST"
            await working

    secure_pool(scenario)


def test_secure_pool_refuses_an_unknown_client(secure_pool):
    async def scenario(pool, context, keys, clients_at, workers_at):
        (keys / "client.key_secret").unlink()
        pool.zmq.auth.create_certificates(keys, "client")
        with pytest.raises(TimeoutError, match="no reply"):
            await pool.ask(context, clients_at, keys, b"hello", timeout_ms=50)

    secure_pool(scenario)


def test_pool_forgets_a_silent_worker(recipe, in_thread, context, until):
    pirate = recipe("paranoid_pirate")
    inner = zmq.Context()
    clients, workers = inner.socket(zmq.ROUTER), inner.socket(zmq.ROUTER)
    clients.bind("tcp://127.0.0.1:*")
    workers.bind("tcp://127.0.0.1:*")
    clients_at, workers_at = clients.last_endpoint, workers.last_endpoint
    pool = pirate.Pool(clients, workers, interval_s=1000)
    running = in_thread(pool.run)
    silent, client = context.socket(zmq.DEALER), context.socket(zmq.REQ)
    silent.connect(workers_at)
    silent.send(b"\x01")
    until(lambda: pool._free)
    pool._free[next(iter(pool._free))] = 0.0  # as if the worker's time were over
    client.connect(clients_at)
    client.send(b"x")
    until(lambda: not pool._free)
    silent.send(b"\x02")  # too late: only READY brings the worker back
    assert not silent.poll(100)
    silent.send(b"\x01")
    *envelope, body = silent.recv_multipart()
    silent.send_multipart([*envelope, body.upper()])
    assert client.recv() == b"X"
    inner.term()
    running.value()


def test_majordomo_forgets_a_silent_worker(recipe, in_thread, context):
    majordomo = recipe("majordomo")
    broker = zmq.Context()
    router = broker.socket(zmq.ROUTER)
    router.bind("tcp://127.0.0.1:*")
    endpoint = router.last_endpoint.decode()
    running = in_thread(majordomo.Broker(router, interval_s=0.02).run)
    silent = context.socket(zmq.DEALER)
    silent.connect(endpoint)
    silent.send_multipart([b"", b"MDPW01", b"\x01", b"echo"])

    def is_there() -> bytes:
        return majordomo.request(
            context, endpoint, b"mmi.service", b"echo", timeout_ms=TIMEOUT_S * 1000
        )[0]

    while silent.recv_multipart() != [b"", b"MDPW01", b"\x05"]:  # heartbeats, then DISCONNECT
        pass
    assert is_there() == b"404"
    silent.send_multipart([b"", b"MDPW01", b"\x04"])
    assert silent.recv_multipart() == [b"", b"MDPW01", b"\x05"]
    # The broker survives all of these messages.
    for message in ([b""], [b"", b"?"], [b"", b"MDPW01"], [b"", b"MDPC01", b"echo"], [b"x"]):
        silent.send_multipart(message)
    silent.send_multipart([b"", b"MDPW01", b"\x01", b"mmi.x"])  # a name that is not for workers
    assert silent.recv_multipart() == [b"", b"MDPW01", b"\x05"]
    assert is_there() == b"404"
    broker.term()
    running.value()


def test_clone_closes_a_gap_and_survives_its_server(recipe, in_thread, ended):
    clone = recipe("clone")
    clients = zmq.Context()
    ended.append(clients)
    endpoints = ("tcp://127.0.0.1:*",) * 3
    client = None
    for color in (b"red", b"green"):
        context = zmq.Context()
        server = clone.Server(context, *endpoints, interval_s=1000)
        endpoints = server.endpoints
        running = in_thread(server.run)
        if client is None:
            client = clone.Client(clients, *endpoints, interval_s=0.5)
        client.set(b"color", color)
        while client.table.get(b"color") != color:
            client.update()
        client._number -= 1  # as if the client had missed a change
        client.table.clear()
        client.set(b"size", b"10")
        while client.table != {b"color": color, b"size": b"10"}:
            client.update()
        context.term()
        running.value()
    client.close()


def test_cache_sends_its_values_only_to_the_topic(recipe, in_thread, context):
    cache = recipe("last_value_cache")
    inner = zmq.Context()
    sockets = cache.make_cache_sockets(inner, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*")
    updates_at, subscribers_at = (socket.last_endpoint.decode() for socket in sockets)
    running = in_thread(lambda: cache.run_cache(*sockets))
    publisher = context.socket(zmq.PUSH)
    publisher.connect(updates_at)
    for number in range(3):
        for topic in (b"a/1", b"a/2", b"b"):
            publisher.send_multipart([topic, b"%d" % number])
    publisher.send(b"no update")
    publisher.send_multipart([b"end", b"0"])
    last = cache.subscribe(context, subscribers_at, "end")
    assert last.recv_multipart() == [b"end", b"0"]  # so the cache has all earlier messages
    for _ in range(2):
        late = cache.subscribe(context, subscribers_at, "a/")
        assert [late.recv_multipart() for _ in range(2)] == [[b"a/1", b"2"], [b"a/2", b"2"]]
        assert not late.poll(50)
        late.close()
    inner.term()
    running.value()


def test_request_is_handled_once(recipe, in_thread):
    pirate = recipe("lazy_pirate")
    context = zmq.Context()
    socket = context.socket(zmq.REP)
    socket.bind("inproc://service")
    handled: list[bytes] = []
    serving = in_thread(lambda: pirate.serve(socket, lambda body: handled.append(body) or body))
    with context.socket(zmq.REQ) as client:
        client.rcvtimeo = TIMEOUT_S * 1000
        client.connect("inproc://service")
        for parts in ([b"id", b"x"], [b"id", b"x"], [b"one part"], [b"other", b"y"]):
            client.send_multipart(parts)
            client.recv_multipart()
    assert handled == [b"x", b"y"]
    context.term()
    serving.value()


@pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="needs the package numpy")
def test_arrays_arrive_and_others_are_refused(
    recipe: Callable[[str], ModuleType], pair: tuple[zmq.Socket, zmq.Socket]
) -> None:
    import numpy as np

    arrays = recipe("numpy_arrays")
    one, other = pair
    for array in (
        np.zeros(0),
        np.array(3.5),
        np.arange(12).reshape(3, 4)[:, ::2],
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.ones(100_000),
    ):
        arrays.send_array(one, array)
        received = arrays.recv_array(other)
        assert (received.shape, received.dtype) == (array.shape, array.dtype)
        assert (received == array).all()
    for message in (
        [b"one part"],
        [b"{", b""],
        [b"[]", b""],
        [b'{"dtype": "|O", "shape": [1]}', b"12345678"],
        [b'{"dtype": "<f8", "shape": [-1]}', b""],
        [b'{"dtype": "<f8", "shape": [1e400]}', b""],
        [b'{"dtype": "<f8", "shape": [2]}', b"12345678"],
    ):
        one.send_multipart(message)
        with pytest.raises(ValueError, match=r"array|part|bytes|Expecting"):
            arrays.recv_array(other)
