# Made by tools/write_stubs.py from zmq.constants. Do not edit.
"""The options of sockets and contexts that are attributes of them.

For type checkers only: there is no such module at run time, when `zmq.Socket` and `zmq.Context`
derive from the backend's classes.
"""

from typing import Generic, Literal, TypeAlias, TypeVar

from zmq import backend
from zmq.constants import SocketOption

_ValueT = TypeVar("_ValueT", contravariant=True)

class SetOnly(Generic[_ValueT]):
    """An option that can be set but not read."""

    def __set__(self, instance: object, value: _ValueT, /) -> None: ...

# The options by the type of their values, for overloads.
BytesOption: TypeAlias = Literal[
    SocketOption.ROUTING_ID,
    SocketOption.SUBSCRIBE,
    SocketOption.UNSUBSCRIBE,
    SocketOption.LAST_ENDPOINT,
    SocketOption.PLAIN_USERNAME,
    SocketOption.PLAIN_PASSWORD,
    SocketOption.CURVE_PUBLICKEY,
    SocketOption.CURVE_SECRETKEY,
    SocketOption.CURVE_SERVERKEY,
    SocketOption.ZAP_DOMAIN,
    SocketOption.CONNECT_ROUTING_ID,
    SocketOption.GSSAPI_PRINCIPAL,
    SocketOption.GSSAPI_SERVICE_PRINCIPAL,
    SocketOption.SOCKS_PROXY,
    SocketOption.XPUB_WELCOME_MSG,
    SocketOption.BINDTODEVICE,
    SocketOption.IDENTITY,
    SocketOption.CONNECT_RID,
    SocketOption.TCP_ACCEPT_FILTER,
    SocketOption.METADATA,
    SocketOption.SOCKS_USERNAME,
    SocketOption.SOCKS_PASSWORD,
    SocketOption.WSS_KEY_PEM,
    SocketOption.WSS_CERT_PEM,
    SocketOption.WSS_TRUST_PEM,
    SocketOption.WSS_HOSTNAME,
    SocketOption.HELLO_MSG,
    SocketOption.DISCONNECT_MSG,
    SocketOption.HICCUP_MSG,
]
IntOption: TypeAlias = Literal[
    SocketOption.HWM,
    SocketOption.AFFINITY,
    SocketOption.RATE,
    SocketOption.RECOVERY_IVL,
    SocketOption.SNDBUF,
    SocketOption.RCVBUF,
    SocketOption.RCVMORE,
    SocketOption.FD,
    SocketOption.EVENTS,
    SocketOption.TYPE,
    SocketOption.LINGER,
    SocketOption.RECONNECT_IVL,
    SocketOption.BACKLOG,
    SocketOption.RECONNECT_IVL_MAX,
    SocketOption.MAXMSGSIZE,
    SocketOption.SNDHWM,
    SocketOption.RCVHWM,
    SocketOption.MULTICAST_HOPS,
    SocketOption.RCVTIMEO,
    SocketOption.SNDTIMEO,
    SocketOption.ROUTER_MANDATORY,
    SocketOption.TCP_KEEPALIVE,
    SocketOption.TCP_KEEPALIVE_CNT,
    SocketOption.TCP_KEEPALIVE_IDLE,
    SocketOption.TCP_KEEPALIVE_INTVL,
    SocketOption.IMMEDIATE,
    SocketOption.XPUB_VERBOSE,
    SocketOption.ROUTER_RAW,
    SocketOption.IPV6,
    SocketOption.MECHANISM,
    SocketOption.PLAIN_SERVER,
    SocketOption.CURVE_SERVER,
    SocketOption.PROBE_ROUTER,
    SocketOption.REQ_CORRELATE,
    SocketOption.REQ_RELAXED,
    SocketOption.CONFLATE,
    SocketOption.ROUTER_HANDOVER,
    SocketOption.TOS,
    SocketOption.GSSAPI_SERVER,
    SocketOption.GSSAPI_PLAINTEXT,
    SocketOption.HANDSHAKE_IVL,
    SocketOption.XPUB_NODROP,
    SocketOption.BLOCKY,
    SocketOption.XPUB_MANUAL,
    SocketOption.STREAM_NOTIFY,
    SocketOption.INVERT_MATCHING,
    SocketOption.HEARTBEAT_IVL,
    SocketOption.HEARTBEAT_TTL,
    SocketOption.HEARTBEAT_TIMEOUT,
    SocketOption.XPUB_VERBOSER,
    SocketOption.CONNECT_TIMEOUT,
    SocketOption.TCP_MAXRT,
    SocketOption.THREAD_SAFE,
    SocketOption.MULTICAST_MAXTPDU,
    SocketOption.VMCI_BUFFER_SIZE,
    SocketOption.VMCI_BUFFER_MIN_SIZE,
    SocketOption.VMCI_BUFFER_MAX_SIZE,
    SocketOption.VMCI_CONNECT_TIMEOUT,
    SocketOption.USE_FD,
    SocketOption.GSSAPI_PRINCIPAL_NAMETYPE,
    SocketOption.GSSAPI_SERVICE_PRINCIPAL_NAMETYPE,
    SocketOption.MAX_PARTS,
    SocketOption.MAX_PENDING_BYTES,
    SocketOption.IPC_FILTER_PID,
    SocketOption.IPC_FILTER_UID,
    SocketOption.IPC_FILTER_GID,
    SocketOption.IPV4ONLY,
    SocketOption.DELAY_ATTACH_ON_CONNECT,
    SocketOption.FAIL_UNROUTABLE,
    SocketOption.ROUTER_BEHAVIOR,
    SocketOption.ZAP_ENFORCE_DOMAIN,
    SocketOption.LOOPBACK_FASTPATH,
    SocketOption.MULTICAST_LOOP,
    SocketOption.ROUTER_NOTIFY,
    SocketOption.XPUB_MANUAL_LAST_VALUE,
    SocketOption.IN_BATCH_SIZE,
    SocketOption.OUT_BATCH_SIZE,
    SocketOption.WSS_TRUST_SYSTEM,
    SocketOption.ONLY_FIRST_SUBSCRIBE,
    SocketOption.RECONNECT_STOP,
    SocketOption.PRIORITY,
    SocketOption.BUSY_POLL,
    SocketOption.XSUB_VERBOSE_UNSUBSCRIBE,
    SocketOption.TOPICS_COUNT,
    SocketOption.NORM_MODE,
    SocketOption.NORM_UNICAST_NACK,
    SocketOption.NORM_BUFFER_SIZE,
    SocketOption.NORM_SEGMENT_SIZE,
    SocketOption.NORM_BLOCK_SIZE,
    SocketOption.NORM_NUM_PARITY,
    SocketOption.NORM_NUM_AUTOPARITY,
    SocketOption.NORM_PUSH,
]

