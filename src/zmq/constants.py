"""The constants of libzmq, as enums and under their plain names.

Every name of ``zmq.h`` is here without its ``ZMQ_`` prefix: as a member of an enum that says what
it is for, and once more as a name of this module and of :mod:`zmq`. So ``zmq.PUSH`` is
``zmq.SocketType.PUSH``. Names of a newer libzmq than the one in use are here as well; using one
raises :class:`zmq.ZMQError` with ``EINVAL``.

The members are ints, so they go wherever libzmq wants a number.
"""

from __future__ import annotations

import errno as _system_errno
import sys as _sys
import typing as _typing
from enum import Enum as Enum
from enum import IntEnum as IntEnum
from enum import IntFlag as IntFlag

# libzmq numbers its own errors from here on, out of the way of every system's.
_HAUSNUMERO = 156384712


def _errno(name: str, offset: int, windows: int) -> int:
    """The number of a POSIX error as libzmq on this platform was compiled with it.

    Windows is special: its C library, and so libzmq, has POSIX numbers of its own, but the errno
    module gives those of Winsock (``WSAEADDRINUSE``) for the same names.

    Parameters
    ----------
    name
        The name of the error in the :mod:`errno` module.
    offset
        What ``zmq.h`` adds to ``ZMQ_HAUSNUMERO`` where the system has no such error.
    windows
        The number in Microsoft's C library.
    """
    if _sys.platform == "win32":
        return windows
    number: int = getattr(_system_errno, name, _HAUSNUMERO + offset)
    return number


class Errno(IntEnum):
    """Error numbers, as in :attr:`zmq.ZMQError.errno`.

    The POSIX ones have the number of this system, those that only ZeroMQ has the same number
    everywhere.

    .. versionadded:: 23
    """

    EAGAIN = _system_errno.EAGAIN
    """Would have to wait, or has waited as long as it may: :class:`zmq.Again`."""
    EFAULT = _system_errno.EFAULT
    """The context or a pointer is not valid."""
    EINVAL = _system_errno.EINVAL
    """Unknown option, value out of range, or malformed endpoint."""
    ENOTSUP = _errno("ENOTSUP", 1, 129)
    """This socket type cannot do that."""
    EPROTONOSUPPORT = _errno("EPROTONOSUPPORT", 2, 135)
    """libzmq knows no such transport, or was built without it."""
    ENOBUFS = _errno("ENOBUFS", 3, 119)
    ENETDOWN = _errno("ENETDOWN", 4, 116)
    EADDRINUSE = _errno("EADDRINUSE", 5, 100)
    EADDRNOTAVAIL = _errno("EADDRNOTAVAIL", 6, 101)
    """The address is not one of this machine's."""
    ECONNREFUSED = _errno("ECONNREFUSED", 7, 107)
    EINPROGRESS = _errno("EINPROGRESS", 8, 112)
    ENOTSOCK = _errno("ENOTSOCK", 9, 128)
    """The socket is closed, or is none."""
    EMSGSIZE = _errno("EMSGSIZE", 10, 115)
    EAFNOSUPPORT = _errno("EAFNOSUPPORT", 11, 102)
    ENETUNREACH = _errno("ENETUNREACH", 12, 118)
    ECONNABORTED = _errno("ECONNABORTED", 13, 106)
    ECONNRESET = _errno("ECONNRESET", 14, 108)
    ENOTCONN = _errno("ENOTCONN", 15, 126)
    ETIMEDOUT = _errno("ETIMEDOUT", 16, 138)
    EHOSTUNREACH = _errno("EHOSTUNREACH", 17, 110)
    """No peer has that routing id (see :attr:`SocketOption.ROUTER_MANDATORY`)."""
    ENETRESET = _errno("ENETRESET", 18, 117)
    EFSM = _HAUSNUMERO + 51
    """The socket cannot do that now, such as a REQ that sends twice without receiving."""
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
    """Number of I/O threads; set it before the first socket is made."""
    MAX_SOCKETS = 2
    SOCKET_LIMIT = 3
    """The most that MAX_SOCKETS can be set to; read only."""
    THREAD_PRIORITY = 3
    """Scheduling priority of the I/O threads; set only, which is why it can share a number."""
    THREAD_SCHED_POLICY = 4
    MAX_MSGSZ = 5
    """The largest message that can be sent, in bytes."""
    MSG_T_SIZE = 6
    """Size of ``zmq_msg_t`` in bytes; read only."""
    THREAD_AFFINITY_CPU_ADD = 7
    """Number of a CPU that the I/O threads may run on."""
    THREAD_AFFINITY_CPU_REMOVE = 8
    THREAD_NAME_PREFIX = 9
    SPIN_TIME = 10_000
    """Time in microseconds that a thread looks for work before it sleeps; 0 by default, 1,000 at
    most. Set it before the first socket is made. It holds for the I/O threads and for blocking
    sends and receives. Of this build of libzmq."""


