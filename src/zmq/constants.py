"""The constants of libzmq, as enums and under their plain names.

Every name of ``zmq.h`` is here without its ``ZMQ_`` prefix: as a member of an enum, and also as a
name of this module and of :mod:`zmq`. So ``zmq.PUSH`` is ``zmq.SocketType.PUSH``. The
enums also contain names of newer releases of libzmq; using one raises :class:`zmq.ZMQError` with
``EINVAL``.

The members are ints, so you can use them wherever libzmq needs a number.
"""

from __future__ import annotations

import errno as _system_errno
import sys as _sys
from enum import Enum as Enum
from enum import IntEnum as IntEnum
from enum import IntFlag as IntFlag

# libzmq numbers its own errors from here on, so that they do not collide with those of any system.
_HAUSNUMERO = 156384712


def _errno(name: str, offset: int, windows: int) -> int:
    """Return the number of a POSIX error in libzmq on this platform.

    Windows is special: its C library, and so libzmq, uses its own POSIX numbers, but the errno
    module has the numbers of Winsock (``WSAEADDRINUSE``) under the same names.

    Parameters
    ----------
    name
        The name of the error in the :mod:`errno` module.
    offset
        The offset from ``ZMQ_HAUSNUMERO`` in ``zmq.h``, for systems without this error.
    windows
        The number in Microsoft's C library.
    """
    if _sys.platform == "win32":
        return windows
    number: int = getattr(_system_errno, name, _HAUSNUMERO + offset)
    return number


class Errno(IntEnum):
    """Error numbers, as in :attr:`zmq.ZMQError.errno`.

    POSIX errors have the number of this system; ZeroMQ's own errors have the same number
    everywhere.

    .. versionadded:: 23
    """

    EAGAIN = _system_errno.EAGAIN
    """The call would have to wait, or has timed out: :class:`zmq.Again`."""
    EFAULT = _system_errno.EFAULT
    """The context or a pointer is not valid."""
    EINVAL = _system_errno.EINVAL
    """Unknown option, value out of range, or malformed endpoint."""
    ENOTSUP = _errno("ENOTSUP", 1, 129)
    """This socket type does not support the operation."""
    EPROTONOSUPPORT = _errno("EPROTONOSUPPORT", 2, 135)
    """libzmq does not know the transport, or was built without it."""
    ENOBUFS = _errno("ENOBUFS", 3, 119)
    """There is no memory for buffers."""
    ENETDOWN = _errno("ENETDOWN", 4, 116)
    """The network is down."""
    EADDRINUSE = _errno("EADDRINUSE", 5, 100)
    """The address is in use: another socket is bound there."""
    EADDRNOTAVAIL = _errno("EADDRNOTAVAIL", 6, 101)
    """This machine does not have that address."""
    ECONNREFUSED = _errno("ECONNREFUSED", 7, 107)
    """No socket is bound to that inproc endpoint, or the other machine refuses the connection."""
    EINPROGRESS = _errno("EINPROGRESS", 8, 112)
    """Connecting continues in the background."""
    ENOTSOCK = _errno("ENOTSOCK", 9, 128)
    """The socket is closed, or the object is not a socket."""
    EMSGSIZE = _errno("EMSGSIZE", 10, 115)
    """The message is too large for its transport."""
    EAFNOSUPPORT = _errno("EAFNOSUPPORT", 11, 102)
    """The system does not have this kind of address."""
    ENETUNREACH = _errno("ENETUNREACH", 12, 118)
    """No route leads to that network."""
    ECONNABORTED = _errno("ECONNABORTED", 13, 106)
    """The connection was aborted before it was established."""
    ECONNRESET = _errno("ECONNRESET", 14, 108)
    """The peer has broken the connection."""
    ENOTCONN = _errno("ENOTCONN", 15, 126)
    """The socket has no connection."""
    ETIMEDOUT = _errno("ETIMEDOUT", 16, 138)
    """The peer has not answered in time."""
    EHOSTUNREACH = _errno("EHOSTUNREACH", 17, 110)
    """No peer has that routing id (see :attr:`SocketOption.ROUTER_MANDATORY`)."""
    ENETRESET = _errno("ENETRESET", 18, 117)
    """The network has dropped the connection."""
    EFSM = _HAUSNUMERO + 51
    """The socket's state does not allow this, such as a second send of a REQ."""
    ENOCOMPATPROTO = _HAUSNUMERO + 52
    """The transport does not work with this socket type."""
    ETERM = _HAUSNUMERO + 53
    """The context was terminated: :class:`zmq.ContextTerminated`."""
    EMTHREAD = _HAUSNUMERO + 54
    """libzmq has no I/O thread for the task, or two threads used one socket at once."""


