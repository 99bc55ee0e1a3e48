"""The workloads: a description of each line of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .workers.settings import Settings

SIZES = (16, 128, 1024, 4096, 16384, 65536, 262144, 1048576)
COUNTS = dict(
    zip(SIZES, (400_000, 400_000, 200_000, 100_000, 40_000, 12_000, 3_000, 800), strict=True)
)
"""Size -> messages that take PyZMQ about half a second over tcp."""

PYTHON = ("ours", "pyzmq", "pyomq")
EVERYBODY = (*PYTHON, "c")
WITH_WS = ("ours", "c")


def size_name(size: int) -> str:
    """Format a size in bytes: 16 B, 4 KB, 1 MB."""
    if size < 1024:
        return f"{size} B"
    return f"{size // 1024} KB" if size < 1024**2 else f"{size // 1024**2} MB"


@dataclass(frozen=True)
class Workload:
    """One line: the messages, their number, and the competitors that support it."""

    group: str
    """The table of the line, as a key of GROUPS."""
    name: str
    """The name of the line."""
    pattern: str
    transport: str = "tcp"
    size: int = 16
    count: int = 1000
    peers: int = 1
    topics: int = 0
    flavour: str = "sync"
    many: bool = False
    curve: bool = False
    call: str = ""
    one_processor: bool = False
    """True if all processes and threads run on the same processor."""
    competitors: tuple[str, ...] = EVERYBODY
    quick: bool = False
    """True if a short run also measures this line."""
    time_limit: float = 20.0
    """The time limit of a run, in seconds, so that a hanging competitor costs only one line."""
    rounds: int | None = None
    """The number of rounds; None means the number on the command line."""
    traced: bool = True
    """True if a separate, shorter run counts the system calls."""

    @property
    def key(self) -> str:
        """Return the line's name in the JSON file."""
        return f"{self.group}: {self.name}"

    @property
    def in_one_process(self) -> bool:
        """Return whether server and client share a process."""
        return self.transport == "inproc" or self.pattern in ("call", "import")

    @property
    def unit(self) -> str:
        """Return the unit of the line's figure: a rate, or the time of one call or import."""
        return {"call": "ns", "import": "ms"}.get(self.pattern, "/s")

    def with_count(self, count: int) -> Workload:
        """Return the same workload with fewer or more messages."""
        return replace(self, count=count)

    def shortened(self) -> Workload:
        """Return the same workload with a tenth of the messages, and of the peers if over 100."""
        peers = self.peers if self.peers <= 100 else self.peers // 10
        topics = self.topics * peers // self.peers
        count = max(self.count // 10, min(self.count, 40))
        return replace(self, count=count, peers=peers, topics=topics)

    def settings(self, role: str) -> Settings:
        """Return the settings of one worker."""
        return Settings(
            self.pattern,
            role,
            transport=self.transport,
            size=self.size,
            count=self.count,
            peers=self.peers,
            topics=self.topics,
            flavour=self.flavour,
            many=int(self.many),
            patience=int(self.time_limit * 500),
            curve=int(self.curve),
            call=self.call,
        )


GROUPS = {
    "one way, tcp": "PUSH to PULL over tcp, two processes",
    "one way, ipc": "PUSH to PULL over ipc, two processes",
    "one way, inproc": "PUSH to PULL over inproc, two threads",
    "one way, ws": "PUSH to PULL over ws, two processes",
    "round trips": "REQ to REP and back",
    "fan-out": "PUB to 1, 10 and 100 SUB over tcp",
    "peers": "ROUTER and 1 to 1,000 DEALER over tcp, each with one request on its way",
    "CURVE": "PUSH to PULL over tcp, encrypted",
    "asyncio": "asyncio",
    "uvloop": "asyncio on uvloop",
    "AnyIO": "AnyIO",
    "scale": "Many peers",
    "calls": "Single calls, one thread, inproc",
    "import": "Import",
}
"""Key of a group -> its heading."""


def one_way(transport: str) -> Iterator[Workload]:
    """Yield messages of all sizes, and the small ones in batches."""
    competitors = EVERYBODY if transport != "ws" else WITH_WS
    group = f"one way, {transport}"
    for size, count in COUNTS.items():
        quick = size in (16, 4096, 1048576)
        yield Workload(
            group,
            size_name(size),
            "one_way",
            transport,
            size,
            count,
            competitors=competitors,
            quick=quick,
        )
    if transport in ("tcp", "inproc"):
        yield Workload(
            group,
            "16 B, send_many and recv_many *",
            "one_way",
            transport,
            count=400_000,
            many=True,
            competitors=PYTHON,
        )


def round_trips() -> Iterator[Workload]:
    """Yield requests over all transports."""
    for transport, count in (("tcp", 6_000), ("ipc", 6_000), ("inproc", 20_000), ("ws", 6_000)):
        competitors = EVERYBODY if transport != "ws" else WITH_WS
        for size in (16, 4096, 65536):
            yield Workload(
                "round trips",
                f"{transport}, {size_name(size)}",
                "round_trip",
                transport,
                size,
                count if size < 65536 else count // 2,
                competitors=competitors,
                quick=size == 16,
            )
    for transport in ("tcp", "inproc"):
        yield Workload(
            "round trips",
            f"{transport}, 16 B, on one processor",
            "round_trip",
            transport,
            count=10_000,
            one_processor=True,
        )


def fan_out() -> Iterator[Workload]:
    """Yield one publisher with few and many subscribers."""
    for size in (128, 4096):
        for peers, count in ((1, 80_000), (10, 20_000), (100, 2_000)):
            yield Workload(
                "fan-out",
                f"{peers} SUB, {size_name(size)}",
                "fan_out",
                size=size,
                count=count,
                peers=peers,
                quick=size == 128,
            )


def peers() -> Iterator[Workload]:
    """Yield one ROUTER with few and many DEALERs."""
    for number, count in ((1, 6_000), (10, 2_000), (100, 300), (1000, 30)):
        yield Workload(
            "peers",
            f"{number:,} DEALER",
            "routed",
            size=128,
            count=count,
            peers=number,
            quick=number in (1, 100),
        )


def encrypted() -> Iterator[Workload]:
    """Yield encrypted messages."""
    for size, count in ((16, 150_000), (1024, 100_000), (16384, 15_000), (65536, 4_000)):
        yield Workload(
            "CURVE",
            size_name(size),
            "one_way",
            size=size,
            count=count,
            curve=True,
            quick=size == 1024,
        )


def awaited(group: str, flavour: str, competitors: tuple[str, ...]) -> Iterator[Workload]:
    """Yield messages and round trips with sockets that are awaited."""
    for transport in ("tcp", "inproc"):
        for size, count in ((16, 30_000), (4096, 30_000)):
            yield Workload(
                group,
                f"{transport}, one way, {size_name(size)}",
                "one_way",
                transport,
                size,
                count,
                flavour=flavour,
                competitors=competitors,
                quick=size == 16,
            )
        yield Workload(
            group,
            f"{transport}, round trip, 16 B",
            "round_trip",
            transport,
            count=4_000,
            flavour=flavour,
            competitors=competitors,
            quick=True,
        )
    yield Workload(
        group,
        "tcp, 100 tasks on 100 DEALER",
        "routed",
        count=60,
        peers=100,
        flavour=flavour,
        competitors=competitors,
    )


def scale() -> Iterator[Workload]:
    """Yield thousands of peers: rate, memory for each, and the time to connect all."""
    yield Workload(
        "scale",
        "1 ROUTER, 5,000 DEALER",
        "routed",
        size=128,
        count=10,
        peers=5000,
        rounds=1,
        time_limit=90.0,
        quick=True,
        traced=False,
    )
    yield Workload(
        "scale",
        "1 PUB, 2,000 SUB, 10,000 topics",
        "fan_out",
        size=128,
        count=60,
        peers=2000,
        topics=10_000,
        rounds=1,
        time_limit=90.0,
        quick=True,
        traced=False,
    )
    yield Workload(
        "scale",
        "1,000 asyncio tasks on 1,000 DEALER",
        "routed",
        size=128,
        count=20,
        peers=1000,
        flavour="asyncio",
        competitors=PYTHON,
        rounds=1,
        time_limit=90.0,
        quick=True,
        traced=False,
    )


CALL_NAMES = (
    "send 16 B",
    "recv 16 B",
    "send 4 KB",
    "recv 4 KB",
    "send and recv in turn, 16 B",
    "send_many 16 B, a message *",
    "recv_many 16 B, a message *",
    "recv, nothing there",
    "recv_many, nothing there *",
    *(f"{verb}_multipart, {n} parts" for n in (2, 3, 5, 10) for verb in ("send", "recv")),
    *(
        f"{call}{size}"
        for size in ("16 KB", "64 KB", "256 KB", "1 MB")
        for call in ("send and recv, ", "send and recv, copy=False, ", "recv_into, ")
    ),
    "Socket.poll, ready",
    "Poller.poll, 1 sockets, 1 ready",
    "Poller.poll, 10 sockets, 10 ready",
    "Poller.poll, 1,000 sockets, 1 ready",
    "Poller.poll, 1,000 sockets, 1,000 ready",
)
"""The calls of workers/calls.py, in the order of the table."""

CALLS_IN_C = CALL_NAMES[:5]
QUICK_CALLS = (*CALL_NAMES[:2], "send_multipart, 3 parts", "Poller.poll, 1,000 sockets, 1 ready")


def calls() -> Iterator[Workload]:
    """Yield single calls, measured for `count` ms."""
    for name in CALL_NAMES:
        yield Workload(
            "calls",
            name,
            "call",
            "inproc",
            call=name,
            count=120,
            competitors=EVERYBODY if name in CALLS_IN_C else PYTHON,
            quick=name in QUICK_CALLS,
            traced=False,
        )


def imports() -> Iterator[Workload]:
    """Yield the import of the package, and that of its asyncio module."""
    for module in ("", "asyncio"):
        yield Workload(
            "import",
            f"import zmq{module and '.' + module}",
            "import",
            call=module,
            count=8,
            competitors=PYTHON,
            quick=not module,
            traced=False,
        )


def all_workloads() -> list[Workload]:
    """Return all workloads, in the order of the tables."""
    return [
        *(line for transport in ("tcp", "ipc", "inproc", "ws") for line in one_way(transport)),
        *round_trips(),
        *fan_out(),
        *peers(),
        *encrypted(),
        *awaited("asyncio", "asyncio", PYTHON),
        *awaited("uvloop", "uvloop", PYTHON),
        *awaited("AnyIO", "anyio", ("ours",)),
        *scale(),
        *calls(),
        *imports(),
    ]


def chosen(*, quick: bool = False, only: list[str] | None = None) -> list[Workload]:
    """Return the workloads of a run; if `only` is given, keys must contain one of its texts."""
    workloads = [line for line in all_workloads() if line.quick or not quick]
    if only:
        workloads = [
            line for line in workloads if any(part.lower() in line.key.lower() for part in only)
        ]
    return [line.shortened() for line in workloads] if quick else workloads