class SocketType(IntEnum):
    """What a socket can be.

    .. versionadded:: 23
    """

    PAIR = 0
    PUB = 1
    SUB = 2
    REQ = 3
    REP = 4
    DEALER = 5
    ROUTER = 6
    PULL = 7
    PUSH = 8
    XPUB = 9
    """A PUB that receives the subscriptions of its peers as messages."""
    XSUB = 10
    """A SUB that subscribes by sending messages."""
    STREAM = 11
    """Talks to plain TCP peers that know no ZeroMQ."""

    XREQ = DEALER
    """Old name of DEALER."""
    XREP = ROUTER
    """Old name of ROUTER."""

    # Draft: these may change or go with any release of libzmq.
    SERVER = 12
    """Draft, thread-safe: replies to a CLIENT by the routing id of its message."""
    CLIENT = 13
    """Draft, thread-safe: talks to a SERVER."""
    RADIO = 14
    """Draft, thread-safe: publishes messages to groups."""
    DISH = 15
    """Draft, thread-safe: receives the groups it has joined."""
    GATHER = 16
    """Draft, thread-safe: receives from SCATTER, as PULL does from PUSH."""
    SCATTER = 17
    """Draft, thread-safe: sends to GATHER, as PUSH does to PULL."""
    DGRAM = 18
    """Draft: sends and receives UDP datagrams."""
    PEER = 19
    """Draft, thread-safe: talks to other PEERs by their routing ids."""
    CHANNEL = 20
    """Draft, thread-safe: a PAIR for messages of one part."""


class _OptType(Enum):
    """The C type in which libzmq takes and gives the value of a socket option."""

    int = "int"
    int64 = "int64"
    bytes = "bytes"
    fd = "fd"


