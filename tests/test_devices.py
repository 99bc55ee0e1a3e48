"""Devices: sockets that pass messages to each other, in threads and processes."""

from __future__ import annotations

import multiprocessing
import pickle
import struct
import subprocess
import sys
import threading

import pytest
from limits import TIMEOUT_MS
from needs import start_methods

import zmq
import zmq.devices
from zmq.devices import (
    Device,
    MonitoredQueue,
    ProcessDevice,
    ProcessMonitoredQueue,
    ProcessProxy,
    ProcessProxySteerable,
    Proxy,
    ProxySteerable,
    ThreadDevice,
    ThreadMonitoredQueue,
    ThreadProxy,
    ThreadProxySteerable,
    basedevice,
)

LOOPBACK = "tcp://127.0.0.1"

PLAIN = [Device, Proxy, ProxySteerable, MonitoredQueue]
THREADED = [ThreadDevice, ThreadProxy, ThreadProxySteerable, ThreadMonitoredQueue]
IN_PROCESSES = [ProcessDevice, ProcessProxy, ProcessProxySteerable, ProcessMonitoredQueue]


def of_class(cls, in_type, out_type):
    """Create a device; the first parameter of `Device` is its type."""
    return cls(in_type=in_type, out_type=out_type)


@pytest.fixture
def socket(ctx):
    """A function that creates a socket with timeouts, which is closed after the test."""
    all_made = []

    def make(socket_type, endpoint=None, **options):
        made = ctx.socket(socket_type)
        made.linger = 0
        made.rcvtimeo = made.sndtimeo = TIMEOUT_MS
        for name, value in options.items():
            setattr(made, name, value)
        if endpoint:
            made.connect(endpoint)
        all_made.append(made)
        return made

    yield make
    for made in all_made:
        made.close(0)


@pytest.fixture
def background():
    """A function that starts a device in a new context, and ends it after the test."""
    ends = []

    def start(device):
        if isinstance(device, ProcessDevice):
            device.start()
            ends.append(lambda: (device.launcher.terminate(), device.join(20)))
            return device
        own = zmq.Context()
        device.context_factory = lambda: own
        runner = threading.Thread(target=device.start)
        runner.start()
        ends.append(lambda: (own.term(), runner.join(20), device.join(20)))
        return device

    yield start
    for end in ends:
        end()


def subscribed(socket, endpoint, ask):
    """Connect a SUB and wait until messages reach it; `ask` makes the device send a message."""
    sub = socket(zmq.SUB, endpoint)
    sub.subscribe(b"")
    for _ in range(200):
        ask()
        if sub.poll(100):
            while sub.poll(100):
                sub.recv_multipart()
            return sub
    raise AssertionError("nothing is published")


# ------------------------------------------------------------------ of all kinds


@pytest.mark.parametrize("cls", [*PLAIN, *THREADED, *IN_PROCESSES])
def test_requests_and_replies_pass(socket, background, cls):
    device = of_class(cls, zmq.ROUTER, zmq.DEALER)
    front = device.bind_in_to_random_port(LOOPBACK)
    back = device.bind_out_to_random_port(LOOPBACK)
    background(device)
    client = socket(zmq.REQ, f"{LOOPBACK}:{front}")
    worker = socket(zmq.REP, f"{LOOPBACK}:{back}")
    client.send_multipart([b"a", b"", b"question"])
    assert worker.recv_multipart() == [b"a", b"", b"question"]
    worker.send(b"answer")
    assert client.recv() == b"answer"


@pytest.mark.parametrize("cls", [ThreadDevice, ProcessDevice])
def test_device_connects_and_sets_options(socket, background, cls):
    source, sink = socket(zmq.ROUTER), socket(zmq.PULL)
    device = of_class(cls, zmq.DEALER, zmq.PUSH)
    device.setsockopt_in(zmq.ROUTING_ID, b"me")
    device.setsockopt_out(zmq.SNDHWM, 5)
    device.connect_in(f"{LOOPBACK}:{source.bind_to_random_port(LOOPBACK)}")
    device.connect_out(f"{LOOPBACK}:{sink.bind_to_random_port(LOOPBACK)}")
    source.router_mandatory = True
    monitor = source.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
    background(device)
    assert monitor.poll(TIMEOUT_MS)
    for _ in range(1000):
        try:
            source.send_multipart([b"me", b"hello"])
            break
        except zmq.ZMQError as error:  # after the handshake, the socket may not know the peer yet
            if error.errno != zmq.EHOSTUNREACH:
                raise
    assert sink.recv() == b"hello"
    source.disable_monitor()