class ContextOption(IntEnum):
    """Options of a context, for :meth:`zmq.Context.get` and :meth:`zmq.Context.set`.

    .. versionadded:: 23
    """

    IO_THREADS = 1
    """Number of I/O threads, which move messages between queues and the network.

    :Value: int, 0 or more; 0 is enough for inproc
    :Default: 1
    :Applies: before the first socket is made
    """
    MAX_SOCKETS = 2
    """The largest number of sockets that the context can have at once.

    :Value: int, up to SOCKET_LIMIT
    :Default: 1023
    :Applies: before the first socket is made
    """
    SOCKET_LIMIT = 3
    """The largest value of MAX_SOCKETS.

    :Value: int, in sockets; read only
    :Default: 65535
    """
    THREAD_PRIORITY = 3
    """Scheduling priority of the I/O threads.

    :Value: int, a priority of the policy; set only
    :Default: the value of the system
    :Applies: before the first socket is made
    """
    THREAD_SCHED_POLICY = 4
    """Scheduling policy of the I/O threads.

    :Value: int, such as ``os.SCHED_FIFO``; set only
    :Default: the value of the system
    :Applies: before the first socket is made
    """
    MAX_MSGSZ = 5
    """The largest message that can be sent.

    :Value: int, in bytes, up to 2147483647
    :Default: 2147483647
    :Applies: at once
    """
    MSG_T_SIZE = 6
    """Size of ``zmq_msg_t``.

    :Value: int, in bytes; read only
    :Default: 64
    """
    THREAD_AFFINITY_CPU_ADD = 7
    """Adds a CPU to those that the I/O threads may run on.

    :Value: int, the number of a CPU; set only
    :Default: any CPU
    :Applies: before the first socket is made
    """
    THREAD_AFFINITY_CPU_REMOVE = 8
    """Removes a CPU from those that THREAD_AFFINITY_CPU_ADD has added.

    :Value: int, the number of a CPU; set only
    :Default: none
    :Applies: before the first socket is made
    """
    THREAD_NAME_PREFIX = 9
    """The beginning of the names of the I/O threads.

    :Value: str or bytes, up to 16 bytes, or an int; set only
    :Default: none
    :Applies: before the first socket is made
    """
    SPIN_TIME = 10_000
    """The time for which a thread spins before it sleeps. Only in this build of libzmq.

    It applies to the I/O threads and to blocking sends and receives.

    :Value: int, in microseconds, up to 1000
    :Default: 0
    :Applies: before the first socket is made
    """


class SocketType(IntEnum):
    """The types of sockets.

    .. versionadded:: 23
    """

    PAIR = 0
    """Exchanges messages with one peer, in both directions; meant for threads over inproc."""
    PUB = 1
    """Publishes: sends each message to all subscribers of its topic.

    Never waits: it drops messages for a subscriber whose queue is full.
    """
    SUB = 2
    """Subscribes: receives the messages of its PUBs that begin with one of its subscriptions."""
    REQ = 3
    """Sends a request and receives its reply, in turn. Peers are REP or ROUTER."""
    REP = 4
    """Receives a request and sends its reply, in turn. Peers are REQ or DEALER."""
    DEALER = 5
    """A REQ without fixed order: sends to its peers in turn, receives from all of them."""
    ROUTER = 6
    """A REP without fixed order: the first part of each message is the peer's routing id."""
    PULL = 7
    """Receives messages of PUSH sockets, from each in turn."""
    PUSH = 8
    """Distributes work: sends each message to one of its PULLs, in turn.

    Waits while the queues of all PULLs are full.
    """
    XPUB = 9
    """A PUB that receives the subscriptions of its peers as messages."""
    XSUB = 10
    """A SUB that sends its subscriptions as messages."""
    STREAM = 11
    """Exchanges bytes with plain TCP peers that do not use ZeroMQ."""

    XREQ = DEALER
    """Old name of DEALER."""
    XREP = ROUTER
    """Old name of ROUTER."""

    # Draft: any release of libzmq may change or remove these.
    SERVER = 12
    """Draft, thread-safe: replies to a CLIENT by the routing id of its message."""
    CLIENT = 13
    """Draft, thread-safe: exchanges messages with a SERVER."""
    RADIO = 14
    """Draft, thread-safe: publishes messages to groups."""
    DISH = 15
    """Draft, thread-safe: receives messages of the groups that it has joined."""
    GATHER = 16
    """Draft, thread-safe: receives from SCATTER, like PULL from PUSH."""
    SCATTER = 17
    """Draft, thread-safe: sends to GATHER, like PUSH to PULL."""
    DGRAM = 18
    """Draft: sends and receives UDP datagrams."""
    PEER = 19
    """Draft, thread-safe: exchanges messages with other PEERs by their routing ids."""
    CHANNEL = 20
    """Draft, thread-safe: a PAIR for messages of one part."""


class _OptType(Enum):
    """The C type of the value of a socket option in libzmq."""

    int = "int"
    int64 = "int64"
    bytes = "bytes"
    fd = "fd"