class SocketOption(IntEnum):
    """Options of a socket, for :meth:`zmq.Socket.get` and :meth:`zmq.Socket.set`.

    Each is an attribute of a socket as well: ``sock.linger = 0`` is
    ``sock.set(zmq.SocketOption.LINGER, 0)``. Values are ints if nothing else is said here; times
    are in milliseconds, and flags are 0 or 1.

    .. versionadded:: 23
    """

    _value_: int
    _opt_type: _OptType

    def __new__(cls, value: int, opt_type: _OptType = _OptType.int) -> SocketOption:
        """Make the member with this number, and remember the C type of its values."""
        self = int.__new__(cls, value)
        self._value_ = value
        self._opt_type = opt_type
        return self

    HWM = 1
    """SNDHWM and RCVHWM in one, as in libzmq 2. libzmq has it no more: the bindings do both."""
    AFFINITY = 4, _OptType.int64
    """Bit mask of the I/O threads that handle new connections; 0 is any."""
    ROUTING_ID = 5, _OptType.bytes
    """The id that a ROUTER knows this socket by: 1 to 255 bytes, the first of them not zero."""
    SUBSCRIBE = 6, _OptType.bytes
    """Receive messages that begin with these bytes; set only."""
    UNSUBSCRIBE = 7, _OptType.bytes
    """Undo one SUBSCRIBE of the same bytes; set only."""
    RATE = 8
    """The most that a multicast socket sends, in kilobits per second."""
    RECOVERY_IVL = 9
    """How long a lost multicast datagram can be asked for again, in ms."""
    SNDBUF = 11
    """Size of the kernel's send buffer in bytes; -1 leaves it alone."""
    RCVBUF = 12
    """Size of the kernel's receive buffer in bytes; -1 leaves it alone."""
    RCVMORE = 13
    """1 if the part received last has more parts after it; read only."""
    FD = 14, _OptType.fd
    """Descriptor that becomes readable when EVENTS may have changed (edge-triggered); read only."""
    EVENTS = 15
    """What can be done without waiting, as :class:`PollEvent` flags; read only."""
    TYPE = 16
    """The :class:`SocketType`; read only."""
    LINGER = 17
    """How long unsent messages are kept after close, in ms; -1 is for ever."""
    RECONNECT_IVL = 18
    """First pause before connecting again, in ms; -1 and 0 never connect again."""
    BACKLOG = 19
    """How many incoming connections may wait to be accepted."""
    RECONNECT_IVL_MAX = 21
    """The pause doubles up to this many ms; 0 keeps it at RECONNECT_IVL."""
    MAXMSGSIZE = 22, _OptType.int64
    """Disconnect a peer that sends a message larger than this many bytes; -1 is no limit."""
    SNDHWM = 23
    """High-water mark: how many messages may wait to be sent to one peer; 0 is no limit."""
    RCVHWM = 24
    """High-water mark: how many messages of one peer may wait to be received; 0 is no limit."""
    MULTICAST_HOPS = 25
    RCVTIMEO = 27
    """How long a receive waits before :class:`zmq.Again`, in ms; -1 is for ever."""
    SNDTIMEO = 28
    """How long a send waits before :class:`zmq.Again`, in ms; -1 is for ever."""
    LAST_ENDPOINT = 32, _OptType.bytes
    """The endpoint of the last bind or connect, wildcards resolved; read only."""
    ROUTER_MANDATORY = 33
    """1: a ROUTER raises EHOSTUNREACH for an unknown routing id, and does not drop the message."""
    TCP_KEEPALIVE = 34
    """1 and 0 turn TCP keep-alive on and off; -1 leaves it to the system, as for the next three."""
    TCP_KEEPALIVE_CNT = 35
    TCP_KEEPALIVE_IDLE = 36
    """In seconds."""
    TCP_KEEPALIVE_INTVL = 37
    """In seconds."""
    IMMEDIATE = 39
    """1: queue messages only for peers that are connected."""
    XPUB_VERBOSE = 40
    """1: an XPUB receives every subscription, not only the first to each topic."""
    ROUTER_RAW = 41
    """1: the ROUTER talks plain TCP. Superseded by STREAM sockets; set only."""
    IPV6 = 42
    MECHANISM = 43
    """The :class:`SecurityMechanism` in use; read only."""
    PLAIN_SERVER = 44
    PLAIN_USERNAME = 45, _OptType.bytes
    PLAIN_PASSWORD = 46, _OptType.bytes
    CURVE_SERVER = 47
    CURVE_PUBLICKEY = 48, _OptType.bytes
    """32 bytes, or 40 bytes of Z85 text, as the next two keys."""
    CURVE_SECRETKEY = 49, _OptType.bytes
    CURVE_SERVERKEY = 50, _OptType.bytes
    """The server's public key, which a client must know."""
    PROBE_ROUTER = 51
    """1: send an empty message on every new connection, to make a ROUTER know us; set only."""
    REQ_CORRELATE = 52
    """1: a REQ numbers its requests, and drops replies to others; set only."""
    REQ_RELAXED = 53
    """1: a REQ may send again without having received a reply; set only."""
    CONFLATE = 54
    """1: keep the newest message only. Set it before bind or connect; no multipart messages."""
    ZAP_DOMAIN = 55, _OptType.bytes
    """The domain that an authenticator is asked about for this socket."""
    ROUTER_HANDOVER = 56
    """1: a new peer takes a routing id over from an older one; set only."""
    TOS = 57
    """Type of service (DSCP) of the IP packets."""
    CONNECT_ROUTING_ID = 61, _OptType.bytes
    """The id under which the next peer connected to will be known here; set only."""
    GSSAPI_SERVER = 62
    GSSAPI_PRINCIPAL = 63, _OptType.bytes
    GSSAPI_SERVICE_PRINCIPAL = 64, _OptType.bytes
    GSSAPI_PLAINTEXT = 65
    HANDSHAKE_IVL = 66
    """Disconnect a peer that has not finished the handshake after this many ms; 0 is never."""
    SOCKS_PROXY = 68, _OptType.bytes
    """``host:port`` of a SOCKS5 proxy to connect through."""
    XPUB_NODROP = 69
    """1: sending raises :class:`zmq.Again` at the high-water mark, and drops nothing; set only."""
    BLOCKY = 70
    """An option of the *context*: 0 gives new sockets a LINGER of 0."""
    XPUB_MANUAL = 71
    """1: subscriptions are made by the program, not by the peers; set only."""
    XPUB_WELCOME_MSG = 72, _OptType.bytes
    """Sent to each new subscriber, which receives it if its subscriptions match; set only."""
    STREAM_NOTIFY = 73
    """1: a STREAM receives an empty message when a peer connects or disconnects; set only."""
    INVERT_MATCHING = 74
    """1: subscriptions say what not to receive."""
    HEARTBEAT_IVL = 75
    """Send a PING this often, in ms; 0 is never."""
    HEARTBEAT_TTL = 76
    """After how long without traffic the peer should give us up, in ms."""
    HEARTBEAT_TIMEOUT = 77
    """How long to wait for traffic after a PING, in ms; if never set, HEARTBEAT_IVL."""
    XPUB_VERBOSER = 78
    """1: an XPUB receives every subscription and every unsubscription; set only."""
    CONNECT_TIMEOUT = 79
    """How long connecting may take, in ms; 0 leaves it to the system."""
    TCP_MAXRT = 80
    """How long sent TCP data may stay unacknowledged, in ms; 0 leaves it to the system."""
    THREAD_SAFE = 81
    """1 if the socket may be used by many threads at once; read only."""
    MULTICAST_MAXTPDU = 84
    """Size of the largest multicast packet in bytes."""
    VMCI_BUFFER_SIZE = 85, _OptType.int64
    VMCI_BUFFER_MIN_SIZE = 86, _OptType.int64
    VMCI_BUFFER_MAX_SIZE = 87, _OptType.int64
    VMCI_CONNECT_TIMEOUT = 88
    USE_FD = 89
    """A descriptor that is bound and listening already, for the next bind; -1 is none."""
    GSSAPI_PRINCIPAL_NAMETYPE = 90
    GSSAPI_SERVICE_PRINCIPAL_NAMETYPE = 91
    BINDTODEVICE = 92, _OptType.bytes
    """Name of the network interface or VRF to use (Linux)."""

    # Ours, and of no libzmq but this build's: numbered out of the way of others.
    MAX_PARTS = 10_000
    """Disconnect a peer that sends a message of more parts than this; 0 is no limit.

    1,048,576 by default. Set it before bind or connect. What a peer can have wait here is named in
    :doc:`/limits`.
    """
    MAX_PENDING_BYTES = 10_001, _OptType.int64
    """Disconnect a peer whose unfinished message is larger than this many bytes; 0 is no limit.

    4 GiB by default. What counts is the size of the parts that have come before the last one has;
    MAXMSGSIZE limits each part. Set it before bind or connect. See :doc:`/limits`.
    """

    # Deprecated names and options.
    IDENTITY = ROUTING_ID
    """Old name of ROUTING_ID."""
    CONNECT_RID = CONNECT_ROUTING_ID
    """Old name of CONNECT_ROUTING_ID."""
    TCP_ACCEPT_FILTER = 38, _OptType.bytes
    """Deprecated: CIDR address to accept; use an authenticator."""
    IPC_FILTER_PID = 58
    """Deprecated: process to accept on ``ipc``; use an authenticator."""
    IPC_FILTER_UID = 59
    """Deprecated: user to accept on ``ipc``; use an authenticator."""
    IPC_FILTER_GID = 60
    """Deprecated: group to accept on ``ipc``; use an authenticator."""
    IPV4ONLY = 31
    """Deprecated: the opposite of IPV6."""
    DELAY_ATTACH_ON_CONNECT = IMMEDIATE
    """Old name of IMMEDIATE."""
    FAIL_UNROUTABLE = ROUTER_MANDATORY
    """Old name of ROUTER_MANDATORY."""
    ROUTER_BEHAVIOR = ROUTER_MANDATORY
    """Old name of ROUTER_MANDATORY."""

    # Draft: these may change or go with any release of libzmq.
    ZAP_ENFORCE_DOMAIN = 93
    """Draft. 1: refuse CURVE and NULL clients if there is a ZAP_DOMAIN and no authenticator.

    Without a ZAP_DOMAIN no authenticator is asked then.
    """
    LOOPBACK_FASTPATH = 94
    """Draft. 1: use the fast loopback of Windows."""
    METADATA = 95, _OptType.bytes
    """Draft. ``X-name:value``, sent to every peer as message property ``X-name``; set only."""
    MULTICAST_LOOP = 96
    """Draft. 1: multicast is received on the sending machine, too."""
    ROUTER_NOTIFY = 97
    """Draft. :class:`RouterNotify` flags: a ROUTER receives a message as peers come and go."""
    XPUB_MANUAL_LAST_VALUE = 98
    """Draft. As XPUB_MANUAL, and the next message goes to the last subscriber only; set only."""
    SOCKS_USERNAME = 99, _OptType.bytes
    SOCKS_PASSWORD = 100, _OptType.bytes
    IN_BATCH_SIZE = 101
    """Draft. The most bytes that one read from the kernel takes."""
    OUT_BATCH_SIZE = 102
    """Draft. The most bytes that one write to the kernel gathers from several messages."""
    WSS_KEY_PEM = 103, _OptType.bytes
    WSS_CERT_PEM = 104, _OptType.bytes
    WSS_TRUST_PEM = 105, _OptType.bytes
    WSS_HOSTNAME = 106, _OptType.bytes
    WSS_TRUST_SYSTEM = 107
    ONLY_FIRST_SUBSCRIBE = 108
    """Draft. 1: of a multipart message, XPUB and XSUB take the first part only as subscription."""
    RECONNECT_STOP = 109
    """Draft. :class:`ReconnectStop` flags: when to stop connecting again."""
    HELLO_MSG = 110, _OptType.bytes
    """Draft. Sent to every peer when it connects; set only."""
    DISCONNECT_MSG = 111, _OptType.bytes
    """Draft. Received in the name of a peer when it disconnects; set only."""
    PRIORITY = 112
    """Draft. Priority of the sent packets in the kernel's queues (Linux)."""

    # Draft, since libzmq 4.3.5. Our 4.3.4 has all but those of NORM.
    BUSY_POLL = 113
    """Draft. For how many microseconds Linux polls the network device of a tcp or ws connection
    (SO_BUSY_POLL); a wish, as some kernels want a privilege."""
    HICCUP_MSG = 114, _OptType.bytes
    """Draft. Received by a DEALER, CLIENT or PEER when a connection that it made breaks, before it
    is made again; set only."""
    XSUB_VERBOSE_UNSUBSCRIBE = 115
    """Draft. 1: an XSUB passes every unsubscription on, not only the last one of a topic; set
    only."""
    TOPICS_COUNT = 116
    """Draft. Number of different topics subscribed to, on PUB and XPUB by all peers together; read
    only."""
    NORM_MODE = 117
    """Draft, libzmq 4.3.5. A :class:`NormMode`."""
    NORM_UNICAST_NACK = 118
    NORM_BUFFER_SIZE = 119
    """Draft, libzmq 4.3.5. In kilobytes."""
    NORM_SEGMENT_SIZE = 120
    """Draft, libzmq 4.3.5. Payload of one packet in bytes."""
    NORM_BLOCK_SIZE = 121
    """Draft, libzmq 4.3.5. Packets that are error-corrected together."""
    NORM_NUM_PARITY = 122
    NORM_NUM_AUTOPARITY = 123
    NORM_PUSH = 124


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
    DISCONNECT = 2