class SocketWithOptions(backend.Socket):
    """The backend's Socket, and the attributes that zmq.Socket adds for the options."""

    affinity: int
    """The I/O threads of the context that handle new connections.

    Value: int, a bit mask: bit 0 is the first thread; 0 is any thread
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    AFFINITY: int
    """The I/O threads of the context that handle new connections.

    Value: int, a bit mask: bit 0 is the first thread; 0 is any thread
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    routing_id: bytes
    """The id by which a ROUTER knows this socket.

    Two peers of a ROUTER must not have the same id: the ROUTER ignores the second peer. See
    ROUTER_HANDOVER.

    A ROUTER itself chooses ids that begin with a zero byte. libzmq accepts such an id here, but a
    ROUTER may have given it to another peer already.

    Value: bytes, 1 to 255 of them
    Default: b"": each ROUTER chooses an id
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, REQ, REP, ROUTER; others may set it
    """
    ROUTING_ID: bytes
    """The id by which a ROUTER knows this socket.

    Two peers of a ROUTER must not have the same id: the ROUTER ignores the second peer. See
    ROUTER_HANDOVER.

    A ROUTER itself chooses ids that begin with a zero byte. libzmq accepts such an id here, but a
    ROUTER may have given it to another peer already.

    Value: bytes, 1 to 255 of them
    Default: b"": each ROUTER chooses an id
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, REQ, REP, ROUTER; others may set it
    """
    SUBSCRIBE: SetOnly[bytes]
    """Receive messages that begin with these bytes.

    A SUB without a subscription receives nothing. On an XPUB with XPUB_MANUAL, this subscribes the
    peer whose request was received last.

    Value: bytes, b"" is all messages; set only
    Default: no subscription
    Applies: at once
    Sockets: SUB; XPUB with XPUB_MANUAL
    """
    UNSUBSCRIBE: SetOnly[bytes]
    """Undo one SUBSCRIBE of the same bytes.

    Value: bytes; set only
    Default: none
    Applies: at once
    Sockets: SUB; XPUB with XPUB_MANUAL
    """
    rate: int
    """The largest send rate of a multicast socket (pgm, epgm, norm).

    Value: int, in kilobits per second, at least 1
    Default: 100
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    RATE: int
    """The largest send rate of a multicast socket (pgm, epgm, norm).

    Value: int, in kilobits per second, at least 1
    Default: 100
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    recovery_ivl: int
    """The time for which a lost multicast datagram (pgm, epgm) can be requested again.

    Value: int, in ms
    Default: 10000
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    RECOVERY_IVL: int
    """The time for which a lost multicast datagram (pgm, epgm) can be requested again.

    Value: int, in ms
    Default: 10000
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    sndbuf: int
    """Size of the kernel's send buffer of a connection.

    Value: int, in bytes; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws, ipc and udp
    """
    SNDBUF: int
    """Size of the kernel's send buffer of a connection.

    Value: int, in bytes; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws, ipc and udp
    """
    rcvbuf: int
    """Size of the kernel's receive buffer of a connection.

    Value: int, in bytes; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws, ipc and udp
    """
    RCVBUF: int
    """Size of the kernel's receive buffer of a connection.

    Value: int, in bytes; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws, ipc and udp
    """
    @property
    def rcvmore(self) -> int:
        """1 if another part of the same message follows the last received part.

        Value: int, 1 or 0; read only
        Default: 0
        Sockets: all that receive
        """
    @property
    def RCVMORE(self) -> int:
        """1 if another part of the same message follows the last received part.

        Value: int, 1 or 0; read only
        Default: 0
        Sockets: all that receive
        """
    @property
    def fd(self) -> int:
        """The descriptor that becomes readable when EVENTS may have changed.

        It is edge-triggered: read EVENTS after each wake-up, and after each send and receive.

        Value: int, a file descriptor (Windows: a SOCKET); read only
        Default: the socket's descriptor
        Sockets: all
        """
    @property
    def FD(self) -> int:
        """The descriptor that becomes readable when EVENTS may have changed.

        It is edge-triggered: read EVENTS after each wake-up, and after each send and receive.

        Value: int, a file descriptor (Windows: a SOCKET); read only
        Default: the socket's descriptor
        Sockets: all
        """
    @property
    def events(self) -> int:
        """The events that can be handled without waiting.

        Value: int, `PollEvent` flags; read only
        Default: the current events
        Sockets: all
        """
    @property
    def EVENTS(self) -> int:
        """The events that can be handled without waiting.

        Value: int, `PollEvent` flags; read only
        Default: the current events
        Sockets: all
        """
    @property
    def TYPE(self) -> int:
        """The type of the socket.

        Value: int, a `SocketType`; read only
        Default: the type given at its creation
        Sockets: all
        """
    linger: int
    """The time for which unsent messages are kept after close. The termination of the context waits
    for at most this time.

    Value: int, in ms; -1 is for ever, 0 drops them at once
    Default: -1; 0 on SUB, XSUB and DISH
    Applies: at once; used when the socket closes
    Sockets: all
    """
    LINGER: int
    """The time for which unsent messages are kept after close. The termination of the context waits
    for at most this time.

    Value: int, in ms; -1 is for ever, 0 drops them at once
    Default: -1; 0 on SUB, XSUB and DISH
    Applies: at once; used when the socket closes
    Sockets: all
    """
    reconnect_ivl: int
    """The first pause before a reconnect.

    Value: int, in ms; 0 and -1 mean no reconnect
    Default: 100
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    RECONNECT_IVL: int
    """The first pause before a reconnect.

    Value: int, in ms; 0 and -1 mean no reconnect
    Default: 100
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    backlog: int
    """The number of incoming connections that may wait to be accepted.

    Value: int, in connections; the system may have a limit
    Default: 100
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind tcp, ws or ipc
    """
    BACKLOG: int
    """The number of incoming connections that may wait to be accepted.

    Value: int, in connections; the system may have a limit
    Default: 100
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind tcp, ws or ipc
    """
    reconnect_ivl_max: int
    """The longest pause before a reconnect: the pause doubles up to it.

    Value: int, in ms; 0 keeps the pause at RECONNECT_IVL
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    RECONNECT_IVL_MAX: int
    """The longest pause before a reconnect: the pause doubles up to it.

    Value: int, in ms; 0 keeps the pause at RECONNECT_IVL
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    maxmsgsize: int
    """Disconnect a peer that sends a message part larger than this.

    Value: int, in bytes; -1 is no limit
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: all that receive
    """
    MAXMSGSIZE: int
    """Disconnect a peer that sends a message part larger than this.

    Value: int, in bytes; -1 is no limit
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: all that receive
    """
    sndhwm: int
    """High-water mark: the number of messages that may wait to be sent to one peer.

    At the mark, PUSH, DEALER, REQ and PAIR wait; PUB, XPUB, RADIO and ROUTER drop messages.

    Value: int, in messages; 0 is no limit
    Default: 1000
    Applies: at once
    Sockets: all that send
    """
    SNDHWM: int
    """High-water mark: the number of messages that may wait to be sent to one peer.

    At the mark, PUSH, DEALER, REQ and PAIR wait; PUB, XPUB, RADIO and ROUTER drop messages.

    Value: int, in messages; 0 is no limit
    Default: 1000
    Applies: at once
    Sockets: all that send
    """
    rcvhwm: int
    """High-water mark: the number of messages of one peer that may wait to be received.

    Value: int, in messages; 0 is no limit
    Default: 1000
    Applies: at once
    Sockets: all that receive
    """
    RCVHWM: int
    """High-water mark: the number of messages of one peer that may wait to be received.

    Value: int, in messages; 0 is no limit
    Default: 1000
    Applies: at once
    Sockets: all that receive
    """
    multicast_hops: int
    """The number of routers that a multicast datagram may pass (time to live).

    Value: int, in hops; 1 stays in the local network
    Default: 1
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    MULTICAST_HOPS: int
    """The number of routers that a multicast datagram may pass (time to live).

    Value: int, in hops; 1 stays in the local network
    Default: 1
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    rcvtimeo: int
    """The time for which a receive waits before it raises `zmq.Again`.

    Value: int, in ms; -1 is for ever, 0 not at all
    Default: -1
    Applies: at once
    Sockets: all that receive
    """
    RCVTIMEO: int
    """The time for which a receive waits before it raises `zmq.Again`.

    Value: int, in ms; -1 is for ever, 0 not at all
    Default: -1
    Applies: at once
    Sockets: all that receive
    """
    sndtimeo: int
    """The time for which a send waits before it raises `zmq.Again`.

    Value: int, in ms; -1 is for ever, 0 not at all
    Default: -1
    Applies: at once
    Sockets: all that send
    """
    SNDTIMEO: int
    """The time for which a send waits before it raises `zmq.Again`.

    Value: int, in ms; -1 is for ever, 0 not at all
    Default: -1
    Applies: at once
    Sockets: all that send
    """
    @property
    def last_endpoint(self) -> bytes:
        """The endpoint of the last bind or connect, with wildcards resolved.

        Value: bytes; read only
        Default: b""
        Sockets: all
        """
    @property
    def LAST_ENDPOINT(self) -> bytes:
        """The endpoint of the last bind or connect, with wildcards resolved.

        Value: bytes; read only
        Default: b""
        Sockets: all
        """
    router_mandatory: SetOnly[int]
    """1: a ROUTER raises an error instead of dropping a message.

    It raises EHOSTUNREACH for an unknown routing id. If a queue is full, it waits or raises
    `zmq.Again`.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    ROUTER_MANDATORY: SetOnly[int]
    """1: a ROUTER raises an error instead of dropping a message.

    It raises EHOSTUNREACH for an unknown routing id. If a queue is full, it waits or raises
    `zmq.Again`.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    tcp_keepalive: int
    """TCP keep-alive on (1) or off (0).

    Value: int; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    TCP_KEEPALIVE: int
    """TCP keep-alive on (1) or off (0).

    Value: int; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    tcp_keepalive_cnt: int
    """The number of unanswered keep-alive probes after which a connection ends.

    Value: int, in probes; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    TCP_KEEPALIVE_CNT: int
    """The number of unanswered keep-alive probes after which a connection ends.

    Value: int, in probes; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    tcp_keepalive_idle: int
    """The time for which a connection is idle before the first keep-alive probe.

    Value: int, in seconds; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    TCP_KEEPALIVE_IDLE: int
    """The time for which a connection is idle before the first keep-alive probe.

    Value: int, in seconds; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    tcp_keepalive_intvl: int
    """The pause between keep-alive probes.

    Value: int, in seconds; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    TCP_KEEPALIVE_INTVL: int
    """The pause between keep-alive probes.

    Value: int, in seconds; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    immediate: int
    """1: messages are queued only for connected peers.

    0: a connect creates a queue at once, and messages wait in it for the connection.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    IMMEDIATE: int
    """1: messages are queued only for connected peers.

    0: a connect creates a queue at once, and messages wait in it for the connection.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    xpub_verbose: SetOnly[int]
    """1: an XPUB receives every subscription, not only the first to each topic.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB
    """
    XPUB_VERBOSE: SetOnly[int]
    """1: an XPUB receives every subscription, not only the first to each topic.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB
    """
    router_raw: SetOnly[int]
    """1: a ROUTER uses plain TCP. Superseded by STREAM sockets.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: ROUTER
    """
    ROUTER_RAW: SetOnly[int]
    """1: a ROUTER uses plain TCP. Superseded by STREAM sockets.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: ROUTER
    """
    ipv6: int
    """1: use IPv6 in addition to IPv4; host names are looked up for both.

    Value: int, 1 or 0
    Default: 0, or the value of the context's option
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and udp
    """
    IPV6: int
    """1: use IPv6 in addition to IPv4; host names are looked up for both.

    Value: int, 1 or 0
    Default: 0, or the value of the context's option
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and udp
    """
    @property
    def mechanism(self) -> int:
        """The security mechanism, as chosen by the other options.

        Value: int, a `SecurityMechanism`; read only
        Default: 0 (NULL)
        Sockets: all
        """
    @property
    def MECHANISM(self) -> int:
        """The security mechanism, as chosen by the other options.

        Value: int, a `SecurityMechanism`; read only
        Default: 0 (NULL)
        Sockets: all
        """
    plain_server: int
    """1: ask clients for a user name and a password, which an authenticator checks.

    Without an authenticator, every user name and password is refused.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    PLAIN_SERVER: int
    """1: ask clients for a user name and a password, which an authenticator checks.

    Without an authenticator, every user name and password is refused.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    plain_username: bytes
    """The user name that a PLAIN client logs in with. Setting it makes this socket a PLAIN client.

    Value: bytes, 1 to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    PLAIN_USERNAME: bytes
    """The user name that a PLAIN client logs in with. Setting it makes this socket a PLAIN client.

    Value: bytes, 1 to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    plain_password: bytes
    """The password that a PLAIN client logs in with. It is sent unencrypted.

    Value: bytes, 1 to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    PLAIN_PASSWORD: bytes
    """The password that a PLAIN client logs in with. It is sent unencrypted.

    Value: bytes, 1 to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    curve_server: int
    """1: act as the CURVE server of a connection, with the key CURVE_SECRETKEY.

    This option only encrypts. zmq.auth decides which clients may connect; without it every client
    may connect.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    CURVE_SERVER: int
    """1: act as the CURVE server of a connection, with the key CURVE_SECRETKEY.

    This option only encrypts. zmq.auth decides which clients may connect; without it every client
    may connect.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    curve_publickey: bytes
    """The public key of this socket, for CURVE. A server needs only its secret key.

    Value: bytes, 32 of them or 40 of Z85 text
    Default: zeros
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    CURVE_PUBLICKEY: bytes
    """The public key of this socket, for CURVE. A server needs only its secret key.

    Value: bytes, 32 of them or 40 of Z85 text
    Default: zeros
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    curve_secretkey: bytes
    """The secret key of this socket, for CURVE.

    Value: bytes, 32 of them or 40 of Z85 text
    Default: zeros
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    CURVE_SECRETKEY: bytes
    """The secret key of this socket, for CURVE.

    Value: bytes, 32 of them or 40 of Z85 text
    Default: zeros
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    curve_serverkey: bytes
    """The public key of the server. Setting it makes this socket a CURVE client.

    Value: bytes, 32 of them or 40 of Z85 text
    Default: zeros
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    CURVE_SERVERKEY: bytes
    """The public key of the server. Setting it makes this socket a CURVE client.

    Value: bytes, 32 of them or 40 of Z85 text
    Default: zeros
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    probe_router: SetOnly[int]
    """1: send an empty message on every new connection, so that a ROUTER knows this socket.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, REQ, ROUTER
    """
    PROBE_ROUTER: SetOnly[int]
    """1: send an empty message on every new connection, so that a ROUTER knows this socket.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, REQ, ROUTER
    """
    req_correlate: SetOnly[int]
    """1: give each request a number, and drop replies to earlier requests.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: REQ
    """
    REQ_CORRELATE: SetOnly[int]
    """1: give each request a number, and drop replies to earlier requests.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: REQ
    """
    req_relaxed: SetOnly[int]
    """1: allow another request before the reply to the last one has arrived. Use it with
    REQ_CORRELATE.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: REQ
    """
    REQ_RELAXED: SetOnly[int]
    """1: allow another request before the reply to the last one has arrived. Use it with
    REQ_CORRELATE.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: REQ
    """
    conflate: int
    """1: keep only the newest message, to send and to receive. Not for multipart messages.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: PULL, PUSH, PUB, SUB, DEALER, DISH, RADIO, GATHER, SCATTER
    """
    CONFLATE: int
    """1: keep only the newest message, to send and to receive. Not for multipart messages.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: PULL, PUSH, PUB, SUB, DEALER, DISH, RADIO, GATHER, SCATTER
    """
    zap_domain: bytes
    """The ZAP domain that this socket sends to the authenticator.

    Value: bytes, 1 to 255 of them
    Default: b"": NULL connections ask no authenticator
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind
    """
    ZAP_DOMAIN: bytes
    """The ZAP domain that this socket sends to the authenticator.

    Value: bytes, 1 to 255 of them
    Default: b"": NULL connections ask no authenticator
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind
    """
    router_handover: SetOnly[int]
    """1: a new peer takes over the routing id of an older peer, and the ROUTER disconnects the
    older one.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    ROUTER_HANDOVER: SetOnly[int]
    """1: a new peer takes over the routing id of an older peer, and the ROUTER disconnects the
    older one.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    tos: int
    """Type of service (DSCP and ECN bits) of the IP packets.

    Value: int, 0 or more
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    TOS: int
    """Type of service (DSCP and ECN bits) of the IP packets.

    Value: int, 0 or more
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    connect_routing_id: SetOnly[bytes]
    """The routing id that this socket uses for the peer of the next connect.

    Value: bytes, 1 to 255 of them; set only
    Default: libzmq chooses one
    Applies: to the next connect
    Sockets: ROUTER, STREAM
    """
    CONNECT_ROUTING_ID: SetOnly[bytes]
    """The routing id that this socket uses for the peer of the next connect.

    Value: bytes, 1 to 255 of them; set only
    Default: libzmq chooses one
    Applies: to the next connect
    Sockets: ROUTER, STREAM
    """
    gssapi_server: int
    """1: act as the GSSAPI (Kerberos) server of a connection. Only in builds with GSSAPI.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    GSSAPI_SERVER: int
    """1: act as the GSSAPI (Kerberos) server of a connection. Only in builds with GSSAPI.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    gssapi_principal: bytes
    """The name of this socket's own GSSAPI principal. Only in builds with GSSAPI.

    Value: bytes, 1 to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    GSSAPI_PRINCIPAL: bytes
    """The name of this socket's own GSSAPI principal. Only in builds with GSSAPI.

    Value: bytes, 1 to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    gssapi_service_principal: bytes
    """The name of the server's GSSAPI principal, for a client. Only in builds with GSSAPI.

    Value: bytes, 1 to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    GSSAPI_SERVICE_PRINCIPAL: bytes
    """The name of the server's GSSAPI principal, for a client. Only in builds with GSSAPI.

    Value: bytes, 1 to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    gssapi_plaintext: int
    """1: GSSAPI authenticates but does not encrypt. Only in builds with GSSAPI.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    GSSAPI_PLAINTEXT: int
    """1: GSSAPI authenticates but does not encrypt. Only in builds with GSSAPI.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    handshake_ivl: int
    """Disconnect a peer that has not finished the handshake in this time.

    Value: int, in ms; 0 is never
    Default: 30000
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    HANDSHAKE_IVL: int
    """Disconnect a peer that has not finished the handshake in this time.

    Value: int, in ms; 0 is never
    Default: 30000
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    socks_proxy: bytes
    """The SOCKS5 proxy to connect through.

    Value: bytes, ``host:port``
    Default: b"": no proxy
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect over tcp
    """
    SOCKS_PROXY: bytes
    """The SOCKS5 proxy to connect through.

    Value: bytes, ``host:port``
    Default: b"": no proxy
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect over tcp
    """
    xpub_nodrop: SetOnly[int]
    """1: at the high-water mark a send waits or raises `zmq.Again`, instead of dropping the
    message.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: PUB, XPUB, RADIO
    """
    XPUB_NODROP: SetOnly[int]
    """1: at the high-water mark a send waits or raises `zmq.Again`, instead of dropping the
    message.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: PUB, XPUB, RADIO
    """
    xpub_manual: SetOnly[int]
    """1: the program, not the peers, makes the subscriptions, by SUBSCRIBE and UNSUBSCRIBE.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB
    """
    XPUB_MANUAL: SetOnly[int]
    """1: the program, not the peers, makes the subscriptions, by SUBSCRIBE and UNSUBSCRIBE.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB
    """
    xpub_welcome_msg: SetOnly[bytes]
    """A message for new subscribers: each receives it if its subscription matches the message.

    Value: bytes; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: XPUB
    """
    XPUB_WELCOME_MSG: SetOnly[bytes]
    """A message for new subscribers: each receives it if its subscription matches the message.

    Value: bytes; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: XPUB
    """
    stream_notify: SetOnly[int]
    """1: a STREAM receives an empty message when a peer connects or disconnects.

    Value: int, 1 or 0; set only
    Default: 1
    Applies: to endpoints bound or connected afterwards
    Sockets: STREAM
    """
    STREAM_NOTIFY: SetOnly[int]
    """1: a STREAM receives an empty message when a peer connects or disconnects.

    Value: int, 1 or 0; set only
    Default: 1
    Applies: to endpoints bound or connected afterwards
    Sockets: STREAM
    """
    invert_matching: int
    """1: invert the subscriptions: messages that match are not received. Both sides have to set it.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: PUB, SUB, XPUB, XSUB
    """
    INVERT_MATCHING: int
    """1: invert the subscriptions: messages that match are not received. Both sides have to set it.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: PUB, SUB, XPUB, XSUB
    """
    heartbeat_ivl: int
    """The time between two PINGs that are sent to the peer.

    Value: int, in ms; 0 is never
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    HEARTBEAT_IVL: int
    """The time between two PINGs that are sent to the peer.

    Value: int, in ms; 0 is never
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    heartbeat_ttl: int
    """Each PING asks the peer to end the connection after this time without traffic.

    Value: int, in ms, up to 6553599, in steps of 100; 0 is never
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    HEARTBEAT_TTL: int
    """Each PING asks the peer to end the connection after this time without traffic.

    Value: int, in ms, up to 6553599, in steps of 100; 0 is never
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    heartbeat_timeout: int
    """The time to wait for traffic after a PING, before the connection is ended.

    Value: int, in ms; 0 is for ever
    Default: -1: the value of HEARTBEAT_IVL
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    HEARTBEAT_TIMEOUT: int
    """The time to wait for traffic after a PING, before the connection is ended.

    Value: int, in ms; 0 is for ever
    Default: -1: the value of HEARTBEAT_IVL
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    xpub_verboser: SetOnly[int]
    """1: an XPUB receives every subscription and every unsubscription.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB
    """
    XPUB_VERBOSER: SetOnly[int]
    """1: an XPUB receives every subscription and every unsubscription.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB
    """
    connect_timeout: int
    """The time that a connection attempt may take before the next attempt.

    Value: int, in ms; 0 leaves it to the system
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect over tcp
    """
    CONNECT_TIMEOUT: int
    """The time that a connection attempt may take before the next attempt.

    Value: int, in ms; 0 leaves it to the system
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect over tcp
    """
    tcp_maxrt: int
    """The time for which sent TCP data may stay unacknowledged before the connection ends.

    Value: int, in ms; 0 leaves it to the system
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    TCP_MAXRT: int
    """The time for which sent TCP data may stay unacknowledged before the connection ends.

    Value: int, in ms; 0 leaves it to the system
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    @property
    def thread_safe(self) -> int:
        """1 if many threads may use the socket at once.

        Value: int, 1 or 0; read only
        Default: by type: 1 for SERVER, CLIENT, RADIO, DISH, GATHER, SCATTER, PEER and CHANNEL
        Sockets: all
        """
    @property
    def THREAD_SAFE(self) -> int:
        """1 if many threads may use the socket at once.

        Value: int, 1 or 0; read only
        Default: by type: 1 for SERVER, CLIENT, RADIO, DISH, GATHER, SCATTER, PEER and CHANNEL
        Sockets: all
        """
    multicast_maxtpdu: int
    """Size of the largest multicast packet (pgm, epgm).

    Value: int, in bytes
    Default: 1500
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    MULTICAST_MAXTPDU: int
    """Size of the largest multicast packet (pgm, epgm).

    Value: int, in bytes
    Default: 1500
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    vmci_buffer_size: int
    """Size of the buffer of a vmci connection. Only in builds with VMCI.

    Value: int, in bytes
    Default: 0: the system's
    Applies: to endpoints bound or connected afterwards
    Sockets: those over vmci
    """
    VMCI_BUFFER_SIZE: int
    """Size of the buffer of a vmci connection. Only in builds with VMCI.

    Value: int, in bytes
    Default: 0: the system's
    Applies: to endpoints bound or connected afterwards
    Sockets: those over vmci
    """
    vmci_buffer_min_size: int
    """The smallest buffer of a vmci connection. Only in builds with VMCI.

    Value: int, in bytes
    Default: 0: the system's
    Applies: to endpoints bound or connected afterwards
    Sockets: those over vmci
    """
    VMCI_BUFFER_MIN_SIZE: int
    """The smallest buffer of a vmci connection. Only in builds with VMCI.

    Value: int, in bytes
    Default: 0: the system's
    Applies: to endpoints bound or connected afterwards
    Sockets: those over vmci
    """
    vmci_buffer_max_size: int
    """The largest buffer of a vmci connection. Only in builds with VMCI.

    Value: int, in bytes
    Default: 0: the system's
    Applies: to endpoints bound or connected afterwards
    Sockets: those over vmci
    """
    VMCI_BUFFER_MAX_SIZE: int
    """The largest buffer of a vmci connection. Only in builds with VMCI.

    Value: int, in bytes
    Default: 0: the system's
    Applies: to endpoints bound or connected afterwards
    Sockets: those over vmci
    """
    vmci_connect_timeout: int
    """The time that a vmci connect may take. Only in builds with VMCI.

    Value: int, in ms; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over vmci
    """
    VMCI_CONNECT_TIMEOUT: int
    """The time that a vmci connect may take. Only in builds with VMCI.

    Value: int, in ms; -1 leaves it to the system
    Default: -1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over vmci
    """
    use_fd: int
    """A socket descriptor that already listens, for example from systemd; the next bind uses it.

    Value: int, a file descriptor; -1 is none
    Default: -1
    Applies: to the next bind
    Sockets: those that bind tcp or ipc
    """
    USE_FD: int
    """A socket descriptor that already listens, for example from systemd; the next bind uses it.

    Value: int, a file descriptor; -1 is none
    Default: -1
    Applies: to the next bind
    Sockets: those that bind tcp or ipc
    """
    gssapi_principal_nametype: int
    """The kind of name in GSSAPI_PRINCIPAL. Only in builds with GSSAPI.

    Value: int; 0 host-based, 1 user name, 2 Kerberos principal
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    GSSAPI_PRINCIPAL_NAMETYPE: int
    """The kind of name in GSSAPI_PRINCIPAL. Only in builds with GSSAPI.

    Value: int; 0 host-based, 1 user name, 2 Kerberos principal
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    gssapi_service_principal_nametype: int
    """The kind of name in GSSAPI_SERVICE_PRINCIPAL. Only in builds with GSSAPI.

    Value: int; 0 host-based, 1 user name, 2 Kerberos principal
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    GSSAPI_SERVICE_PRINCIPAL_NAMETYPE: int
    """The kind of name in GSSAPI_SERVICE_PRINCIPAL. Only in builds with GSSAPI.

    Value: int; 0 host-based, 1 user name, 2 Kerberos principal
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    bindtodevice: bytes
    """The network interface or VRF to use (Linux). Some kernels require a privilege for it.

    Value: bytes, a name such as b"eth0"
    Default: b"": any
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and udp
    """
    BINDTODEVICE: bytes
    """The network interface or VRF to use (Linux). Some kernels require a privilege for it.

    Value: bytes, a name such as b"eth0"
    Default: b"": any
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and udp
    """
    max_parts: int
    """Disconnect a peer that sends a message with more parts than this.

    Only in this build of libzmq. See the page limits of the documentation for the memory that a peer can use.

    Value: int, in parts; 0 is no limit
    Default: 1048576
    Applies: to endpoints bound or connected afterwards
    Sockets: all that receive
    """
    MAX_PARTS: int
    """Disconnect a peer that sends a message with more parts than this.

    Only in this build of libzmq. See the page limits of the documentation for the memory that a peer can use.

    Value: int, in parts; 0 is no limit
    Default: 1048576
    Applies: to endpoints bound or connected afterwards
    Sockets: all that receive
    """
    max_pending_bytes: int
    """Disconnect a peer whose unfinished message is larger than this.

    Only in this build of libzmq. The limit is for the bytes of all parts before the last one;
    MAXMSGSIZE limits each part. See the page limits of the documentation.

    Value: int, in bytes; 0 is no limit
    Default: 4294967296
    Applies: to endpoints bound or connected afterwards
    Sockets: all that receive
    """
    MAX_PENDING_BYTES: int
    """Disconnect a peer whose unfinished message is larger than this.

    Only in this build of libzmq. The limit is for the bytes of all parts before the last one;
    MAXMSGSIZE limits each part. See the page limits of the documentation.

    Value: int, in bytes; 0 is no limit
    Default: 4294967296
    Applies: to endpoints bound or connected afterwards
    Sockets: all that receive
    """
    identity: bytes
    """Old name of ROUTING_ID. The id by which a ROUTER knows this socket.

    Two peers of a ROUTER must not have the same id: the ROUTER ignores the second peer. See
    ROUTER_HANDOVER.

    A ROUTER itself chooses ids that begin with a zero byte. libzmq accepts such an id here, but a
    ROUTER may have given it to another peer already.

    Value: bytes, 1 to 255 of them
    Default: b"": each ROUTER chooses an id
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, REQ, REP, ROUTER; others may set it
    """
    IDENTITY: bytes
    """Old name of ROUTING_ID. The id by which a ROUTER knows this socket.

    Two peers of a ROUTER must not have the same id: the ROUTER ignores the second peer. See
    ROUTER_HANDOVER.

    A ROUTER itself chooses ids that begin with a zero byte. libzmq accepts such an id here, but a
    ROUTER may have given it to another peer already.

    Value: bytes, 1 to 255 of them
    Default: b"": each ROUTER chooses an id
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, REQ, REP, ROUTER; others may set it
    """
    connect_rid: SetOnly[bytes]
    """Old name of CONNECT_ROUTING_ID. The routing id that this socket uses for the peer of the next connect.

    Value: bytes, 1 to 255 of them; set only
    Default: libzmq chooses one
    Applies: to the next connect
    Sockets: ROUTER, STREAM
    """
    CONNECT_RID: SetOnly[bytes]
    """Old name of CONNECT_ROUTING_ID. The routing id that this socket uses for the peer of the next connect.

    Value: bytes, 1 to 255 of them; set only
    Default: libzmq chooses one
    Applies: to the next connect
    Sockets: ROUTER, STREAM
    """
    tcp_accept_filter: SetOnly[bytes]
    """Deprecated: accept connections from this address only. Use an authenticator.

    Value: bytes, a range of addresses such as b"10.0.0.0/8"; each call adds a range, b"" removes all; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind tcp
    """
    TCP_ACCEPT_FILTER: SetOnly[bytes]
    """Deprecated: accept connections from this address only. Use an authenticator.

    Value: bytes, a range of addresses such as b"10.0.0.0/8"; each call adds a range, b"" removes all; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind tcp
    """
    ipc_filter_pid: SetOnly[int]
    """Deprecated: accept ipc connections of this process only. Use an authenticator.

    Value: int, the id of a process; each call adds an id; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind ipc
    """
    IPC_FILTER_PID: SetOnly[int]
    """Deprecated: accept ipc connections of this process only. Use an authenticator.

    Value: int, the id of a process; each call adds an id; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind ipc
    """
    ipc_filter_uid: SetOnly[int]
    """Deprecated: accept ipc connections of this user only. Use an authenticator.

    Value: int, the id of a user; each call adds an id; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind ipc
    """
    IPC_FILTER_UID: SetOnly[int]
    """Deprecated: accept ipc connections of this user only. Use an authenticator.

    Value: int, the id of a user; each call adds an id; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind ipc
    """
    ipc_filter_gid: SetOnly[int]
    """Deprecated: accept ipc connections of this group only. Use an authenticator.

    Value: int, the id of a group; each call adds an id; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind ipc
    """
    IPC_FILTER_GID: SetOnly[int]
    """Deprecated: accept ipc connections of this group only. Use an authenticator.

    Value: int, the id of a group; each call adds an id; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind ipc
    """
    ipv4only: int
    """Deprecated: the opposite of IPV6.

    Value: int, 1 or 0
    Default: 1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and udp
    """
    IPV4ONLY: int
    """Deprecated: the opposite of IPV6.

    Value: int, 1 or 0
    Default: 1
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and udp
    """
    delay_attach_on_connect: int
    """Old name of IMMEDIATE. 1: messages are queued only for connected peers.

    0: a connect creates a queue at once, and messages wait in it for the connection.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    DELAY_ATTACH_ON_CONNECT: int
    """Old name of IMMEDIATE. 1: messages are queued only for connected peers.

    0: a connect creates a queue at once, and messages wait in it for the connection.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    fail_unroutable: SetOnly[int]
    """Old name of ROUTER_MANDATORY. 1: a ROUTER raises an error instead of dropping a message.

    It raises EHOSTUNREACH for an unknown routing id. If a queue is full, it waits or raises
    `zmq.Again`.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    FAIL_UNROUTABLE: SetOnly[int]
    """Old name of ROUTER_MANDATORY. 1: a ROUTER raises an error instead of dropping a message.

    It raises EHOSTUNREACH for an unknown routing id. If a queue is full, it waits or raises
    `zmq.Again`.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    router_behavior: SetOnly[int]
    """Old name of ROUTER_MANDATORY. 1: a ROUTER raises an error instead of dropping a message.

    It raises EHOSTUNREACH for an unknown routing id. If a queue is full, it waits or raises
    `zmq.Again`.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    ROUTER_BEHAVIOR: SetOnly[int]
    """Old name of ROUTER_MANDATORY. 1: a ROUTER raises an error instead of dropping a message.

    It raises EHOSTUNREACH for an unknown routing id. If a queue is full, it waits or raises
    `zmq.Again`.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    zap_enforce_domain: int
    """Draft. 1: refuse CURVE and NULL clients if there is a ZAP_DOMAIN and no authenticator.

    But without a ZAP_DOMAIN, even a running authenticator is not asked.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    ZAP_ENFORCE_DOMAIN: int
    """Draft. 1: refuse CURVE and NULL clients if there is a ZAP_DOMAIN and no authenticator.

    But without a ZAP_DOMAIN, even a running authenticator is not asked.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    loopback_fastpath: int
    """Draft. 1: use the fast loopback of Windows.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp
    """
    LOOPBACK_FASTPATH: int
    """Draft. 1: use the fast loopback of Windows.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp
    """
    metadata: SetOnly[bytes]
    """Draft. A property that is sent to every peer; the peer can read it from the messages of this
    socket.

    Value: bytes, ``X-name:value``; each call adds a property; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    METADATA: SetOnly[bytes]
    """Draft. A property that is sent to every peer; the peer can read it from the messages of this
    socket.

    Value: bytes, ``X-name:value``; each call adds a property; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: all
    """
    multicast_loop: int
    """Draft. 1: the sending machine also receives its own multicasts.

    Value: int, 1 or 0
    Default: 1
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    MULTICAST_LOOP: int
    """Draft. 1: the sending machine also receives its own multicasts.

    Value: int, 1 or 0
    Default: 1
    Applies: to endpoints bound or connected afterwards
    Sockets: those with multicast endpoints
    """
    router_notify: int
    """Draft. Whether a ROUTER receives a message (routing id and empty part) when a peer connects,
    disconnects, or both.

    Value: int, `RouterNotify` flags
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    ROUTER_NOTIFY: int
    """Draft. Whether a ROUTER receives a message (routing id and empty part) when a peer connects,
    disconnects, or both.

    Value: int, `RouterNotify` flags
    Default: 0
    Applies: at once
    Sockets: ROUTER
    """
    xpub_manual_last_value: SetOnly[int]
    """Draft. 1: like XPUB_MANUAL, and the next message goes only to the last subscriber.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB
    """
    XPUB_MANUAL_LAST_VALUE: SetOnly[int]
    """Draft. 1: like XPUB_MANUAL, and the next message goes only to the last subscriber.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB
    """
    socks_username: bytes
    """Draft. The user name for the SOCKS5 proxy.

    Value: bytes, up to 255 of them
    Default: b"": no login
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect over tcp
    """
    SOCKS_USERNAME: bytes
    """Draft. The user name for the SOCKS5 proxy.

    Value: bytes, up to 255 of them
    Default: b"": no login
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect over tcp
    """
    socks_password: bytes
    """Draft. The password for the SOCKS5 proxy. It is sent unencrypted.

    Value: bytes, up to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect over tcp
    """
    SOCKS_PASSWORD: bytes
    """Draft. The password for the SOCKS5 proxy. It is sent unencrypted.

    Value: bytes, up to 255 of them
    Default: b""
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect over tcp
    """
    in_batch_size: int
    """Draft. The largest number of bytes in one read from the kernel.

    Value: int, in bytes, at least 1
    Default: 8192
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    IN_BATCH_SIZE: int
    """Draft. The largest number of bytes in one read from the kernel.

    Value: int, in bytes, at least 1
    Default: 8192
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    out_batch_size: int
    """Draft. The largest number of bytes from several messages in one write to the kernel.

    Value: int, in bytes, at least 1
    Default: 8192
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    OUT_BATCH_SIZE: int
    """Draft. The largest number of bytes from several messages in one write to the kernel.

    Value: int, in bytes, at least 1
    Default: 8192
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp, ws and ipc
    """
    wss_key_pem: SetOnly[bytes]
    """Draft. The TLS key of a wss server. Only in builds with WSS.

    Value: bytes, PEM text; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind wss
    """
    WSS_KEY_PEM: SetOnly[bytes]
    """Draft. The TLS key of a wss server. Only in builds with WSS.

    Value: bytes, PEM text; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind wss
    """
    wss_cert_pem: SetOnly[bytes]
    """Draft. The TLS certificate of a wss server. Only in builds with WSS.

    Value: bytes, PEM text; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind wss
    """
    WSS_CERT_PEM: SetOnly[bytes]
    """Draft. The TLS certificate of a wss server. Only in builds with WSS.

    Value: bytes, PEM text; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that bind wss
    """
    wss_trust_pem: SetOnly[bytes]
    """Draft. The TLS certificates that a wss client trusts. Only in builds with WSS.

    Value: bytes, PEM text; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect wss
    """
    WSS_TRUST_PEM: SetOnly[bytes]
    """Draft. The TLS certificates that a wss client trusts. Only in builds with WSS.

    Value: bytes, PEM text; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect wss
    """
    wss_hostname: SetOnly[bytes]
    """Draft. The host name that the server's TLS certificate must have. Only in builds with WSS.

    Value: bytes; set only
    Default: not checked
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect wss
    """
    WSS_HOSTNAME: SetOnly[bytes]
    """Draft. The host name that the server's TLS certificate must have. Only in builds with WSS.

    Value: bytes; set only
    Default: not checked
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect wss
    """
    wss_trust_system: SetOnly[int]
    """Draft. 1: a wss client trusts the system's certificates. Only in builds with WSS.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect wss
    """
    WSS_TRUST_SYSTEM: SetOnly[int]
    """Draft. 1: a wss client trusts the system's certificates. Only in builds with WSS.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect wss
    """
    only_first_subscribe: SetOnly[int]
    """Draft. 1: only the first part of a multipart message can be a subscription.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB, XSUB
    """
    ONLY_FIRST_SUBSCRIBE: SetOnly[int]
    """Draft. 1: only the first part of a multipart message can be a subscription.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XPUB, XSUB
    """
    reconnect_stop: int
    """Draft. The cases in which the socket stops reconnecting.

    A connection that has stopped takes no messages. If a socket has no other peer, its sends wait.

    Value: int, `ReconnectStop` flags
    Default: 0: never
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    RECONNECT_STOP: int
    """Draft. The cases in which the socket stops reconnecting.

    A connection that has stopped takes no messages. If a socket has no other peer, its sends wait.

    Value: int, `ReconnectStop` flags
    Default: 0: never
    Applies: to endpoints bound or connected afterwards
    Sockets: those that connect
    """
    hello_msg: SetOnly[bytes]
    """Draft. A message that is sent to every peer when it connects.

    Value: bytes, b"" is none; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, ROUTER, CLIENT, SERVER, PEER
    """
    HELLO_MSG: SetOnly[bytes]
    """Draft. A message that is sent to every peer when it connects.

    Value: bytes, b"" is none; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, ROUTER, CLIENT, SERVER, PEER
    """
    disconnect_msg: SetOnly[bytes]
    """Draft. A message that this socket receives from a peer when the peer disconnects.

    Value: bytes, b"" is none; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: ROUTER, SERVER, PEER
    """
    DISCONNECT_MSG: SetOnly[bytes]
    """Draft. A message that this socket receives from a peer when the peer disconnects.

    Value: bytes, b"" is none; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: ROUTER, SERVER, PEER
    """
    priority: int
    """Draft. Priority of the sent packets in the kernel's queues (Linux).

    Value: int, 0 or more; values above 6 need a privilege
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    PRIORITY: int
    """Draft. Priority of the sent packets in the kernel's queues (Linux).

    Value: int, 0 or more; values above 6 need a privilege
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    busy_poll: int
    """Draft. The time for which Linux polls the network device of a tcp or ws connection
    (SO_BUSY_POLL).

    libzmq ignores a failure, because some kernels require a privilege.

    Value: int, in microseconds
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    BUSY_POLL: int
    """Draft. The time for which Linux polls the network device of a tcp or ws connection
    (SO_BUSY_POLL).

    libzmq ignores a failure, because some kernels require a privilege.

    Value: int, in microseconds
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over tcp and ws
    """
    hiccup_msg: SetOnly[bytes]
    """Draft. A message that this socket receives when its outgoing connection breaks, before it
    reconnects.

    Value: bytes, b"" is none; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, CLIENT, PEER
    """
    HICCUP_MSG: SetOnly[bytes]
    """Draft. A message that this socket receives when its outgoing connection breaks, before it
    reconnects.

    Value: bytes, b"" is none; set only
    Default: none
    Applies: to endpoints bound or connected afterwards
    Sockets: DEALER, CLIENT, PEER
    """
    xsub_verbose_unsubscribe: SetOnly[int]
    """Draft. 1: an XSUB passes on every unsubscription, not only the last one of a topic.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XSUB
    """
    XSUB_VERBOSE_UNSUBSCRIBE: SetOnly[int]
    """Draft. 1: an XSUB passes on every unsubscription, not only the last one of a topic.

    Value: int, 1 or 0; set only
    Default: 0
    Applies: at once
    Sockets: XSUB
    """
    @property
    def topics_count(self) -> int:
        """Draft. Number of different subscribed topics; on PUB and XPUB those of all peers together.

        Value: int, in topics; read only
        Default: 0
        Sockets: PUB, SUB, XPUB, XSUB
        """
    @property
    def TOPICS_COUNT(self) -> int:
        """Draft. Number of different subscribed topics; on PUB and XPUB those of all peers together.

        Value: int, in topics; read only
        Default: 0
        Sockets: PUB, SUB, XPUB, XSUB
        """
    norm_mode: int
    """Draft, in builds of libzmq 4.3.5 with NORM. Congestion control.

    Value: int, a `NormMode`
    Default: 1 (CC)
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    NORM_MODE: int
    """Draft, in builds of libzmq 4.3.5 with NORM. Congestion control.

    Value: int, a `NormMode`
    Default: 1 (CC)
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    norm_unicast_nack: int
    """Draft, in builds of libzmq 4.3.5 with NORM. 1: receivers request lost data only from the
    sender, not from the group.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    NORM_UNICAST_NACK: int
    """Draft, in builds of libzmq 4.3.5 with NORM. 1: receivers request lost data only from the
    sender, not from the group.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    norm_buffer_size: int
    """Draft, in builds of libzmq 4.3.5 with NORM. Size of the buffer of a stream.

    Value: int, in kilobytes
    Default: 2048
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    NORM_BUFFER_SIZE: int
    """Draft, in builds of libzmq 4.3.5 with NORM. Size of the buffer of a stream.

    Value: int, in kilobytes
    Default: 2048
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    norm_segment_size: int
    """Draft, in builds of libzmq 4.3.5 with NORM. Payload of one packet.

    Value: int, in bytes
    Default: 1400
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    NORM_SEGMENT_SIZE: int
    """Draft, in builds of libzmq 4.3.5 with NORM. Payload of one packet.

    Value: int, in bytes
    Default: 1400
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    norm_block_size: int
    """Draft, in builds of libzmq 4.3.5 with NORM. The number of packets that are error-corrected
    together.

    Value: int, in packets
    Default: 16
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    NORM_BLOCK_SIZE: int
    """Draft, in builds of libzmq 4.3.5 with NORM. The number of packets that are error-corrected
    together.

    Value: int, in packets
    Default: 16
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    norm_num_parity: int
    """Draft, in builds of libzmq 4.3.5 with NORM. The number of error-correction packets that a
    block can have.

    Value: int, in packets
    Default: 4
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    NORM_NUM_PARITY: int
    """Draft, in builds of libzmq 4.3.5 with NORM. The number of error-correction packets that a
    block can have.

    Value: int, in packets
    Default: 4
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    norm_num_autoparity: int
    """Draft, in builds of libzmq 4.3.5 with NORM. The number of error-correction packets that
    are sent before a loss is known.

    Value: int, in packets
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    NORM_NUM_AUTOPARITY: int
    """Draft, in builds of libzmq 4.3.5 with NORM. The number of error-correction packets that
    are sent before a loss is known.

    Value: int, in packets
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    norm_push: int
    """Draft, in builds of libzmq 4.3.5 with NORM. 1: a stream drops old data for new data instead
    of waiting.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """
    NORM_PUSH: int
    """Draft, in builds of libzmq 4.3.5 with NORM. 1: a stream drops old data for new data instead
    of waiting.

    Value: int, 1 or 0
    Default: 0
    Applies: to endpoints bound or connected afterwards
    Sockets: those over norm
    """

