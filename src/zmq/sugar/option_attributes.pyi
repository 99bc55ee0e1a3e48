# Made by tools/write_stubs.py from zmq.constants. Do not edit.
"""The options of sockets and contexts that are attributes of them.

For type checkers only: there is no such module at run time. `zmq.Socket` and `zmq.Context` derive
from the backend's classes there.
"""

from typing import Generic, TypeVar

from zmq import backend

_ValueT = TypeVar("_ValueT", contravariant=True)

class SetOnly(Generic[_ValueT]):
    """An option that can be set and not read."""

    def __set__(self, instance: object, value: _ValueT, /) -> None: ...

class SocketWithOptions(backend.Socket):
    """The backend's Socket, and the attributes that zmq.Socket adds for the options."""

    affinity: int
    AFFINITY: int
    routing_id: bytes
    ROUTING_ID: bytes
    SUBSCRIBE: SetOnly[bytes]
    UNSUBSCRIBE: SetOnly[bytes]
    rate: int
    RATE: int
    recovery_ivl: int
    RECOVERY_IVL: int
    sndbuf: int
    SNDBUF: int
    rcvbuf: int
    RCVBUF: int
    @property
    def rcvmore(self) -> int: ...
    @property
    def RCVMORE(self) -> int: ...
    @property
    def fd(self) -> int: ...
    @property
    def FD(self) -> int: ...
    @property
    def events(self) -> int: ...
    @property
    def EVENTS(self) -> int: ...
    @property
    def TYPE(self) -> int: ...
    linger: int
    LINGER: int
    reconnect_ivl: int
    RECONNECT_IVL: int
    backlog: int
    BACKLOG: int
    reconnect_ivl_max: int
    RECONNECT_IVL_MAX: int
    maxmsgsize: int
    MAXMSGSIZE: int
    sndhwm: int
    SNDHWM: int
    rcvhwm: int
    RCVHWM: int
    multicast_hops: int
    MULTICAST_HOPS: int
    rcvtimeo: int
    RCVTIMEO: int
    sndtimeo: int
    SNDTIMEO: int
    @property
    def last_endpoint(self) -> bytes: ...
    @property
    def LAST_ENDPOINT(self) -> bytes: ...
    router_mandatory: SetOnly[int]
    ROUTER_MANDATORY: SetOnly[int]
    tcp_keepalive: int
    TCP_KEEPALIVE: int
    tcp_keepalive_cnt: int
    TCP_KEEPALIVE_CNT: int
    tcp_keepalive_idle: int
    TCP_KEEPALIVE_IDLE: int
    tcp_keepalive_intvl: int
    TCP_KEEPALIVE_INTVL: int
    immediate: int
    IMMEDIATE: int
    xpub_verbose: SetOnly[int]
    XPUB_VERBOSE: SetOnly[int]
    router_raw: SetOnly[int]
    ROUTER_RAW: SetOnly[int]
    ipv6: int
    IPV6: int
    @property
    def mechanism(self) -> int: ...
    @property
    def MECHANISM(self) -> int: ...
    plain_server: int
    PLAIN_SERVER: int
    plain_username: bytes
    PLAIN_USERNAME: bytes
    plain_password: bytes
    PLAIN_PASSWORD: bytes
    curve_server: int
    CURVE_SERVER: int
    curve_publickey: bytes
    CURVE_PUBLICKEY: bytes
    curve_secretkey: bytes
    CURVE_SECRETKEY: bytes
    curve_serverkey: bytes
    CURVE_SERVERKEY: bytes
    probe_router: SetOnly[int]
    PROBE_ROUTER: SetOnly[int]
    req_correlate: SetOnly[int]
    REQ_CORRELATE: SetOnly[int]
    req_relaxed: SetOnly[int]
    REQ_RELAXED: SetOnly[int]
    conflate: int
    CONFLATE: int
    zap_domain: bytes
    ZAP_DOMAIN: bytes
    router_handover: SetOnly[int]
    ROUTER_HANDOVER: SetOnly[int]
    tos: int
    TOS: int
    connect_routing_id: SetOnly[bytes]
    CONNECT_ROUTING_ID: SetOnly[bytes]
    gssapi_server: int
    GSSAPI_SERVER: int
    gssapi_principal: bytes
    GSSAPI_PRINCIPAL: bytes
    gssapi_service_principal: bytes
    GSSAPI_SERVICE_PRINCIPAL: bytes
    gssapi_plaintext: int
    GSSAPI_PLAINTEXT: int
    handshake_ivl: int
    HANDSHAKE_IVL: int
    socks_proxy: bytes
    SOCKS_PROXY: bytes
    xpub_nodrop: SetOnly[int]
    XPUB_NODROP: SetOnly[int]
    xpub_manual: SetOnly[int]
    XPUB_MANUAL: SetOnly[int]
    xpub_welcome_msg: SetOnly[bytes]
    XPUB_WELCOME_MSG: SetOnly[bytes]
    stream_notify: SetOnly[int]
    STREAM_NOTIFY: SetOnly[int]
    invert_matching: int
    INVERT_MATCHING: int
    heartbeat_ivl: int
    HEARTBEAT_IVL: int
    heartbeat_ttl: int
    HEARTBEAT_TTL: int
    heartbeat_timeout: int
    HEARTBEAT_TIMEOUT: int
    xpub_verboser: SetOnly[int]
    XPUB_VERBOSER: SetOnly[int]
    connect_timeout: int
    CONNECT_TIMEOUT: int
    tcp_maxrt: int
    TCP_MAXRT: int
    @property
    def thread_safe(self) -> int: ...
    @property
    def THREAD_SAFE(self) -> int: ...
    multicast_maxtpdu: int
    MULTICAST_MAXTPDU: int
    vmci_buffer_size: int
    VMCI_BUFFER_SIZE: int
    vmci_buffer_min_size: int
    VMCI_BUFFER_MIN_SIZE: int
    vmci_buffer_max_size: int
    VMCI_BUFFER_MAX_SIZE: int
    vmci_connect_timeout: int
    VMCI_CONNECT_TIMEOUT: int
    use_fd: int
    USE_FD: int
    gssapi_principal_nametype: int
    GSSAPI_PRINCIPAL_NAMETYPE: int
    gssapi_service_principal_nametype: int
    GSSAPI_SERVICE_PRINCIPAL_NAMETYPE: int
    bindtodevice: bytes
    BINDTODEVICE: bytes
    max_parts: int
    MAX_PARTS: int
    max_pending_bytes: int
    MAX_PENDING_BYTES: int
    identity: bytes
    IDENTITY: bytes
    connect_rid: SetOnly[bytes]
    CONNECT_RID: SetOnly[bytes]
    tcp_accept_filter: SetOnly[bytes]
    TCP_ACCEPT_FILTER: SetOnly[bytes]
    ipc_filter_pid: SetOnly[int]
    IPC_FILTER_PID: SetOnly[int]
    ipc_filter_uid: SetOnly[int]
    IPC_FILTER_UID: SetOnly[int]
    ipc_filter_gid: SetOnly[int]
    IPC_FILTER_GID: SetOnly[int]
    ipv4only: int
    IPV4ONLY: int
    delay_attach_on_connect: int
    DELAY_ATTACH_ON_CONNECT: int
    fail_unroutable: SetOnly[int]
    FAIL_UNROUTABLE: SetOnly[int]
    router_behavior: SetOnly[int]
    ROUTER_BEHAVIOR: SetOnly[int]
    zap_enforce_domain: int
    ZAP_ENFORCE_DOMAIN: int
    loopback_fastpath: int
    LOOPBACK_FASTPATH: int
    metadata: SetOnly[bytes]
    METADATA: SetOnly[bytes]
    multicast_loop: int
    MULTICAST_LOOP: int
    router_notify: int
    ROUTER_NOTIFY: int
    xpub_manual_last_value: SetOnly[int]
    XPUB_MANUAL_LAST_VALUE: SetOnly[int]
    socks_username: bytes
    SOCKS_USERNAME: bytes
    socks_password: bytes
    SOCKS_PASSWORD: bytes
    in_batch_size: int
    IN_BATCH_SIZE: int
    out_batch_size: int
    OUT_BATCH_SIZE: int
    wss_key_pem: bytes
    WSS_KEY_PEM: bytes
    wss_cert_pem: bytes
    WSS_CERT_PEM: bytes
    wss_trust_pem: bytes
    WSS_TRUST_PEM: bytes
    wss_hostname: bytes
    WSS_HOSTNAME: bytes
    wss_trust_system: int
    WSS_TRUST_SYSTEM: int
    only_first_subscribe: SetOnly[int]
    ONLY_FIRST_SUBSCRIBE: SetOnly[int]
    reconnect_stop: int
    RECONNECT_STOP: int
    hello_msg: SetOnly[bytes]
    HELLO_MSG: SetOnly[bytes]
    disconnect_msg: SetOnly[bytes]
    DISCONNECT_MSG: SetOnly[bytes]
    priority: int
    PRIORITY: int
    busy_poll: int
    BUSY_POLL: int
    hiccup_msg: SetOnly[bytes]
    HICCUP_MSG: SetOnly[bytes]
    xsub_verbose_unsubscribe: SetOnly[int]
    XSUB_VERBOSE_UNSUBSCRIBE: SetOnly[int]
    @property
    def topics_count(self) -> int: ...
    @property
    def TOPICS_COUNT(self) -> int: ...
    norm_mode: int
    NORM_MODE: int
    norm_unicast_nack: int
    NORM_UNICAST_NACK: int
    norm_buffer_size: int
    NORM_BUFFER_SIZE: int
    norm_segment_size: int
    NORM_SEGMENT_SIZE: int
    norm_block_size: int
    NORM_BLOCK_SIZE: int
    norm_num_parity: int
    NORM_NUM_PARITY: int
    norm_num_autoparity: int
    NORM_NUM_AUTOPARITY: int
    norm_push: int
    NORM_PUSH: int