class NormMode(IntEnum):
    """Congestion control of the NORM transport, for :attr:`SocketOption.NORM_MODE` (draft)."""

    FIXED = 0
    """No congestion control: send at :attr:`SocketOption.RATE`."""
    CC = 1
    """As TCP."""
    CCL = 2
    """As TCP, made for links that lose packets."""
    CCE = 3
    """By explicit congestion notification, and by loss."""
    CCE_ECNONLY = 4
    """By explicit congestion notification alone."""


class SecurityMechanism(IntEnum):
    """How a connection is secured: values of :attr:`SocketOption.MECHANISM`.

    .. versionadded:: 23
    """

    NULL = 0
    """Not at all."""
    PLAIN = 1
    """A user name and a password, in the clear."""
    CURVE = 2
    """Encrypted and authenticated by public keys (CurveZMQ)."""
    GSSAPI = 3
    """Kerberos."""


class ReconnectStop(IntEnum):
    """Flags of :attr:`SocketOption.RECONNECT_STOP` (draft)."""

    CONN_REFUSED = 1
    """Stop when the peer's machine refuses the connection (tcp only)."""
    HANDSHAKE_FAILED = 2
    """Stop when the peer speaks no ZMTP, or breaks it before there is a connection."""
    AFTER_DISCONNECT = 4
    """Stop after :meth:`zmq.Socket.disconnect`, if the connection is refused (ipc only)."""