@pytest.mark.parametrize("cls", [ThreadProxy, ProcessProxy, ThreadProxySteerable])
def test_proxy_publishes_copies(socket, background, cls):
    device = cls(zmq.PULL, zmq.PUSH)
    front, back, copies = (
        bind(LOOPBACK)
        for bind in (
            device.bind_in_to_random_port,
            device.bind_out_to_random_port,
            device.bind_mon_to_random_port,
        )
    )
    device.setsockopt_mon(zmq.SNDHWM, 100)
    background(device)
    source = socket(zmq.PUSH, f"{LOOPBACK}:{front}")
    sink = socket(zmq.PULL, f"{LOOPBACK}:{back}")

    def ask():
        source.send(b"x")
        assert sink.recv() == b"x"

    monitor = subscribed(socket, f"{LOOPBACK}:{copies}", ask)
    source.send_multipart([b"a", b"b"])
    assert sink.recv_multipart() == [b"a", b"b"]
    assert monitor.recv_multipart() == [b"a", b"b"]


def test_monitoring_socket_of_another_type_may_connect(socket, background):
    copies = socket(zmq.PULL)
    device = ThreadProxy(zmq.PULL, zmq.PUSH, zmq.PUSH)
    front = device.bind_in_to_random_port(LOOPBACK)
    back = device.bind_out_to_random_port(LOOPBACK)
    device.connect_mon(f"{LOOPBACK}:{copies.bind_to_random_port(LOOPBACK)}")
    background(device)
    sink = socket(zmq.PULL, f"{LOOPBACK}:{back}")
    socket(zmq.PUSH, f"{LOOPBACK}:{front}").send(b"x")
    assert sink.recv() == copies.recv() == b"x"


@pytest.mark.parametrize("cls", [ThreadMonitoredQueue, ProcessMonitoredQueue])
def test_monitored_queue_adds_the_direction(socket, background, cls):
    device = cls(zmq.ROUTER, zmq.DEALER, zmq.PUSH, in_prefix=b"there", out_prefix=b"back")
    front = device.bind_in_to_random_port(LOOPBACK)
    back = device.bind_out_to_random_port(LOOPBACK)
    copies = device.bind_mon_to_random_port(LOOPBACK)
    background(device)
    client = socket(zmq.REQ, routing_id=b"me")
    client.connect(f"{LOOPBACK}:{front}")
    worker = socket(zmq.REP, f"{LOOPBACK}:{back}")
    monitor = socket(zmq.PULL, f"{LOOPBACK}:{copies}")
    client.send(b"question")
    assert worker.recv() == b"question"
    worker.send(b"answer")
    assert client.recv() == b"answer"
    assert monitor.recv_multipart() == [b"there", b"me", b"", b"question"]
    assert monitor.recv_multipart() == [b"back", b"me", b"", b"answer"]