class SocketOption(IntEnum):
    """Options of a socket, for :meth:`zmq.Socket.get` and :meth:`zmq.Socket.set`.

    Each option is also an attribute of sockets: ``sock.linger = 0`` is
    ``sock.set(zmq.SocketOption.LINGER, 0)``. Each text describes the values, the value of a new
    socket, the time when a new value applies, and the socket types. `zmq.Socket.linger.__doc__` and
    ``python -m zmq options linger`` show the same.

    .. versionadded:: 23
    """

    _value_: int
    _opt_type: _OptType

    def __new__(cls, value: int, opt_type: _OptType = _OptType.int) -> SocketOption:
        """Create the member with this number, and store the C type of its values."""
        self = int.__new__(cls, value)
        self._value_ = value
        self._opt_type = opt_type
        return self

    HWM = 1
    """Both high-water marks at once, as in libzmq 2.

    libzmq has removed this option; this package sets SNDHWM and RCVHWM instead.

    :Value: int, in messages; 0 is no limit
    :Default: 1000
    :Applies: at once
    :Sockets: all
    """
    AFFINITY = 4, _OptType.int64
    """The I/O threads of the context that handle new connections.

    :Value: int, a bit mask: bit 0 is the first thread; 0 is any thread
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    ROUTING_ID = 5, _OptType.bytes
    """The id by which a ROUTER knows this socket.

    Two peers of a ROUTER must not have the same id: the ROUTER ignores the second peer. See
    ROUTER_HANDOVER.

    A ROUTER itself chooses ids that begin with a zero byte. libzmq accepts such an id here, but a
    ROUTER may have given it to another peer already.

    :Value: bytes, 1 to 255 of them
    :Default: b"": each ROUTER chooses an id
    :Applies: to endpoints bound or connected afterwards
    :Sockets: DEALER, REQ, REP, ROUTER; others may set it
    """
    SUBSCRIBE = 6, _OptType.bytes
    """Receive messages that begin with these bytes.

    A SUB without a subscription receives nothing. On an XPUB with XPUB_MANUAL, this subscribes the
    peer whose request was received last.

    :Value: bytes, b"" is all messages; set only
    :Default: no subscription
    :Applies: at once
    :Sockets: SUB; XPUB with XPUB_MANUAL
    """
    UNSUBSCRIBE = 7, _OptType.bytes
    """Undo one SUBSCRIBE of the same bytes.

    :Value: bytes; set only
    :Default: none
    :Applies: at once
    :Sockets: SUB; XPUB with XPUB_MANUAL
    """
    RATE = 8
    """The largest send rate of a multicast socket (pgm, epgm, norm).

    :Value: int, in kilobits per second, at least 1
    :Default: 100
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those with multicast endpoints
    """
    RECOVERY_IVL = 9
    """The time for which a lost multicast datagram (pgm, epgm) can be requested again.

    :Value: int, in ms
    :Default: 10000
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those with multicast endpoints
    """
    SNDBUF = 11
    """Size of the kernel's send buffer of a connection.

    :Value: int, in bytes; -1 leaves it to the system
    :Default: -1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws, ipc and udp
    """
    RCVBUF = 12
    """Size of the kernel's receive buffer of a connection.

    :Value: int, in bytes; -1 leaves it to the system
    :Default: -1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws, ipc and udp
    """
    RCVMORE = 13
    """1 if another part of the same message follows the last received part.

    :Value: int, 1 or 0; read only
    :Default: 0
    :Sockets: all that receive
    """
    FD = 14, _OptType.fd
    """The descriptor that becomes readable when EVENTS may have changed.

    It is edge-triggered: read EVENTS after each wake-up, and after each send and receive.

    :Value: int, a file descriptor (Windows: a SOCKET); read only
    :Default: the socket's descriptor
    :Sockets: all
    """
    EVENTS = 15
    """The events that can be handled without waiting.

    :Value: int, :class:`PollEvent` flags; read only
    :Default: the current events
    :Sockets: all
    """
    TYPE = 16
    """The type of the socket.

    :Value: int, a :class:`SocketType`; read only
    :Default: the type given at its creation
    :Sockets: all
    """
    LINGER = 17
    """The time for which unsent messages are kept after close. The termination of the context waits
    for at most this time.

    :Value: int, in ms; -1 is for ever, 0 drops them at once
    :Default: -1; 0 on SUB, XSUB and DISH
    :Applies: at once; used when the socket closes
    :Sockets: all
    """
    RECONNECT_IVL = 18
    """The first pause before a reconnect.

    :Value: int, in ms; 0 and -1 mean no reconnect
    :Default: 100
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect
    """
    BACKLOG = 19
    """The number of incoming connections that may wait to be accepted.

    :Value: int, in connections; the system may have a limit
    :Default: 100
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that bind tcp, ws or ipc
    """
    RECONNECT_IVL_MAX = 21
    """The longest pause before a reconnect: the pause doubles up to it.

    :Value: int, in ms; 0 keeps the pause at RECONNECT_IVL
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect
    """
    MAXMSGSIZE = 22, _OptType.int64
    """Disconnect a peer that sends a message part larger than this.

    :Value: int, in bytes; -1 is no limit
    :Default: -1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all that receive
    """
    SNDHWM = 23
    """High-water mark: the number of messages that may wait to be sent to one peer.

    At the mark, PUSH, DEALER, REQ and PAIR wait; PUB, XPUB, RADIO and ROUTER drop messages.

    :Value: int, in messages; 0 is no limit
    :Default: 1000
    :Applies: at once
    :Sockets: all that send
    """
    RCVHWM = 24
    """High-water mark: the number of messages of one peer that may wait to be received.

    :Value: int, in messages; 0 is no limit
    :Default: 1000
    :Applies: at once
    :Sockets: all that receive
    """
    MULTICAST_HOPS = 25
    """The number of routers that a multicast datagram may pass (time to live).

    :Value: int, in hops; 1 stays in the local network
    :Default: 1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those with multicast endpoints
    """
    RCVTIMEO = 27
    """The time for which a receive waits before it raises :class:`zmq.Again`.

    :Value: int, in ms; -1 is for ever, 0 not at all
    :Default: -1
    :Applies: at once
    :Sockets: all that receive
    """
    SNDTIMEO = 28
    """The time for which a send waits before it raises :class:`zmq.Again`.

    :Value: int, in ms; -1 is for ever, 0 not at all
    :Default: -1
    :Applies: at once
    :Sockets: all that send
    """
    LAST_ENDPOINT = 32, _OptType.bytes
    """The endpoint of the last bind or connect, with wildcards resolved.

    :Value: bytes; read only
    :Default: b""
    :Sockets: all
    """
    ROUTER_MANDATORY = 33
    """1: a ROUTER raises an error instead of dropping a message.

    It raises EHOSTUNREACH for an unknown routing id. If a queue is full, it waits or raises
    :class:`zmq.Again`.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: ROUTER
    """
    TCP_KEEPALIVE = 34
    """TCP keep-alive on (1) or off (0).

    :Value: int; -1 leaves it to the system
    :Default: -1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp and ws
    """
    TCP_KEEPALIVE_CNT = 35
    """The number of unanswered keep-alive probes after which a connection ends.

    :Value: int, in probes; -1 leaves it to the system
    :Default: -1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp and ws
    """
    TCP_KEEPALIVE_IDLE = 36
    """The time for which a connection is idle before the first keep-alive probe.

    :Value: int, in seconds; -1 leaves it to the system
    :Default: -1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp and ws
    """
    TCP_KEEPALIVE_INTVL = 37
    """The pause between keep-alive probes.

    :Value: int, in seconds; -1 leaves it to the system
    :Default: -1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp and ws
    """
    IMMEDIATE = 39
    """1: messages are queued only for connected peers.

    0: a connect creates a queue at once, and messages wait in it for the connection.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect
    """
    XPUB_VERBOSE = 40
    """1: an XPUB receives every subscription, not only the first to each topic.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: XPUB
    """
    ROUTER_RAW = 41
    """1: a ROUTER uses plain TCP. Superseded by STREAM sockets.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: ROUTER
    """
    IPV6 = 42
    """1: use IPv6 in addition to IPv4; host names are looked up for both.

    :Value: int, 1 or 0
    :Default: 0, or the value of the context's option
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws and udp
    """
    MECHANISM = 43
    """The security mechanism, as chosen by the other options.

    :Value: int, a :class:`SecurityMechanism`; read only
    :Default: 0 (NULL)
    :Sockets: all
    """
    PLAIN_SERVER = 44
    """1: ask clients for a user name and a password, which an authenticator checks.

    Without an authenticator, every user name and password is refused.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    PLAIN_USERNAME = 45, _OptType.bytes
    """The user name that a PLAIN client logs in with. Setting it makes this socket a PLAIN client.

    :Value: bytes, 1 to 255 of them
    :Default: b""
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    PLAIN_PASSWORD = 46, _OptType.bytes
    """The password that a PLAIN client logs in with. It is sent unencrypted.

    :Value: bytes, 1 to 255 of them
    :Default: b""
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    CURVE_SERVER = 47
    """1: act as the CURVE server of a connection, with the key CURVE_SECRETKEY.

    This option only encrypts. zmq.auth decides which clients may connect; without it every client
    may connect.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    CURVE_PUBLICKEY = 48, _OptType.bytes
    """The public key of this socket, for CURVE. A server needs only its secret key.

    :Value: bytes, 32 of them or 40 of Z85 text
    :Default: zeros
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    CURVE_SECRETKEY = 49, _OptType.bytes
    """The secret key of this socket, for CURVE.

    :Value: bytes, 32 of them or 40 of Z85 text
    :Default: zeros
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    CURVE_SERVERKEY = 50, _OptType.bytes
    """The public key of the server. Setting it makes this socket a CURVE client.

    :Value: bytes, 32 of them or 40 of Z85 text
    :Default: zeros
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    PROBE_ROUTER = 51
    """1: send an empty message on every new connection, so that a ROUTER knows this socket.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: DEALER, REQ, ROUTER
    """
    REQ_CORRELATE = 52
    """1: give each request a number, and drop replies to earlier requests.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: REQ
    """
    REQ_RELAXED = 53
    """1: allow another request before the reply to the last one has arrived. Use it with
    REQ_CORRELATE.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: REQ
    """
    CONFLATE = 54
    """1: keep only the newest message, to send and to receive. Not for multipart messages.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: PULL, PUSH, PUB, SUB, DEALER, DISH, RADIO, GATHER, SCATTER
    """
    ZAP_DOMAIN = 55, _OptType.bytes
    """The ZAP domain that this socket sends to the authenticator.

    :Value: bytes, 1 to 255 of them
    :Default: b"": NULL connections ask no authenticator
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that bind
    """
    ROUTER_HANDOVER = 56
    """1: a new peer takes over the routing id of an older peer, and the ROUTER disconnects the
    older one.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: ROUTER
    """
    TOS = 57
    """Type of service (DSCP and ECN bits) of the IP packets.

    :Value: int, 0 or more
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp and ws
    """
    CONNECT_ROUTING_ID = 61, _OptType.bytes
    """The routing id that this socket uses for the peer of the next connect.

    :Value: bytes, 1 to 255 of them; set only
    :Default: libzmq chooses one
    :Applies: to the next connect
    :Sockets: ROUTER, STREAM
    """
    GSSAPI_SERVER = 62
    """1: act as the GSSAPI (Kerberos) server of a connection. Only in builds with GSSAPI.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    GSSAPI_PRINCIPAL = 63, _OptType.bytes
    """The name of this socket's own GSSAPI principal. Only in builds with GSSAPI.

    :Value: bytes, 1 to 255 of them
    :Default: b""
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    GSSAPI_SERVICE_PRINCIPAL = 64, _OptType.bytes
    """The name of the server's GSSAPI principal, for a client. Only in builds with GSSAPI.

    :Value: bytes, 1 to 255 of them
    :Default: b""
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    GSSAPI_PLAINTEXT = 65
    """1: GSSAPI authenticates but does not encrypt. Only in builds with GSSAPI.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    HANDSHAKE_IVL = 66
    """Disconnect a peer that has not finished the handshake in this time.

    :Value: int, in ms; 0 is never
    :Default: 30000
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws and ipc
    """
    SOCKS_PROXY = 68, _OptType.bytes
    """The SOCKS5 proxy to connect through.

    :Value: bytes, ``host:port``
    :Default: b"": no proxy
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect over tcp
    """
    XPUB_NODROP = 69
    """1: at the high-water mark a send waits or raises :class:`zmq.Again`, instead of dropping the
    message.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: PUB, XPUB, RADIO
    """
    BLOCKY = 70
    """An option of the context: ``context.set(zmq.BLOCKY, 0)`` gives new sockets a LINGER of 0.

    :Value: int, 1 or 0
    :Default: 1
    :Applies: to sockets made afterwards
    :Sockets: none: set it on the context
    """
    XPUB_MANUAL = 71
    """1: the program, not the peers, makes the subscriptions, by SUBSCRIBE and UNSUBSCRIBE.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: XPUB
    """
    XPUB_WELCOME_MSG = 72, _OptType.bytes
    """A message for new subscribers: each receives it if its subscription matches the message.

    :Value: bytes; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: XPUB
    """
    STREAM_NOTIFY = 73
    """1: a STREAM receives an empty message when a peer connects or disconnects.

    :Value: int, 1 or 0; set only
    :Default: 1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: STREAM
    """
    INVERT_MATCHING = 74
    """1: invert the subscriptions: messages that match are not received. Both sides have to set it.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: PUB, SUB, XPUB, XSUB
    """
    HEARTBEAT_IVL = 75
    """The time between two PINGs that are sent to the peer.

    :Value: int, in ms; 0 is never
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws and ipc
    """
    HEARTBEAT_TTL = 76
    """Each PING asks the peer to end the connection after this time without traffic.

    :Value: int, in ms, up to 6553599, in steps of 100; 0 is never
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws and ipc
    """
    HEARTBEAT_TIMEOUT = 77
    """The time to wait for traffic after a PING, before the connection is ended.

    :Value: int, in ms; 0 is for ever
    :Default: -1: the value of HEARTBEAT_IVL
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws and ipc
    """
    XPUB_VERBOSER = 78
    """1: an XPUB receives every subscription and every unsubscription.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: XPUB
    """
    CONNECT_TIMEOUT = 79
    """The time that a connection attempt may take before the next attempt.

    :Value: int, in ms; 0 leaves it to the system
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect over tcp
    """
    TCP_MAXRT = 80
    """The time for which sent TCP data may stay unacknowledged before the connection ends.

    :Value: int, in ms; 0 leaves it to the system
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp and ws
    """
    THREAD_SAFE = 81
    """1 if many threads may use the socket at once.

    :Value: int, 1 or 0; read only
    :Default: by type: 1 for SERVER, CLIENT, RADIO, DISH, GATHER, SCATTER, PEER and CHANNEL
    :Sockets: all
    """
    MULTICAST_MAXTPDU = 84
    """Size of the largest multicast packet (pgm, epgm).

    :Value: int, in bytes
    :Default: 1500
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those with multicast endpoints
    """
    VMCI_BUFFER_SIZE = 85, _OptType.int64
    """Size of the buffer of a vmci connection. Only in builds with VMCI.

    :Value: int, in bytes
    :Default: 0: the system's
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over vmci
    """
    VMCI_BUFFER_MIN_SIZE = 86, _OptType.int64
    """The smallest buffer of a vmci connection. Only in builds with VMCI.

    :Value: int, in bytes
    :Default: 0: the system's
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over vmci
    """
    VMCI_BUFFER_MAX_SIZE = 87, _OptType.int64
    """The largest buffer of a vmci connection. Only in builds with VMCI.

    :Value: int, in bytes
    :Default: 0: the system's
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over vmci
    """
    VMCI_CONNECT_TIMEOUT = 88
    """The time that a vmci connect may take. Only in builds with VMCI.

    :Value: int, in ms; -1 leaves it to the system
    :Default: -1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over vmci
    """
    USE_FD = 89
    """A socket descriptor that already listens, for example from systemd; the next bind uses it.

    :Value: int, a file descriptor; -1 is none
    :Default: -1
    :Applies: to the next bind
    :Sockets: those that bind tcp or ipc
    """
    GSSAPI_PRINCIPAL_NAMETYPE = 90
    """The kind of name in GSSAPI_PRINCIPAL. Only in builds with GSSAPI.

    :Value: int; 0 host-based, 1 user name, 2 Kerberos principal
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    GSSAPI_SERVICE_PRINCIPAL_NAMETYPE = 91
    """The kind of name in GSSAPI_SERVICE_PRINCIPAL. Only in builds with GSSAPI.

    :Value: int; 0 host-based, 1 user name, 2 Kerberos principal
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    BINDTODEVICE = 92, _OptType.bytes
    """The network interface or VRF to use (Linux). Some kernels require a privilege for it.

    :Value: bytes, a name such as b"eth0"
    :Default: b"": any
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws and udp
    """

    # Our own options, only in this build of libzmq; their numbers do not collide with others.
    MAX_PARTS = 10_000
    """Disconnect a peer that sends a message with more parts than this.

    Only in this build of libzmq. See :doc:`/limits` for the memory that a peer can use.

    :Value: int, in parts; 0 is no limit
    :Default: 1048576
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all that receive
    """
    MAX_PENDING_BYTES = 10_001, _OptType.int64
    """Disconnect a peer whose unfinished message is larger than this.

    Only in this build of libzmq. The limit is for the bytes of all parts before the last one;
    MAXMSGSIZE limits each part. See :doc:`/limits`.

    :Value: int, in bytes; 0 is no limit
    :Default: 4294967296
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all that receive
    """

    # Deprecated names and options.
    IDENTITY = ROUTING_ID
    """Old name of ROUTING_ID."""
    CONNECT_RID = CONNECT_ROUTING_ID
    """Old name of CONNECT_ROUTING_ID."""
    TCP_ACCEPT_FILTER = 38, _OptType.bytes
    """Deprecated: accept connections from this address only. Use an authenticator.

    :Value: bytes, a range of addresses such as b"10.0.0.0/8"; each call adds a range, b"" removes
        all; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that bind tcp
    """
    IPC_FILTER_PID = 58
    """Deprecated: accept ipc connections of this process only. Use an authenticator.

    :Value: int, the id of a process; each call adds an id; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that bind ipc
    """
    IPC_FILTER_UID = 59
    """Deprecated: accept ipc connections of this user only. Use an authenticator.

    :Value: int, the id of a user; each call adds an id; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that bind ipc
    """
    IPC_FILTER_GID = 60
    """Deprecated: accept ipc connections of this group only. Use an authenticator.

    :Value: int, the id of a group; each call adds an id; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that bind ipc
    """
    IPV4ONLY = 31
    """Deprecated: the opposite of IPV6.

    :Value: int, 1 or 0
    :Default: 1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws and udp
    """
    DELAY_ATTACH_ON_CONNECT = IMMEDIATE
    """Old name of IMMEDIATE."""
    FAIL_UNROUTABLE = ROUTER_MANDATORY
    """Old name of ROUTER_MANDATORY."""
    ROUTER_BEHAVIOR = ROUTER_MANDATORY
    """Old name of ROUTER_MANDATORY."""

    # Draft: any release of libzmq may change or remove these.
    ZAP_ENFORCE_DOMAIN = 93
    """Draft. 1: refuse CURVE and NULL clients if there is a ZAP_DOMAIN and no authenticator.

    But without a ZAP_DOMAIN, even a running authenticator is not asked.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    LOOPBACK_FASTPATH = 94
    """Draft. 1: use the fast loopback of Windows.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp
    """
    METADATA = 95, _OptType.bytes
    """Draft. A property that is sent to every peer; the peer can read it from the messages of this
    socket.

    :Value: bytes, ``X-name:value``; each call adds a property; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: all
    """
    MULTICAST_LOOP = 96
    """Draft. 1: the sending machine also receives its own multicasts.

    :Value: int, 1 or 0
    :Default: 1
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those with multicast endpoints
    """
    ROUTER_NOTIFY = 97
    """Draft. Whether a ROUTER receives a message (routing id and empty part) when a peer connects,
    disconnects, or both.

    :Value: int, :class:`RouterNotify` flags
    :Default: 0
    :Applies: at once
    :Sockets: ROUTER
    """
    XPUB_MANUAL_LAST_VALUE = 98
    """Draft. 1: like XPUB_MANUAL, and the next message goes only to the last subscriber.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: XPUB
    """
    SOCKS_USERNAME = 99, _OptType.bytes
    """Draft. The user name for the SOCKS5 proxy.

    :Value: bytes, up to 255 of them
    :Default: b"": no login
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect over tcp
    """
    SOCKS_PASSWORD = 100, _OptType.bytes
    """Draft. The password for the SOCKS5 proxy. It is sent unencrypted.

    :Value: bytes, up to 255 of them
    :Default: b""
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect over tcp
    """
    IN_BATCH_SIZE = 101
    """Draft. The largest number of bytes in one read from the kernel.

    :Value: int, in bytes, at least 1
    :Default: 8192
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws and ipc
    """
    OUT_BATCH_SIZE = 102
    """Draft. The largest number of bytes from several messages in one write to the kernel.

    :Value: int, in bytes, at least 1
    :Default: 8192
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp, ws and ipc
    """
    WSS_KEY_PEM = 103, _OptType.bytes
    """Draft. The TLS key of a wss server. Only in builds with WSS.

    :Value: bytes, PEM text; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that bind wss
    """
    WSS_CERT_PEM = 104, _OptType.bytes
    """Draft. The TLS certificate of a wss server. Only in builds with WSS.

    :Value: bytes, PEM text; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that bind wss
    """
    WSS_TRUST_PEM = 105, _OptType.bytes
    """Draft. The TLS certificates that a wss client trusts. Only in builds with WSS.

    :Value: bytes, PEM text; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect wss
    """
    WSS_HOSTNAME = 106, _OptType.bytes
    """Draft. The host name that the server's TLS certificate must have. Only in builds with WSS.

    :Value: bytes; set only
    :Default: not checked
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect wss
    """
    WSS_TRUST_SYSTEM = 107
    """Draft. 1: a wss client trusts the system's certificates. Only in builds with WSS.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect wss
    """
    ONLY_FIRST_SUBSCRIBE = 108
    """Draft. 1: only the first part of a multipart message can be a subscription.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: XPUB, XSUB
    """
    RECONNECT_STOP = 109
    """Draft. The cases in which the socket stops reconnecting.

    A connection that has stopped takes no messages. If a socket has no other peer, its sends wait.

    :Value: int, :class:`ReconnectStop` flags
    :Default: 0: never
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those that connect
    """
    HELLO_MSG = 110, _OptType.bytes
    """Draft. A message that is sent to every peer when it connects.

    :Value: bytes, b"" is none; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: DEALER, ROUTER, CLIENT, SERVER, PEER
    """
    DISCONNECT_MSG = 111, _OptType.bytes
    """Draft. A message that this socket receives from a peer when the peer disconnects.

    :Value: bytes, b"" is none; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: ROUTER, SERVER, PEER
    """
    PRIORITY = 112
    """Draft. Priority of the sent packets in the kernel's queues (Linux).

    :Value: int, 0 or more; values above 6 need a privilege
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp and ws
    """

    # Drafts that libzmq added in 4.3.5. The patched libzmq 4.3.4 of this package has them, too,
    # except those of NORM.
    BUSY_POLL = 113
    """Draft. The time for which Linux polls the network device of a tcp or ws connection
    (SO_BUSY_POLL).

    libzmq ignores a failure, because some kernels require a privilege.

    :Value: int, in microseconds
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over tcp and ws
    """
    HICCUP_MSG = 114, _OptType.bytes
    """Draft. A message that this socket receives when its outgoing connection breaks, before it
    reconnects.

    :Value: bytes, b"" is none; set only
    :Default: none
    :Applies: to endpoints bound or connected afterwards
    :Sockets: DEALER, CLIENT, PEER
    """
    XSUB_VERBOSE_UNSUBSCRIBE = 115
    """Draft. 1: an XSUB passes on every unsubscription, not only the last one of a topic.

    :Value: int, 1 or 0; set only
    :Default: 0
    :Applies: at once
    :Sockets: XSUB
    """
    TOPICS_COUNT = 116
    """Draft. Number of different subscribed topics; on PUB and XPUB those of all peers together.

    :Value: int, in topics; read only
    :Default: 0
    :Sockets: PUB, SUB, XPUB, XSUB
    """
    NORM_MODE = 117
    """Draft, in builds of libzmq 4.3.5 with NORM. Congestion control.

    :Value: int, a :class:`NormMode`
    :Default: 1 (CC)
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over norm
    """
    NORM_UNICAST_NACK = 118
    """Draft, in builds of libzmq 4.3.5 with NORM. 1: receivers request lost data only from the
    sender, not from the group.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over norm
    """
    NORM_BUFFER_SIZE = 119
    """Draft, in builds of libzmq 4.3.5 with NORM. Size of the buffer of a stream.

    :Value: int, in kilobytes
    :Default: 2048
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over norm
    """
    NORM_SEGMENT_SIZE = 120
    """Draft, in builds of libzmq 4.3.5 with NORM. Payload of one packet.

    :Value: int, in bytes
    :Default: 1400
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over norm
    """
    NORM_BLOCK_SIZE = 121
    """Draft, in builds of libzmq 4.3.5 with NORM. The number of packets that are error-corrected
    together.

    :Value: int, in packets
    :Default: 16
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over norm
    """
    NORM_NUM_PARITY = 122
    """Draft, in builds of libzmq 4.3.5 with NORM. The number of error-correction packets that a
    block can have.

    :Value: int, in packets
    :Default: 4
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over norm
    """
    NORM_NUM_AUTOPARITY = 123
    """Draft, in builds of libzmq 4.3.5 with NORM. The number of error-correction packets that
    are sent before a loss is known.

    :Value: int, in packets
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over norm
    """
    NORM_PUSH = 124
    """Draft, in builds of libzmq 4.3.5 with NORM. 1: a stream drops old data for new data instead
    of waiting.

    :Value: int, 1 or 0
    :Default: 0
    :Applies: to endpoints bound or connected afterwards
    :Sockets: those over norm
    """


class MessageOption(IntEnum):
    """Options of a message, for :meth:`zmq.Frame.get`.

    .. versionadded:: 23
    """

    MORE = 1
    """1 if more parts of the same message follow."""
    SHARED = 3
    """1 if the content may be shared with another message."""
    SRCFD = 2
    """Deprecated: descriptor that the message came from; use ``frame["Peer-Address"]``."""


class Flag(IntFlag):
    """Flags of send and receive calls.

    .. versionadded:: 23
    """

    DONTWAIT = 1
    """Raise :class:`zmq.Again` instead of waiting."""
    SNDMORE = 2
    """More parts of the same message follow."""
    NOBLOCK = DONTWAIT
    """Old name of DONTWAIT."""


class RouterNotify(IntEnum):
    """Flags of :attr:`SocketOption.ROUTER_NOTIFY` (draft)."""

    CONNECT = 1
    """Report that a peer has connected."""
    DISCONNECT = 2
    """Report that a peer has disconnected."""


class NormMode(IntEnum):
    """Congestion control of the NORM transport, for :attr:`SocketOption.NORM_MODE` (draft)."""

    FIXED = 0
    """No congestion control: send at :attr:`SocketOption.RATE`."""
    CC = 1
    """Like TCP."""
    CCL = 2
    """Like TCP, for links that lose packets."""
    CCE = 3
    """Based on explicit congestion notification and on losses."""
    CCE_ECNONLY = 4
    """Based on explicit congestion notification only."""


class SecurityMechanism(IntEnum):
    """Security mechanisms of a connection: values of :attr:`SocketOption.MECHANISM`.

    .. versionadded:: 23
    """

    NULL = 0
    """No security."""
    PLAIN = 1
    """A user name and a password, unencrypted."""
    CURVE = 2
    """Encrypted and authenticated by public keys (CurveZMQ)."""
    GSSAPI = 3
    """Kerberos."""


class ReconnectStop(IntEnum):
    """Flags of :attr:`SocketOption.RECONNECT_STOP` (draft)."""

    CONN_REFUSED = 1
    """Stop when the peer's machine refuses the connection (tcp only)."""
    HANDSHAKE_FAILED = 2
    """Stop when the peer does not use ZMTP, or violates it during the handshake."""
    AFTER_DISCONNECT = 4
    """Stop after :meth:`zmq.Socket.disconnect`, if the connection is refused (ipc only)."""