class Event(IntFlag):
    """What a socket monitor reports, and the details of a protocol error.

    .. versionadded:: 23
    """

    PROTOCOL_ERROR_WS_UNSPECIFIED = 0x30000000
    PROTOCOL_ERROR_ZMTP_UNSPECIFIED = 0x10000000
    PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND = 0x10000001
    PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE = 0x10000002
    PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE = 0x10000003
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED = 0x10000011
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE = 0x10000012
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO = 0x10000013
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE = 0x10000014
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR = 0x10000015
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY = 0x10000016
    PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME = 0x10000017
    PROTOCOL_ERROR_ZMTP_INVALID_METADATA = 0x10000018
    PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC = 0x11000001
    """A CURVE box could not be opened: most often a wrong key."""
    PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH = 0x11000002
    """The two peers are set to different security mechanisms."""
    PROTOCOL_ERROR_ZMTP_TOO_MANY_PARTS = 0x10002710
    """A message had more parts than :attr:`SocketOption.MAX_PARTS`. Of this build of libzmq."""
    PROTOCOL_ERROR_ZMTP_TOO_MANY_PENDING_BYTES = 0x10002711
    """A message went beyond :attr:`SocketOption.MAX_PENDING_BYTES`. Of this build of libzmq."""
    PROTOCOL_ERROR_ZMTP_TOO_MANY_PROPERTIES = 0x10002712
    """The peer said more than 256 properties about itself. Of this build of libzmq."""
    PROTOCOL_ERROR_ZMTP_HANDSHAKE_TOO_LARGE = 0x10002713
    """A command of the handshake, or a routing id, was larger than 64 KiB. Of this build."""
    PROTOCOL_ERROR_ZAP_UNSPECIFIED = 0x20000000
    PROTOCOL_ERROR_ZAP_MALFORMED_REPLY = 0x20000001
    PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID = 0x20000002
    PROTOCOL_ERROR_ZAP_BAD_VERSION = 0x20000003
    PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE = 0x20000004
    PROTOCOL_ERROR_ZAP_INVALID_METADATA = 0x20000005

    CONNECTED = 0x0001
    """Connected; the value is the descriptor."""
    CONNECT_DELAYED = 0x0002
    """Connecting has begun and takes a while."""
    CONNECT_RETRIED = 0x0004
    """Will connect again; the value is the pause in ms."""
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
    DISCONNECTED = 0x0200
    """A connection broke; the value is the descriptor."""
    MONITOR_STOPPED = 0x0400
    """The last event: no more will come."""
    HANDSHAKE_FAILED_NO_DETAIL = 0x0800
    """Handshake failed; the value is the error number."""
    HANDSHAKE_SUCCEEDED = 0x1000
    """The peer is known and messages can flow."""
    HANDSHAKE_FAILED_PROTOCOL = 0x2000
    """The peer broke the protocol; the value is one of the ``PROTOCOL_ERROR_...`` here."""
    HANDSHAKE_FAILED_AUTH = 0x4000
    """The authenticator refused the peer; the value is its status code, such as 400."""

    ALL_V1 = 0xFFFF
    """Every event of version 1 of the monitor protocol."""
    ALL = ALL_V1

    PIPES_STATS = 0x10000
    """Draft, version 2 only. The values are the lengths of the outgoing and the incoming queue."""
    ALL_V2 = ALL_V1 | PIPES_STATS
    """Every event of version 2 of the monitor protocol (draft)."""