@pytest.mark.parametrize("cls", [ThreadProxySteerable, ProcessProxySteerable])
@pytest.mark.parametrize("ctrl_type", [None, zmq.PAIR, zmq.PULL, zmq.REP])
def test_steerable_proxy_is_paused_resumed_and_ended(socket, background, cls, ctrl_type):
    device = cls(zmq.PULL, zmq.PUSH, ctrl_type=ctrl_type)
    front = device.bind_in_to_random_port(LOOPBACK)
    back = device.bind_out_to_random_port(LOOPBACK)
    control_port = device.bind_ctrl_to_random_port(LOOPBACK)
    device.setsockopt_ctrl(zmq.RCVHWM, 10)
    background(device)
    source = socket(zmq.PUSH, f"{LOOPBACK}:{front}")
    sink = socket(zmq.PULL, f"{LOOPBACK}:{back}")
    peer = {zmq.PULL: zmq.PUSH, zmq.REP: zmq.REQ}.get(ctrl_type, zmq.PAIR)
    control = socket(peer, f"{LOOPBACK}:{control_port}")

    def command(name):
        control.send(name)
        if peer == zmq.REQ:
            assert control.recv() == b""

    source.send(b"before")
    assert sink.recv() == b"before"
    command(b"PAUSE")
    if peer == zmq.REQ:  # only a REP reports when the pause has begun
        source.send(b"after")
        assert not sink.poll(200)
        command(b"RESUME")
    else:
        command(b"RESUME")
        source.send(b"after")
    assert sink.recv() == b"after"
    command(b"TERMINATE")
    device.join(20)
    assert device.done


def test_steerable_proxy_reports_its_statistics(socket, background):
    control = socket(zmq.REQ)
    device = ThreadProxySteerable(zmq.PULL, zmq.PUSH, ctrl_type=zmq.REP)
    front = device.bind_in_to_random_port(LOOPBACK)
    back = device.bind_out_to_random_port(LOOPBACK)
    device.connect_ctrl(f"{LOOPBACK}:{control.bind_to_random_port(LOOPBACK)}")
    background(device)
    sink = socket(zmq.PULL, f"{LOOPBACK}:{back}")
    socket(zmq.PUSH, f"{LOOPBACK}:{front}").send(b"12345")
    assert sink.recv() == b"12345"
    control.send(b"STATISTICS")
    numbers = [struct.unpack("=Q", part)[0] for part in control.recv_multipart()]
    assert numbers == [1, 5, 0, 0, 0, 0, 1, 5]


def test_steerable_proxy_without_control_passes_messages(socket, background):
    device = ThreadProxySteerable(zmq.PULL, zmq.PUSH)
    assert device.ctrl_type is None
    front = device.bind_in_to_random_port(LOOPBACK)
    back = device.bind_out_to_random_port(LOOPBACK)
    background(device)
    sink = socket(zmq.PULL, f"{LOOPBACK}:{back}")
    socket(zmq.PUSH, f"{LOOPBACK}:{front}").send(b"x")
    assert sink.recv() == b"x"


def test_device_of_one_socket_gives_messages_back(socket, background):
    device = ThreadDevice(zmq.QUEUE, zmq.DEALER, -1)
    port = device.bind_in_to_random_port(LOOPBACK)
    background(device)
    dealer = socket(zmq.DEALER, f"{LOOPBACK}:{port}")
    dealer.send(b"echo")
    assert dealer.recv() == b"echo"


# ------------------------------------------------------------------ attributes


@pytest.mark.parametrize("cls", [*PLAIN, *THREADED, *IN_PROCESSES])
def test_attributes_before_the_start(cls):
    device = of_class(cls, zmq.ROUTER, zmq.DEALER)
    assert device.device_type == zmq.QUEUE
    assert device.in_type == zmq.ROUTER
    assert device.out_type == zmq.DEALER
    assert device.daemon is True
    assert device.done is False
    assert getattr(device, "mon_type", zmq.PUB) == zmq.PUB
    if cls not in PLAIN:
        assert device.launcher is None


@pytest.mark.parametrize("device_type", [zmq.STREAMER, zmq.FORWARDER, zmq.QUEUE])
def test_device_has_its_type(device_type):
    assert Device(device_type, zmq.PULL, zmq.PUSH).device_type == device_type


@pytest.mark.parametrize("cls", [Device, ThreadDevice, ProcessDevice])
def test_socket_types_must_be_given(cls):
    with pytest.raises(TypeError, match="in_type must be specified"):
        cls()
    with pytest.raises(TypeError, match="out_type must be specified"):
        cls(zmq.QUEUE, zmq.ROUTER)


@pytest.mark.parametrize("cls", [MonitoredQueue, ThreadMonitoredQueue, ProcessMonitoredQueue])
@pytest.mark.parametrize("name", ["in_prefix", "out_prefix"])
def test_prefix_must_be_bytes(cls, name):
    with pytest.raises(TypeError, match=f"{name} must be bytes, got str"):
        cls(zmq.ROUTER, zmq.DEALER, **{name: "in"})