class ContextWithOptions(backend.Context):
    """The backend's Context, and the attributes of zmq.Context.

    Options of the context itself; and, once they are set, those that its sockets start with.
    """

    io_threads: int
    IO_THREADS: int
    max_sockets: int
    MAX_SOCKETS: int
    @property
    def socket_limit(self) -> int: ...
    @property
    def SOCKET_LIMIT(self) -> int: ...
    thread_priority: SetOnly[int]
    THREAD_PRIORITY: SetOnly[int]
    thread_sched_policy: int
    THREAD_SCHED_POLICY: int
    max_msgsz: int
    MAX_MSGSZ: int
    @property
    def msg_t_size(self) -> int: ...
    @property
    def MSG_T_SIZE(self) -> int: ...
    thread_affinity_cpu_add: SetOnly[int]
    THREAD_AFFINITY_CPU_ADD: SetOnly[int]
    thread_affinity_cpu_remove: SetOnly[int]
    THREAD_AFFINITY_CPU_REMOVE: SetOnly[int]
    thread_name_prefix: SetOnly[int | str | bytes]
    THREAD_NAME_PREFIX: SetOnly[int | str | bytes]
    spin_time: int
    SPIN_TIME: int

    # Defaults of new sockets.

    affinity: int
    AFFINITY: int
    routing_id: bytes
    ROUTING_ID: bytes
    subscribe: bytes
    SUBSCRIBE: bytes
    unsubscribe: bytes
    UNSUBSCRIBE: bytes
    rate: int
    RATE: int
    recovery_ivl: int
    RECOVERY_IVL: int
    sndbuf: int
    SNDBUF: int
    rcvbuf: int
    RCVBUF: int
    linger: int
    LINGER: int
    reconnect_ivl: int
    RECONNECT_IVL: int
    backlog: int
    BACKLOG: int
    reconnect_ivl_max: int
    RECONNECT_IVL_MAX: int
    maxmsgsize: int
    MAXMSGSIZE: int
    sndhwm: int
    SNDHWM: int
    rcvhwm: int
    RCVHWM: int
    multicast_hops: int
    MULTICAST_HOPS: int
    rcvtimeo: int
    RCVTIMEO: int
    sndtimeo: int
    SNDTIMEO: int
    router_mandatory: int
    ROUTER_MANDATORY: int
    tcp_keepalive: int
    TCP_KEEPALIVE: int
    tcp_keepalive_cnt: int
    TCP_KEEPALIVE_CNT: int
    tcp_keepalive_idle: int
    TCP_KEEPALIVE_IDLE: int
    tcp_keepalive_intvl: int
    TCP_KEEPALIVE_INTVL: int
    immediate: int
    IMMEDIATE: int
    xpub_verbose: int
    XPUB_VERBOSE: int
    router_raw: int
    ROUTER_RAW: int
    ipv6: int
    IPV6: int
    plain_server: int
    PLAIN_SERVER: int
    plain_username: bytes
    PLAIN_USERNAME: bytes
    plain_password: bytes
    PLAIN_PASSWORD: bytes
    curve_server: int
    CURVE_SERVER: int
    curve_publickey: bytes
    CURVE_PUBLICKEY: bytes
    curve_secretkey: bytes
    CURVE_SECRETKEY: bytes
    curve_serverkey: bytes
    CURVE_SERVERKEY: bytes
    probe_router: int
    PROBE_ROUTER: int
    req_correlate: int
    REQ_CORRELATE: int
    req_relaxed: int
    REQ_RELAXED: int
    conflate: int
    CONFLATE: int
    zap_domain: bytes
    ZAP_DOMAIN: bytes
    router_handover: int
    ROUTER_HANDOVER: int
    tos: int
    TOS: int
    connect_routing_id: bytes
    CONNECT_ROUTING_ID: bytes
    gssapi_server: int
    GSSAPI_SERVER: int
    gssapi_principal: bytes
    GSSAPI_PRINCIPAL: bytes
    gssapi_service_principal: bytes
    GSSAPI_SERVICE_PRINCIPAL: bytes
    gssapi_plaintext: int
    GSSAPI_PLAINTEXT: int
    handshake_ivl: int
    HANDSHAKE_IVL: int
    socks_proxy: bytes
    SOCKS_PROXY: bytes
    xpub_nodrop: int
    XPUB_NODROP: int
    xpub_manual: int
    XPUB_MANUAL: int
    xpub_welcome_msg: bytes
    XPUB_WELCOME_MSG: bytes
    stream_notify: int
    STREAM_NOTIFY: int
    invert_matching: int
    INVERT_MATCHING: int
    heartbeat_ivl: int
    HEARTBEAT_IVL: int
    heartbeat_ttl: int
    HEARTBEAT_TTL: int
    heartbeat_timeout: int
    HEARTBEAT_TIMEOUT: int
    xpub_verboser: int
    XPUB_VERBOSER: int
    connect_timeout: int
    CONNECT_TIMEOUT: int
    tcp_maxrt: int
    TCP_MAXRT: int
    multicast_maxtpdu: int
    MULTICAST_MAXTPDU: int
    vmci_buffer_size: int
    VMCI_BUFFER_SIZE: int
    vmci_buffer_min_size: int
    VMCI_BUFFER_MIN_SIZE: int
    vmci_buffer_max_size: int
    VMCI_BUFFER_MAX_SIZE: int
    vmci_connect_timeout: int
    VMCI_CONNECT_TIMEOUT: int
    use_fd: int
    USE_FD: int
    gssapi_principal_nametype: int
    GSSAPI_PRINCIPAL_NAMETYPE: int
    gssapi_service_principal_nametype: int
    GSSAPI_SERVICE_PRINCIPAL_NAMETYPE: int
    bindtodevice: bytes
    BINDTODEVICE: bytes
    max_parts: int
    MAX_PARTS: int
    max_pending_bytes: int
    MAX_PENDING_BYTES: int
    identity: bytes
    IDENTITY: bytes
    connect_rid: bytes
    CONNECT_RID: bytes
    tcp_accept_filter: bytes
    TCP_ACCEPT_FILTER: bytes
    ipc_filter_pid: int
    IPC_FILTER_PID: int
    ipc_filter_uid: int
    IPC_FILTER_UID: int
    ipc_filter_gid: int
    IPC_FILTER_GID: int
    ipv4only: int
    IPV4ONLY: int
    delay_attach_on_connect: int
    DELAY_ATTACH_ON_CONNECT: int
    fail_unroutable: int
    FAIL_UNROUTABLE: int
    router_behavior: int
    ROUTER_BEHAVIOR: int
    zap_enforce_domain: int
    ZAP_ENFORCE_DOMAIN: int
    loopback_fastpath: int
    LOOPBACK_FASTPATH: int
    metadata: bytes
    METADATA: bytes
    multicast_loop: int
    MULTICAST_LOOP: int
    router_notify: int
    ROUTER_NOTIFY: int
    xpub_manual_last_value: int
    XPUB_MANUAL_LAST_VALUE: int
    socks_username: bytes
    SOCKS_USERNAME: bytes
    socks_password: bytes
    SOCKS_PASSWORD: bytes
    in_batch_size: int
    IN_BATCH_SIZE: int
    out_batch_size: int
    OUT_BATCH_SIZE: int
    wss_key_pem: bytes
    WSS_KEY_PEM: bytes
    wss_cert_pem: bytes
    WSS_CERT_PEM: bytes
    wss_trust_pem: bytes
    WSS_TRUST_PEM: bytes
    wss_hostname: bytes
    WSS_HOSTNAME: bytes
    wss_trust_system: int
    WSS_TRUST_SYSTEM: int
    only_first_subscribe: int
    ONLY_FIRST_SUBSCRIBE: int
    reconnect_stop: int
    RECONNECT_STOP: int
    hello_msg: bytes
    HELLO_MSG: bytes
    disconnect_msg: bytes
    DISCONNECT_MSG: bytes
    priority: int
    PRIORITY: int
    busy_poll: int
    BUSY_POLL: int
    hiccup_msg: bytes
    HICCUP_MSG: bytes
    xsub_verbose_unsubscribe: int
    XSUB_VERBOSE_UNSUBSCRIBE: int
    norm_mode: int
    NORM_MODE: int
    norm_unicast_nack: int
    NORM_UNICAST_NACK: int
    norm_buffer_size: int
    NORM_BUFFER_SIZE: int
    norm_segment_size: int
    NORM_SEGMENT_SIZE: int
    norm_block_size: int
    NORM_BLOCK_SIZE: int
    norm_num_parity: int
    NORM_NUM_PARITY: int
    norm_num_autoparity: int
    NORM_NUM_AUTOPARITY: int
    norm_push: int
    NORM_PUSH: int