class PollEvent(IntFlag):
    """What to poll a socket for, and what it is ready for."""

    POLLIN = 1
    """A message (or a descriptor's data) can be received without waiting."""
    POLLOUT = 2
    """A message can be sent without waiting."""
    POLLERR = 4
    """A descriptor has an error; ZeroMQ sockets never report it."""
    POLLPRI = 8
    """A descriptor has urgent data; ZeroMQ sockets never report it."""


class DeviceType(IntEnum):
    """Kinds of :func:`zmq.device`; the sockets given decide what it does, not this.

    .. deprecated:: libzmq-3.2
       Use :func:`zmq.proxy`.
    """

    STREAMER = 1
    FORWARDER = 2
    QUEUE = 3


# The prefix of a member's plain name, where the member's name does not say enough: Event.CLOSED is
# EVENT_CLOSED. Details of protocol errors are members of Event too, and have no prefix.
_PREFIXES: dict[type[IntEnum | IntFlag], str] = {
    RouterNotify: "NOTIFY_",
    NormMode: "NORM_",
    ReconnectStop: "RECONNECT_STOP_",
    Event: "EVENT_",
}


def _plain_name(cls: type[IntEnum | IntFlag], member: str) -> str:
    """Return the name that a member of one of the enums has in this module and in `zmq`."""
    if member.startswith("PROTOCOL_ERROR_"):
        return member
    return _PREFIXES.get(cls, "") + member


# Type checkers and editors find the plain names in a stub that tools/write_stubs.py makes.
if _typing.TYPE_CHECKING:
    from zmq._constant_names import *  # noqa: F403
else:
    __all__ = ["Enum", "IntEnum", "IntFlag"]
    for _enum in [
        value
        for value in globals().values()
        if isinstance(value, type) and issubclass(value, (IntEnum, IntFlag))
    ]:
        if _enum.__module__ == __name__:
            __all__.append(_enum.__name__)
            for _member, _value in _enum.__members__.items():
                globals()[_plain_name(_enum, _member)] = _value
                __all__.append(_plain_name(_enum, _member))
    del _enum, _member, _value