def test_contexts_by_default():
    assert Device.context_factory == ThreadProxy.context_factory == zmq.Context.instance
    assert ProcessDevice.context_factory is ProcessMonitoredQueue.context_factory is zmq.Context


@pytest.mark.parametrize("cls", [*THREADED, *IN_PROCESSES])
@pytest.mark.parametrize("daemon", [False, True])
def test_daemon_is_passed_on(monkeypatch, cls, daemon):
    launched = []

    class Launcher:
        def __init__(self, target):
            self.target = target

        def start(self):
            launched.append(self)

    monkeypatch.setattr(cls, "_launch_class", Launcher)
    device = of_class(cls, zmq.ROUTER, zmq.DEALER)
    device.daemon = daemon
    device.start()
    assert device.launcher is launched[0]
    assert launched[0].daemon is daemon
    assert launched[0].target == device.run


def test_random_ports_of_a_device_differ():
    device = ThreadProxySteerable(zmq.ROUTER, zmq.DEALER)
    ports = {
        bind(LOOPBACK)
        for bind in (
            device.bind_in_to_random_port,
            device.bind_out_to_random_port,
            device.bind_mon_to_random_port,
            device.bind_ctrl_to_random_port,
        )
        for _ in range(5)
    }
    assert len(ports) == 20


def test_random_port_is_of_the_range():
    device = ThreadDevice(zmq.QUEUE, zmq.ROUTER, zmq.DEALER)
    assert 50_000 <= device.bind_in_to_random_port(LOOPBACK, 50_000, max_port=51_000) < 51_000


def test_no_free_port_is_an_error(socket):
    taken = socket(zmq.REP)
    taken.bind(f"{LOOPBACK}:*")
    port = int(taken.last_endpoint.decode().rpartition(":")[2])
    device = ThreadDevice(zmq.QUEUE, zmq.ROUTER, zmq.DEALER)
    with pytest.raises(zmq.ZMQBindError):
        device.bind_out_to_random_port(LOOPBACK, port, port + 1, 3)


# ------------------------------------------------------------------ beginning and end


@pytest.mark.parametrize("cls", PLAIN)
def test_plain_device_runs_until_its_context_ends(cls):
    own = zmq.Context()
    device = of_class(cls, zmq.ROUTER, zmq.DEALER)
    device.context_factory = lambda: own
    runner = threading.Thread(target=device.start)
    runner.start()
    device.join(0.2)
    assert runner.is_alive()
    assert not device.done
    own.term()
    runner.join(20)
    assert not runner.is_alive()
    device.join()
    assert device.done


@pytest.mark.parametrize("cls", PLAIN)
def test_device_of_an_ended_context_is_done(cls):
    own = zmq.Context()
    own.term()
    device = of_class(cls, zmq.ROUTER, zmq.DEALER)
    device.context_factory = lambda: own
    device.start()
    assert device.done


def test_device_thread_restarts_after_its_context_ended():
    device = ThreadDevice(zmq.QUEUE, zmq.ROUTER, zmq.DEALER)
    for _ in range(2):
        own = zmq.Context()
        device.context_factory = lambda own=own: own
        device.start()
        with pytest.raises(RuntimeError, match="this ThreadDevice runs already"):
            device.start()
        device.join(0)
        own.term()
        device.join(20)
        assert device.done


@pytest.mark.parametrize("cls", PLAIN)
def test_error_of_a_plain_device_is_raised(cls):
    device = of_class(cls, zmq.ROUTER, zmq.DEALER)
    with zmq.Context() as own:
        device.context_factory = lambda: own
        device.bind_in("nonsense://x")
        with pytest.raises(zmq.ZMQError, match="nonsense"):
            device.start()
        assert device.done