class Event(IntFlag):
    """The events that a socket monitor reports, and the details of a protocol error.

    .. versionadded:: 23
    """

    PROTOCOL_ERROR_WS_UNSPECIFIED = 0x30000000
    """The WebSocket handshake failed."""
    PROTOCOL_ERROR_ZMTP_UNSPECIFIED = 0x10000000
    """The peer violated ZMTP in a way without a more specific code."""
    PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND = 0x10000001
    """A command arrived that is not allowed at this step of the handshake."""
    PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE = 0x10000002
    """A CURVE message had a number that was used before, as in a replay attack."""
    PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE = 0x10000003
    """The peers could not agree on a key."""
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED = 0x10000011
    """A command was malformed."""
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE = 0x10000012
    """An encrypted message was malformed."""
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO = 0x10000013
    """A HELLO, the first command of the handshake, was malformed."""
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE = 0x10000014
    """An INITIATE command was malformed."""
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR = 0x10000015
    """An ERROR command was malformed."""
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY = 0x10000016
    """A READY command was malformed."""
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME = 0x10000017
    """A WELCOME command was malformed."""
    PROTOCOL_ERROR_ZMTP_INVALID_METADATA = 0x10000018
    """The properties of the peer were malformed."""
    PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC = 0x11000001
    """A CURVE box could not be opened: most often a wrong key."""
    PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH = 0x11000002
    """The two peers use different security mechanisms."""
    PROTOCOL_ERROR_ZMTP_TOO_MANY_PARTS = 0x10002710
    """A message had more parts than :attr:`SocketOption.MAX_PARTS`.

    Only in this build of libzmq.
    """
    PROTOCOL_ERROR_ZMTP_TOO_MANY_PENDING_BYTES = 0x10002711
    """A message exceeded :attr:`SocketOption.MAX_PENDING_BYTES`. Only in this build of libzmq."""
    PROTOCOL_ERROR_ZMTP_TOO_MANY_PROPERTIES = 0x10002712
    """The peer sent more than 256 properties. Only in this build of libzmq."""
    PROTOCOL_ERROR_ZMTP_HANDSHAKE_TOO_LARGE = 0x10002713
    """A command of the handshake, or a routing id, was larger than 64 KiB. Only in this build."""
    PROTOCOL_ERROR_ZAP_UNSPECIFIED = 0x20000000
    """The authenticator did not reply, or its reply was wrong in a way without a specific code."""
    PROTOCOL_ERROR_ZAP_MALFORMED_REPLY = 0x20000001
    """The authenticator's reply has a wrong number of parts."""
    PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID = 0x20000002
    """The authenticator replied to another request."""
    PROTOCOL_ERROR_ZAP_BAD_VERSION = 0x20000003
    """The authenticator's reply has another version of ZAP."""
    PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE = 0x20000004
    """The authenticator's reply has an unknown status code."""
    PROTOCOL_ERROR_ZAP_INVALID_METADATA = 0x20000005
    """The authenticator's reply has malformed properties."""

    CONNECTED = 0x0001
    """Connected; the value is the descriptor."""
    CONNECT_DELAYED = 0x0002
    """Connecting has begun and takes a while."""
    CONNECT_RETRIED = 0x0004
    """A reconnect is scheduled; the value is the pause in ms."""
    LISTENING = 0x0008
    """Bound; the value is the descriptor."""
    BIND_FAILED = 0x0010
    """Could not bind; the value is the error number."""
    ACCEPTED = 0x0020
    """A peer has connected; the value is the descriptor."""
    ACCEPT_FAILED = 0x0040
    """A connection could not be accepted; the value is the error number."""
    CLOSED = 0x0080
    """A connection or listener was closed here; the value is the descriptor."""
    CLOSE_FAILED = 0x0100
    """A connection could not be closed; the value is the error number."""
    DISCONNECTED = 0x0200
    """A connection broke; the value is the descriptor."""
    MONITOR_STOPPED = 0x0400
    """The last event: no more will come."""
    HANDSHAKE_FAILED_NO_DETAIL = 0x0800
    """Handshake failed; the value is the error number."""
    HANDSHAKE_SUCCEEDED = 0x1000
    """The handshake succeeded; messages can flow."""
    HANDSHAKE_FAILED_PROTOCOL = 0x2000
    """The peer broke the protocol; the value is one of the ``PROTOCOL_ERROR_...`` here."""
    HANDSHAKE_FAILED_AUTH = 0x4000
    """The authenticator refused the peer; the value is its status code, such as 400."""

    ALL_V1 = 0xFFFF
    """Every event of version 1 of the monitor protocol."""
    ALL = ALL_V1
    """Every event of version 1 of the monitor protocol."""

    PIPES_STATS = 0x10000
    """Draft, version 2 only. The values are the lengths of the outgoing and the incoming queue."""
    ALL_V2 = ALL_V1 | PIPES_STATS
    """Every event of version 2 of the monitor protocol (draft)."""