class ContextWithOptions(backend.Context):
    """The backend's Context, and the attributes of zmq.Context.

    These are the context's own options, and the defaults of its new sockets. A default can be read
    only after it has been set.
    """

    io_threads: int
    """Number of I/O threads, which move messages between queues and the network.

    Value: int, 0 or more; 0 is enough for inproc
    Default: 1
    Applies: before the first socket is made
    """
    IO_THREADS: int
    """Number of I/O threads, which move messages between queues and the network.

    Value: int, 0 or more; 0 is enough for inproc
    Default: 1
    Applies: before the first socket is made
    """
    max_sockets: int
    """The largest number of sockets that the context can have at once.

    Value: int, up to SOCKET_LIMIT
    Default: 1023
    Applies: before the first socket is made
    """
    MAX_SOCKETS: int
    """The largest number of sockets that the context can have at once.

    Value: int, up to SOCKET_LIMIT
    Default: 1023
    Applies: before the first socket is made
    """
    @property
    def socket_limit(self) -> int:
        """The largest value of MAX_SOCKETS.

        Value: int, in sockets; read only
        Default: 65535
        """
    @property
    def SOCKET_LIMIT(self) -> int:
        """The largest value of MAX_SOCKETS.

        Value: int, in sockets; read only
        Default: 65535
        """
    thread_priority: SetOnly[int]
    """Scheduling priority of the I/O threads.

    Value: int, a priority of the policy; set only
    Default: the value of the system
    Applies: before the first socket is made
    """
    THREAD_PRIORITY: SetOnly[int]
    """Scheduling priority of the I/O threads.

    Value: int, a priority of the policy; set only
    Default: the value of the system
    Applies: before the first socket is made
    """
    thread_sched_policy: int
    """Scheduling policy of the I/O threads.

    Value: int, such as ``os.SCHED_FIFO``; set only
    Default: the value of the system
    Applies: before the first socket is made
    """
    THREAD_SCHED_POLICY: int
    """Scheduling policy of the I/O threads.

    Value: int, such as ``os.SCHED_FIFO``; set only
    Default: the value of the system
    Applies: before the first socket is made
    """
    max_msgsz: int
    """The largest message that can be sent.

    Value: int, in bytes, up to 2147483647
    Default: 2147483647
    Applies: at once
    """
    MAX_MSGSZ: int
    """The largest message that can be sent.

    Value: int, in bytes, up to 2147483647
    Default: 2147483647
    Applies: at once
    """
    @property
    def msg_t_size(self) -> int:
        """Size of ``zmq_msg_t``.

        Value: int, in bytes; read only
        Default: 64
        """
    @property
    def MSG_T_SIZE(self) -> int:
        """Size of ``zmq_msg_t``.

        Value: int, in bytes; read only
        Default: 64
        """
    thread_affinity_cpu_add: SetOnly[int]
    """Adds a CPU to those that the I/O threads may run on.

    Value: int, the number of a CPU; set only
    Default: any CPU
    Applies: before the first socket is made
    """
    THREAD_AFFINITY_CPU_ADD: SetOnly[int]
    """Adds a CPU to those that the I/O threads may run on.

    Value: int, the number of a CPU; set only
    Default: any CPU
    Applies: before the first socket is made
    """
    thread_affinity_cpu_remove: SetOnly[int]
    """Removes a CPU from those that THREAD_AFFINITY_CPU_ADD has added.

    Value: int, the number of a CPU; set only
    Default: none
    Applies: before the first socket is made
    """
    THREAD_AFFINITY_CPU_REMOVE: SetOnly[int]
    """Removes a CPU from those that THREAD_AFFINITY_CPU_ADD has added.

    Value: int, the number of a CPU; set only
    Default: none
    Applies: before the first socket is made
    """
    thread_name_prefix: SetOnly[int | str | bytes]
    """The beginning of the names of the I/O threads.

    Value: str or bytes, up to 16 bytes, or an int; set only
    Default: none
    Applies: before the first socket is made
    """
    THREAD_NAME_PREFIX: SetOnly[int | str | bytes]
    """The beginning of the names of the I/O threads.

    Value: str or bytes, up to 16 bytes, or an int; set only
    Default: none
    Applies: before the first socket is made
    """
    spin_time: int
    """The time for which a thread spins before it sleeps. Only in this build of libzmq.

    It applies to the I/O threads and to blocking sends and receives.

    Value: int, in microseconds, up to 1000
    Default: 0
    Applies: before the first socket is made
    """
    SPIN_TIME: int
    """The time for which a thread spins before it sleeps. Only in this build of libzmq.

    It applies to the I/O threads and to blocking sends and receives.

    Value: int, in microseconds, up to 1000
    Default: 0
    Applies: before the first socket is made
    """

    # Defaults of new sockets.

    affinity: int
    """The default of new sockets of the context. The I/O threads of the context that handle new
    connections.
    """
    AFFINITY: int
    """The default of new sockets of the context. The I/O threads of the context that handle new
    connections.
    """
    routing_id: bytes
    """The default of new sockets of the context. The id by which a ROUTER knows this socket."""
    ROUTING_ID: bytes
    """The default of new sockets of the context. The id by which a ROUTER knows this socket."""
    subscribe: bytes
    """The default of new sockets of the context. Receive messages that begin with these bytes."""
    SUBSCRIBE: bytes
    """The default of new sockets of the context. Receive messages that begin with these bytes."""
    unsubscribe: bytes
    """The default of new sockets of the context. Undo one SUBSCRIBE of the same bytes."""
    UNSUBSCRIBE: bytes
    """The default of new sockets of the context. Undo one SUBSCRIBE of the same bytes."""
    rate: int
    """The default of new sockets of the context. The largest send rate of a multicast socket (pgm,
    epgm, norm).
    """
    RATE: int
    """The default of new sockets of the context. The largest send rate of a multicast socket (pgm,
    epgm, norm).
    """
    recovery_ivl: int
    """The default of new sockets of the context. The time for which a lost multicast datagram
    (pgm, epgm) can be requested again.
    """
    RECOVERY_IVL: int
    """The default of new sockets of the context. The time for which a lost multicast datagram
    (pgm, epgm) can be requested again.
    """
    sndbuf: int
    """The default of new sockets of the context. Size of the kernel's send buffer of a connection."""
    SNDBUF: int
    """The default of new sockets of the context. Size of the kernel's send buffer of a connection."""
    rcvbuf: int
    """The default of new sockets of the context. Size of the kernel's receive buffer of a
    connection.
    """
    RCVBUF: int
    """The default of new sockets of the context. Size of the kernel's receive buffer of a
    connection.
    """
    linger: int
    """The default of new sockets of the context. The time for which unsent messages are kept after
    close.
    """
    LINGER: int
    """The default of new sockets of the context. The time for which unsent messages are kept after
    close.
    """
    reconnect_ivl: int
    """The default of new sockets of the context. The first pause before a reconnect."""
    RECONNECT_IVL: int
    """The default of new sockets of the context. The first pause before a reconnect."""
    backlog: int
    """The default of new sockets of the context. The number of incoming connections that may wait
    to be accepted.
    """
    BACKLOG: int
    """The default of new sockets of the context. The number of incoming connections that may wait
    to be accepted.
    """
    reconnect_ivl_max: int
    """The default of new sockets of the context. The longest pause before a reconnect: the pause
    doubles up to it.
    """
    RECONNECT_IVL_MAX: int
    """The default of new sockets of the context. The longest pause before a reconnect: the pause
    doubles up to it.
    """
    maxmsgsize: int
    """The default of new sockets of the context. Disconnect a peer that sends a message part
    larger than this.
    """
    MAXMSGSIZE: int
    """The default of new sockets of the context. Disconnect a peer that sends a message part
    larger than this.
    """
    sndhwm: int
    """The default of new sockets of the context. High-water mark: the number of messages that may
    wait to be sent to one peer.
    """
    SNDHWM: int
    """The default of new sockets of the context. High-water mark: the number of messages that may
    wait to be sent to one peer.
    """
    rcvhwm: int
    """The default of new sockets of the context. High-water mark: the number of messages of one
    peer that may wait to be received.
    """
    RCVHWM: int
    """The default of new sockets of the context. High-water mark: the number of messages of one
    peer that may wait to be received.
    """
    multicast_hops: int
    """The default of new sockets of the context. The number of routers that a multicast datagram
    may pass (time to live).
    """
    MULTICAST_HOPS: int
    """The default of new sockets of the context. The number of routers that a multicast datagram
    may pass (time to live).
    """
    rcvtimeo: int
    """The default of new sockets of the context. The time for which a receive waits before it
    raises `zmq.Again`.
    """
    RCVTIMEO: int
    """The default of new sockets of the context. The time for which a receive waits before it
    raises `zmq.Again`.
    """
    sndtimeo: int
    """The default of new sockets of the context. The time for which a send waits before it raises
    `zmq.Again`.
    """
    SNDTIMEO: int
    """The default of new sockets of the context. The time for which a send waits before it raises
    `zmq.Again`.
    """
    router_mandatory: int
    """The default of new sockets of the context. 1: a ROUTER raises an error instead of dropping a
    message.
    """
    ROUTER_MANDATORY: int
    """The default of new sockets of the context. 1: a ROUTER raises an error instead of dropping a
    message.
    """
    tcp_keepalive: int
    """The default of new sockets of the context. TCP keep-alive on (1) or off (0)."""
    TCP_KEEPALIVE: int
    """The default of new sockets of the context. TCP keep-alive on (1) or off (0)."""
    tcp_keepalive_cnt: int
    """The default of new sockets of the context. The number of unanswered keep-alive probes after
    which a connection ends.
    """
    TCP_KEEPALIVE_CNT: int
    """The default of new sockets of the context. The number of unanswered keep-alive probes after
    which a connection ends.
    """
    tcp_keepalive_idle: int
    """The default of new sockets of the context. The time for which a connection is idle before
    the first keep-alive probe.
    """
    TCP_KEEPALIVE_IDLE: int
    """The default of new sockets of the context. The time for which a connection is idle before
    the first keep-alive probe.
    """
    tcp_keepalive_intvl: int
    """The default of new sockets of the context. The pause between keep-alive probes."""
    TCP_KEEPALIVE_INTVL: int
    """The default of new sockets of the context. The pause between keep-alive probes."""
    immediate: int
    """The default of new sockets of the context. 1: messages are queued only for connected peers."""
    IMMEDIATE: int
    """The default of new sockets of the context. 1: messages are queued only for connected peers."""
    xpub_verbose: int
    """The default of new sockets of the context. 1: an XPUB receives every subscription, not only
    the first to each topic.
    """
    XPUB_VERBOSE: int
    """The default of new sockets of the context. 1: an XPUB receives every subscription, not only
    the first to each topic.
    """
    router_raw: int
    """The default of new sockets of the context. 1: a ROUTER uses plain TCP."""
    ROUTER_RAW: int
    """The default of new sockets of the context. 1: a ROUTER uses plain TCP."""
    ipv6: int
    """The default of new sockets of the context. 1: use IPv6 in addition to IPv4; host names are
    looked up for both.
    """
    IPV6: int
    """The default of new sockets of the context. 1: use IPv6 in addition to IPv4; host names are
    looked up for both.
    """
    plain_server: int
    """The default of new sockets of the context. 1: ask clients for a user name and a password,
    which an authenticator checks.
    """
    PLAIN_SERVER: int
    """The default of new sockets of the context. 1: ask clients for a user name and a password,
    which an authenticator checks.
    """
    plain_username: bytes
    """The default of new sockets of the context. The user name that a PLAIN client logs in with."""
    PLAIN_USERNAME: bytes
    """The default of new sockets of the context. The user name that a PLAIN client logs in with."""
    plain_password: bytes
    """The default of new sockets of the context. The password that a PLAIN client logs in with."""
    PLAIN_PASSWORD: bytes
    """The default of new sockets of the context. The password that a PLAIN client logs in with."""
    curve_server: int
    """The default of new sockets of the context. 1: act as the CURVE server of a connection, with
    the key CURVE_SECRETKEY.
    """
    CURVE_SERVER: int
    """The default of new sockets of the context. 1: act as the CURVE server of a connection, with
    the key CURVE_SECRETKEY.
    """
    curve_publickey: bytes
    """The default of new sockets of the context. The public key of this socket, for CURVE."""
    CURVE_PUBLICKEY: bytes
    """The default of new sockets of the context. The public key of this socket, for CURVE."""
    curve_secretkey: bytes
    """The default of new sockets of the context. The secret key of this socket, for CURVE."""
    CURVE_SECRETKEY: bytes
    """The default of new sockets of the context. The secret key of this socket, for CURVE."""
    curve_serverkey: bytes
    """The default of new sockets of the context. The public key of the server."""
    CURVE_SERVERKEY: bytes
    """The default of new sockets of the context. The public key of the server."""
    probe_router: int
    """The default of new sockets of the context. 1: send an empty message on every new connection,
    so that a ROUTER knows this socket.
    """
    PROBE_ROUTER: int
    """The default of new sockets of the context. 1: send an empty message on every new connection,
    so that a ROUTER knows this socket.
    """
    req_correlate: int
    """The default of new sockets of the context. 1: give each request a number, and drop replies
    to earlier requests.
    """
    REQ_CORRELATE: int
    """The default of new sockets of the context. 1: give each request a number, and drop replies
    to earlier requests.
    """
    req_relaxed: int
    """The default of new sockets of the context. 1: allow another request before the reply to the
    last one has arrived.
    """
    REQ_RELAXED: int
    """The default of new sockets of the context. 1: allow another request before the reply to the
    last one has arrived.
    """
    conflate: int
    """The default of new sockets of the context. 1: keep only the newest message, to send and to
    receive.
    """
    CONFLATE: int
    """The default of new sockets of the context. 1: keep only the newest message, to send and to
    receive.
    """
    zap_domain: bytes
    """The default of new sockets of the context. The ZAP domain that this socket sends to the
    authenticator.
    """
    ZAP_DOMAIN: bytes
    """The default of new sockets of the context. The ZAP domain that this socket sends to the
    authenticator.
    """
    router_handover: int
    """The default of new sockets of the context. 1: a new peer takes over the routing id of an
    older peer, and the ROUTER disconnects the older one.
    """
    ROUTER_HANDOVER: int
    """The default of new sockets of the context. 1: a new peer takes over the routing id of an
    older peer, and the ROUTER disconnects the older one.
    """
    tos: int
    """The default of new sockets of the context. Type of service (DSCP and ECN bits) of the IP
    packets.
    """
    TOS: int
    """The default of new sockets of the context. Type of service (DSCP and ECN bits) of the IP
    packets.
    """
    connect_routing_id: bytes
    """The default of new sockets of the context. The routing id that this socket uses for the peer
    of the next connect.
    """
    CONNECT_ROUTING_ID: bytes
    """The default of new sockets of the context. The routing id that this socket uses for the peer
    of the next connect.
    """
    gssapi_server: int
    """The default of new sockets of the context. 1: act as the GSSAPI (Kerberos) server of a
    connection.
    """
    GSSAPI_SERVER: int
    """The default of new sockets of the context. 1: act as the GSSAPI (Kerberos) server of a
    connection.
    """
    gssapi_principal: bytes
    """The default of new sockets of the context. The name of this socket's own GSSAPI principal."""
    GSSAPI_PRINCIPAL: bytes
    """The default of new sockets of the context. The name of this socket's own GSSAPI principal."""
    gssapi_service_principal: bytes
    """The default of new sockets of the context. The name of the server's GSSAPI principal, for a
    client.
    """
    GSSAPI_SERVICE_PRINCIPAL: bytes
    """The default of new sockets of the context. The name of the server's GSSAPI principal, for a
    client.
    """
    gssapi_plaintext: int
    """The default of new sockets of the context. 1: GSSAPI authenticates but does not encrypt."""
    GSSAPI_PLAINTEXT: int
    """The default of new sockets of the context. 1: GSSAPI authenticates but does not encrypt."""
    handshake_ivl: int
    """The default of new sockets of the context. Disconnect a peer that has not finished the
    handshake in this time.
    """
    HANDSHAKE_IVL: int
    """The default of new sockets of the context. Disconnect a peer that has not finished the
    handshake in this time.
    """
    socks_proxy: bytes
    """The default of new sockets of the context. The SOCKS5 proxy to connect through."""
    SOCKS_PROXY: bytes
    """The default of new sockets of the context. The SOCKS5 proxy to connect through."""
    xpub_nodrop: int
    """The default of new sockets of the context. 1: at the high-water mark a send waits or raises
    `zmq.Again`, instead of dropping the message.
    """
    XPUB_NODROP: int
    """The default of new sockets of the context. 1: at the high-water mark a send waits or raises
    `zmq.Again`, instead of dropping the message.
    """
    xpub_manual: int
    """The default of new sockets of the context. 1: the program, not the peers, makes the
    subscriptions, by SUBSCRIBE and UNSUBSCRIBE.
    """
    XPUB_MANUAL: int
    """The default of new sockets of the context. 1: the program, not the peers, makes the
    subscriptions, by SUBSCRIBE and UNSUBSCRIBE.
    """
    xpub_welcome_msg: bytes
    """The default of new sockets of the context. A message for new subscribers: each receives it
    if its subscription matches the message.
    """
    XPUB_WELCOME_MSG: bytes
    """The default of new sockets of the context. A message for new subscribers: each receives it
    if its subscription matches the message.
    """
    stream_notify: int
    """The default of new sockets of the context. 1: a STREAM receives an empty message when a peer
    connects or disconnects.
    """
    STREAM_NOTIFY: int
    """The default of new sockets of the context. 1: a STREAM receives an empty message when a peer
    connects or disconnects.
    """
    invert_matching: int
    """The default of new sockets of the context. 1: invert the subscriptions: messages that match
    are not received.
    """
    INVERT_MATCHING: int
    """The default of new sockets of the context. 1: invert the subscriptions: messages that match
    are not received.
    """
    heartbeat_ivl: int
    """The default of new sockets of the context. The time between two PINGs that are sent to the
    peer.
    """
    HEARTBEAT_IVL: int
    """The default of new sockets of the context. The time between two PINGs that are sent to the
    peer.
    """
    heartbeat_ttl: int
    """The default of new sockets of the context. Each PING asks the peer to end the connection
    after this time without traffic.
    """
    HEARTBEAT_TTL: int
    """The default of new sockets of the context. Each PING asks the peer to end the connection
    after this time without traffic.
    """
    heartbeat_timeout: int
    """The default of new sockets of the context. The time to wait for traffic after a PING, before
    the connection is ended.
    """
    HEARTBEAT_TIMEOUT: int
    """The default of new sockets of the context. The time to wait for traffic after a PING, before
    the connection is ended.
    """
    xpub_verboser: int
    """The default of new sockets of the context. 1: an XPUB receives every subscription and every
    unsubscription.
    """
    XPUB_VERBOSER: int
    """The default of new sockets of the context. 1: an XPUB receives every subscription and every
    unsubscription.
    """
    connect_timeout: int
    """The default of new sockets of the context. The time that a connection attempt may take
    before the next attempt.
    """
    CONNECT_TIMEOUT: int
    """The default of new sockets of the context. The time that a connection attempt may take
    before the next attempt.
    """
    tcp_maxrt: int
    """The default of new sockets of the context. The time for which sent TCP data may stay
    unacknowledged before the connection ends.
    """
    TCP_MAXRT: int
    """The default of new sockets of the context. The time for which sent TCP data may stay
    unacknowledged before the connection ends.
    """
    multicast_maxtpdu: int
    """The default of new sockets of the context. Size of the largest multicast packet (pgm, epgm)."""
    MULTICAST_MAXTPDU: int
    """The default of new sockets of the context. Size of the largest multicast packet (pgm, epgm)."""
    vmci_buffer_size: int
    """The default of new sockets of the context. Size of the buffer of a vmci connection."""
    VMCI_BUFFER_SIZE: int
    """The default of new sockets of the context. Size of the buffer of a vmci connection."""
    vmci_buffer_min_size: int
    """The default of new sockets of the context. The smallest buffer of a vmci connection."""
    VMCI_BUFFER_MIN_SIZE: int
    """The default of new sockets of the context. The smallest buffer of a vmci connection."""
    vmci_buffer_max_size: int
    """The default of new sockets of the context. The largest buffer of a vmci connection."""
    VMCI_BUFFER_MAX_SIZE: int
    """The default of new sockets of the context. The largest buffer of a vmci connection."""
    vmci_connect_timeout: int
    """The default of new sockets of the context. The time that a vmci connect may take."""
    VMCI_CONNECT_TIMEOUT: int
    """The default of new sockets of the context. The time that a vmci connect may take."""
    use_fd: int
    """The default of new sockets of the context. A socket descriptor that already listens, for
    example from systemd; the next bind uses it.
    """
    USE_FD: int
    """The default of new sockets of the context. A socket descriptor that already listens, for
    example from systemd; the next bind uses it.
    """
    gssapi_principal_nametype: int
    """The default of new sockets of the context. The kind of name in GSSAPI_PRINCIPAL."""
    GSSAPI_PRINCIPAL_NAMETYPE: int
    """The default of new sockets of the context. The kind of name in GSSAPI_PRINCIPAL."""
    gssapi_service_principal_nametype: int
    """The default of new sockets of the context. The kind of name in GSSAPI_SERVICE_PRINCIPAL."""
    GSSAPI_SERVICE_PRINCIPAL_NAMETYPE: int
    """The default of new sockets of the context. The kind of name in GSSAPI_SERVICE_PRINCIPAL."""
    bindtodevice: bytes
    """The default of new sockets of the context. The network interface or VRF to use (Linux)."""
    BINDTODEVICE: bytes
    """The default of new sockets of the context. The network interface or VRF to use (Linux)."""
    max_parts: int
    """The default of new sockets of the context. Disconnect a peer that sends a message with more
    parts than this.
    """
    MAX_PARTS: int
    """The default of new sockets of the context. Disconnect a peer that sends a message with more
    parts than this.
    """
    max_pending_bytes: int
    """The default of new sockets of the context. Disconnect a peer whose unfinished message is
    larger than this.
    """
    MAX_PENDING_BYTES: int
    """The default of new sockets of the context. Disconnect a peer whose unfinished message is
    larger than this.
    """
    identity: bytes
    """The default of new sockets of the context. Old name of ROUTING_ID."""
    IDENTITY: bytes
    """The default of new sockets of the context. Old name of ROUTING_ID."""
    connect_rid: bytes
    """The default of new sockets of the context. Old name of CONNECT_ROUTING_ID."""
    CONNECT_RID: bytes
    """The default of new sockets of the context. Old name of CONNECT_ROUTING_ID."""
    tcp_accept_filter: bytes
    """The default of new sockets of the context. Deprecated: accept connections from this address
    only.
    """
    TCP_ACCEPT_FILTER: bytes
    """The default of new sockets of the context. Deprecated: accept connections from this address
    only.
    """
    ipc_filter_pid: int
    """The default of new sockets of the context. Deprecated: accept ipc connections of this
    process only.
    """
    IPC_FILTER_PID: int
    """The default of new sockets of the context. Deprecated: accept ipc connections of this
    process only.
    """
    ipc_filter_uid: int
    """The default of new sockets of the context. Deprecated: accept ipc connections of this user
    only.
    """
    IPC_FILTER_UID: int
    """The default of new sockets of the context. Deprecated: accept ipc connections of this user
    only.
    """
    ipc_filter_gid: int
    """The default of new sockets of the context. Deprecated: accept ipc connections of this group
    only.
    """
    IPC_FILTER_GID: int
    """The default of new sockets of the context. Deprecated: accept ipc connections of this group
    only.
    """
    ipv4only: int
    """The default of new sockets of the context. Deprecated: the opposite of IPV6."""
    IPV4ONLY: int
    """The default of new sockets of the context. Deprecated: the opposite of IPV6."""
    delay_attach_on_connect: int
    """The default of new sockets of the context. Old name of IMMEDIATE."""
    DELAY_ATTACH_ON_CONNECT: int
    """The default of new sockets of the context. Old name of IMMEDIATE."""
    fail_unroutable: int
    """The default of new sockets of the context. Old name of ROUTER_MANDATORY."""
    FAIL_UNROUTABLE: int
    """The default of new sockets of the context. Old name of ROUTER_MANDATORY."""
    router_behavior: int
    """The default of new sockets of the context. Old name of ROUTER_MANDATORY."""
    ROUTER_BEHAVIOR: int
    """The default of new sockets of the context. Old name of ROUTER_MANDATORY."""
    zap_enforce_domain: int
    """The default of new sockets of the context. Draft. 1: refuse CURVE and NULL clients if there
    is a ZAP_DOMAIN and no authenticator.
    """
    ZAP_ENFORCE_DOMAIN: int
    """The default of new sockets of the context. Draft. 1: refuse CURVE and NULL clients if there
    is a ZAP_DOMAIN and no authenticator.
    """
    loopback_fastpath: int
    """The default of new sockets of the context. Draft. 1: use the fast loopback of Windows."""
    LOOPBACK_FASTPATH: int
    """The default of new sockets of the context. Draft. 1: use the fast loopback of Windows."""
    metadata: bytes
    """The default of new sockets of the context. Draft. A property that is sent to every peer; the
    peer can read it from the messages of this socket.
    """
    METADATA: bytes
    """The default of new sockets of the context. Draft. A property that is sent to every peer; the
    peer can read it from the messages of this socket.
    """
    multicast_loop: int
    """The default of new sockets of the context. Draft. 1: the sending machine also receives its
    own multicasts.
    """
    MULTICAST_LOOP: int
    """The default of new sockets of the context. Draft. 1: the sending machine also receives its
    own multicasts.
    """
    router_notify: int
    """The default of new sockets of the context. Draft. Whether a ROUTER receives a message
    (routing id and empty part) when a peer connects, disconnects, or both.
    """
    ROUTER_NOTIFY: int
    """The default of new sockets of the context. Draft. Whether a ROUTER receives a message
    (routing id and empty part) when a peer connects, disconnects, or both.
    """
    xpub_manual_last_value: int
    """The default of new sockets of the context. Draft. 1: like XPUB_MANUAL, and the next message
    goes only to the last subscriber.
    """
    XPUB_MANUAL_LAST_VALUE: int
    """The default of new sockets of the context. Draft. 1: like XPUB_MANUAL, and the next message
    goes only to the last subscriber.
    """
    socks_username: bytes
    """The default of new sockets of the context. Draft. The user name for the SOCKS5 proxy."""
    SOCKS_USERNAME: bytes
    """The default of new sockets of the context. Draft. The user name for the SOCKS5 proxy."""
    socks_password: bytes
    """The default of new sockets of the context. Draft. The password for the SOCKS5 proxy."""
    SOCKS_PASSWORD: bytes
    """The default of new sockets of the context. Draft. The password for the SOCKS5 proxy."""
    in_batch_size: int
    """The default of new sockets of the context. Draft. The largest number of bytes in one read
    from the kernel.
    """
    IN_BATCH_SIZE: int
    """The default of new sockets of the context. Draft. The largest number of bytes in one read
    from the kernel.
    """
    out_batch_size: int
    """The default of new sockets of the context. Draft. The largest number of bytes from several
    messages in one write to the kernel.
    """
    OUT_BATCH_SIZE: int
    """The default of new sockets of the context. Draft. The largest number of bytes from several
    messages in one write to the kernel.
    """
    wss_key_pem: bytes
    """The default of new sockets of the context. Draft. The TLS key of a wss server."""
    WSS_KEY_PEM: bytes
    """The default of new sockets of the context. Draft. The TLS key of a wss server."""
    wss_cert_pem: bytes
    """The default of new sockets of the context. Draft. The TLS certificate of a wss server."""
    WSS_CERT_PEM: bytes
    """The default of new sockets of the context. Draft. The TLS certificate of a wss server."""
    wss_trust_pem: bytes
    """The default of new sockets of the context. Draft. The TLS certificates that a wss client
    trusts.
    """
    WSS_TRUST_PEM: bytes
    """The default of new sockets of the context. Draft. The TLS certificates that a wss client
    trusts.
    """
    wss_hostname: bytes
    """The default of new sockets of the context. Draft. The host name that the server's TLS
    certificate must have.
    """
    WSS_HOSTNAME: bytes
    """The default of new sockets of the context. Draft. The host name that the server's TLS
    certificate must have.
    """
    wss_trust_system: int
    """The default of new sockets of the context. Draft. 1: a wss client trusts the system's
    certificates.
    """
    WSS_TRUST_SYSTEM: int
    """The default of new sockets of the context. Draft. 1: a wss client trusts the system's
    certificates.
    """
    only_first_subscribe: int
    """The default of new sockets of the context. Draft. 1: only the first part of a multipart
    message can be a subscription.
    """
    ONLY_FIRST_SUBSCRIBE: int
    """The default of new sockets of the context. Draft. 1: only the first part of a multipart
    message can be a subscription.
    """
    reconnect_stop: int
    """The default of new sockets of the context. Draft. The cases in which the socket stops
    reconnecting.
    """
    RECONNECT_STOP: int
    """The default of new sockets of the context. Draft. The cases in which the socket stops
    reconnecting.
    """
    hello_msg: bytes
    """The default of new sockets of the context. Draft. A message that is sent to every peer when
    it connects.
    """
    HELLO_MSG: bytes
    """The default of new sockets of the context. Draft. A message that is sent to every peer when
    it connects.
    """
    disconnect_msg: bytes
    """The default of new sockets of the context. Draft. A message that this socket receives from a
    peer when the peer disconnects.
    """
    DISCONNECT_MSG: bytes
    """The default of new sockets of the context. Draft. A message that this socket receives from a
    peer when the peer disconnects.
    """
    priority: int
    """The default of new sockets of the context. Draft. Priority of the sent packets in the
    kernel's queues (Linux).
    """
    PRIORITY: int
    """The default of new sockets of the context. Draft. Priority of the sent packets in the
    kernel's queues (Linux).
    """
    busy_poll: int
    """The default of new sockets of the context. Draft. The time for which Linux polls the network
    device of a tcp or ws connection (SO_BUSY_POLL).
    """
    BUSY_POLL: int
    """The default of new sockets of the context. Draft. The time for which Linux polls the network
    device of a tcp or ws connection (SO_BUSY_POLL).
    """
    hiccup_msg: bytes
    """The default of new sockets of the context. Draft. A message that this socket receives when
    its outgoing connection breaks, before it reconnects.
    """
    HICCUP_MSG: bytes
    """The default of new sockets of the context. Draft. A message that this socket receives when
    its outgoing connection breaks, before it reconnects.
    """
    xsub_verbose_unsubscribe: int
    """The default of new sockets of the context. Draft. 1: an XSUB passes on every unsubscription,
    not only the last one of a topic.
    """
    XSUB_VERBOSE_UNSUBSCRIBE: int
    """The default of new sockets of the context. Draft. 1: an XSUB passes on every unsubscription,
    not only the last one of a topic.
    """
    norm_mode: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    NORM_MODE: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    norm_unicast_nack: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    NORM_UNICAST_NACK: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    norm_buffer_size: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    NORM_BUFFER_SIZE: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    norm_segment_size: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    NORM_SEGMENT_SIZE: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    norm_block_size: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    NORM_BLOCK_SIZE: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    norm_num_parity: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    NORM_NUM_PARITY: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    norm_num_autoparity: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    NORM_NUM_AUTOPARITY: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    norm_push: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
    NORM_PUSH: int
    """The default of new sockets of the context. Draft, in builds of libzmq 4.3.5 with NORM."""