def test_error_in_a_thread_is_reported(monkeypatch):
    told = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    with zmq.Context() as own:
        device = ThreadDevice(zmq.QUEUE, zmq.ROUTER, zmq.DEALER)
        device.context_factory = lambda: own
        device.setsockopt_in(zmq.SNDHWM, -1)
        device.start()
        device.join(20)
    assert device.done
    assert issubclass(told[0].exc_type, zmq.ZMQError)


@pytest.mark.skipif(
    sys.platform == "win32", reason="on Windows, an exit code does not name a signal"
)
def test_process_that_was_ended_is_done():
    device = ProcessDevice(zmq.QUEUE, zmq.ROUTER, zmq.DEALER)
    device.start()
    assert not device.done
    device.launcher.terminate()
    device.join(20)
    assert device.done


def test_run_device_can_be_overridden(ctx):
    class Once(ThreadDevice):
        def run_device(self):
            front, back = self._setup_sockets()
            back.send(front.recv())

    device = Once(zmq.QUEUE, zmq.PULL, zmq.PUSH)
    device.context_factory = lambda: ctx
    with ctx.socket(zmq.PUSH) as source, ctx.socket(zmq.PULL) as sink:
        source.bind("inproc://front")
        sink.bind("inproc://back")
        device.connect_in("inproc://front")
        device.connect_out("inproc://back")
        device.start()
        source.send(b"x")
        assert sink.poll(TIMEOUT_MS)
        assert sink.recv() == b"x"
        device.join(20)
    assert device.done


# ------------------------------------------------------------------ processes


# Python warns in the parent after the fork. If this warning were an error, the test would leave a
# child that no test ends.
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("cls", IN_PROCESSES)
@pytest.mark.parametrize("method", start_methods(multiprocessing.get_all_start_methods()))
def test_process_starts_by_every_method(monkeypatch, socket, background, cls, method):
    monkeypatch.setattr(cls, "_launch_class", multiprocessing.get_context(method).Process)
    device = of_class(cls, zmq.ROUTER, zmq.DEALER)
    front = device.bind_in_to_random_port(LOOPBACK)
    background(device)
    assert device.launcher.pid != multiprocessing.current_process().pid
    # A handshake shows that the device runs and has bound its front end.
    client = socket(zmq.REQ)
    monitor = client.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
    client.connect(f"{LOOPBACK}:{front}")
    assert monitor.poll(TIMEOUT_MS)
    client.disable_monitor()


@pytest.mark.parametrize("cls", [*PLAIN, *THREADED, *IN_PROCESSES])
def test_device_can_be_pickled(cls):
    device = of_class(cls, zmq.ROUTER, zmq.DEALER)
    device.bind_in("tcp://127.0.0.1:5555")
    device.setsockopt_out(zmq.LINGER, 5)
    copied = pickle.loads(pickle.dumps(device))
    assert type(copied) is cls
    assert copied._in_binds == device._in_binds
    assert copied._out_sockopts == [(zmq.LINGER, 5)]
    assert copied.done is False


def test_process_that_runs_can_be_pickled(background):
    device = background(ProcessDevice(zmq.QUEUE, zmq.ROUTER, zmq.DEALER))
    assert pickle.loads(pickle.dumps(device)).launcher is None


def test_program_with_devices_ends():
    program = """
import zmq, zmq.devices
devices = [
    zmq.devices.ThreadProxy(zmq.ROUTER, zmq.DEALER),
    zmq.devices.ProcessProxy(zmq.ROUTER, zmq.DEALER),
]
if __name__ == "__main__":
    for device in devices:
        device.bind_in_to_random_port("tcp://127.0.0.1")
        device.start()
    print("started")
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=60, check=True, text=True
    )
    assert ended.stdout == "started\n"


def test_names_are_exported():
    for name in zmq.devices.__all__:
        assert hasattr(zmq.devices, name)
    assert zmq.devices.monitored_queue is zmq.backend.monitored_queue
    assert issubclass(ThreadDevice, basedevice.BackgroundDevice)
    for plain, threaded, in_process in zip(PLAIN, THREADED, IN_PROCESSES, strict=True):
        assert issubclass(plain, Device)
        assert issubclass(threaded, ThreadDevice)
        assert issubclass(in_process, ProcessDevice)