class PollEvent(IntFlag):
    """The events to poll a socket for, and those that it is ready for."""

    POLLIN = 1
    """A message (or a descriptor's data) can be received without waiting."""
    POLLOUT = 2
    """A message can be sent without waiting."""
    POLLERR = 4
    """A descriptor has an error; ZeroMQ sockets never report it."""
    POLLPRI = 8
    """A descriptor has urgent data; ZeroMQ sockets never report it."""


class DeviceType(IntEnum):
    """Kinds of :func:`zmq.device`; they have no effect: only the types of the sockets matter.

    .. deprecated:: libzmq-3.2
       Use :func:`zmq.proxy`.
    """

    STREAMER = 1
    """Between PUSH and PULL."""
    FORWARDER = 2
    """Between PUB and SUB."""
    QUEUE = 3
    """Between REQ and REP."""


# The prefix of a member's plain name, if the member's name alone would be unclear: Event.CLOSED is
# EVENT_CLOSED. Protocol errors are also members of Event, but have no prefix.
_PREFIXES: dict[type[IntEnum | IntFlag], str] = {
    RouterNotify: "NOTIFY_",
    NormMode: "NORM_",
    ReconnectStop: "RECONNECT_STOP_",
    Event: "EVENT_",
}


def _plain_name(cls: type[IntEnum | IntFlag], member: str) -> str:
    """Return the plain name of an enum member, in this module and in `zmq`."""
    if member.startswith("PROTOCOL_ERROR_"):
        return member
    return _PREFIXES.get(cls, "") + member


# Type checkers and editors find the plain names in constants.pyi, which tools/write_stubs.py makes.
_names = ["Enum", "IntEnum", "IntFlag"]
for _enum in [
    value
    for value in globals().values()
    if isinstance(value, type) and issubclass(value, (IntEnum, IntFlag))
]:
    if _enum.__module__ == __name__:
        _names.append(_enum.__name__)
        for _member, _value in _enum.__members__.items():
            globals()[_plain_name(_enum, _member)] = _value
            _names.append(_plain_name(_enum, _member))
globals()["__all__"] = _names  # type checkers would try to evaluate it
del _enum, _member, _names, _value
