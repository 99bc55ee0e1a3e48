# The C API of the bundled libzmq, drafts included, as zmq.h declares it.
#
# Downstream extensions use it with ``from zmq.backend.cython cimport libzmq``.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t


cdef extern from "zmq.h" nogil:
    enum:
        ZMQ_VERSION_MAJOR
        ZMQ_VERSION_MINOR
        ZMQ_VERSION_PATCH
        ZMQ_VERSION

    # errors that libzmq adds to those of the platform
    enum:
        ENOTSUP
        EPROTONOSUPPORT
        ENOBUFS
        ENETDOWN
        EADDRINUSE
        EADDRNOTAVAIL
        ECONNREFUSED
        EINPROGRESS
        ENOTSOCK
        EISCONN
        EMSGSIZE
        EAFNOSUPPORT
        ENETUNREACH
        ECONNABORTED
        ECONNRESET
        ENOTCONN
        ETIMEDOUT
        ENETRESET
        EHOSTUNREACH
        EFSM
        ENOCOMPATPROTO
        ETERM
        EMTHREAD

    # the other constants of zmq.h; those of the draft API exist only if the library has that API
    enum:
        ZMQ_IO_THREADS
        ZMQ_MAX_SOCKETS
        ZMQ_SOCKET_LIMIT
        ZMQ_THREAD_PRIORITY
        ZMQ_THREAD_SCHED_POLICY
        ZMQ_MAX_MSGSZ
        ZMQ_MSG_T_SIZE
        ZMQ_THREAD_AFFINITY_CPU_ADD
        ZMQ_THREAD_AFFINITY_CPU_REMOVE
        ZMQ_THREAD_NAME_PREFIX
        ZMQ_SPIN_TIME
        ZMQ_IO_THREADS_DFLT
        ZMQ_MAX_SOCKETS_DFLT
        ZMQ_THREAD_PRIORITY_DFLT
        ZMQ_THREAD_SCHED_POLICY_DFLT
        ZMQ_PAIR
        ZMQ_PUB
        ZMQ_SUB
        ZMQ_REQ
        ZMQ_REP
        ZMQ_DEALER
        ZMQ_ROUTER
        ZMQ_PULL
        ZMQ_PUSH
        ZMQ_XPUB
        ZMQ_XSUB
        ZMQ_STREAM
        ZMQ_XREQ
        ZMQ_XREP
        ZMQ_AFFINITY
        ZMQ_ROUTING_ID
        ZMQ_SUBSCRIBE
        ZMQ_UNSUBSCRIBE
        ZMQ_RATE
        ZMQ_RECOVERY_IVL
        ZMQ_SNDBUF
        ZMQ_RCVBUF
        ZMQ_RCVMORE
        ZMQ_FD
        ZMQ_EVENTS
        ZMQ_TYPE
        ZMQ_LINGER
        ZMQ_RECONNECT_IVL
        ZMQ_BACKLOG
        ZMQ_RECONNECT_IVL_MAX
        ZMQ_MAXMSGSIZE
        ZMQ_SNDHWM
        ZMQ_RCVHWM
        ZMQ_MULTICAST_HOPS
        ZMQ_RCVTIMEO
        ZMQ_SNDTIMEO
        ZMQ_LAST_ENDPOINT
        ZMQ_ROUTER_MANDATORY
        ZMQ_TCP_KEEPALIVE
        ZMQ_TCP_KEEPALIVE_CNT
        ZMQ_TCP_KEEPALIVE_IDLE
        ZMQ_TCP_KEEPALIVE_INTVL
        ZMQ_IMMEDIATE
        ZMQ_XPUB_VERBOSE
        ZMQ_ROUTER_RAW
        ZMQ_IPV6
        ZMQ_MECHANISM
        ZMQ_PLAIN_SERVER
        ZMQ_PLAIN_USERNAME
        ZMQ_PLAIN_PASSWORD
        ZMQ_CURVE_SERVER
        ZMQ_CURVE_PUBLICKEY
        ZMQ_CURVE_SECRETKEY
        ZMQ_CURVE_SERVERKEY
        ZMQ_PROBE_ROUTER
        ZMQ_REQ_CORRELATE
        ZMQ_REQ_RELAXED
        ZMQ_CONFLATE
        ZMQ_ZAP_DOMAIN
        ZMQ_ROUTER_HANDOVER
        ZMQ_TOS
        ZMQ_CONNECT_ROUTING_ID
        ZMQ_GSSAPI_SERVER
        ZMQ_GSSAPI_PRINCIPAL
        ZMQ_GSSAPI_SERVICE_PRINCIPAL
        ZMQ_GSSAPI_PLAINTEXT
        ZMQ_HANDSHAKE_IVL
        ZMQ_SOCKS_PROXY
        ZMQ_XPUB_NODROP
        ZMQ_BLOCKY
        ZMQ_XPUB_MANUAL
        ZMQ_XPUB_WELCOME_MSG
        ZMQ_STREAM_NOTIFY
        ZMQ_INVERT_MATCHING
        ZMQ_HEARTBEAT_IVL
        ZMQ_HEARTBEAT_TTL
        ZMQ_HEARTBEAT_TIMEOUT
        ZMQ_XPUB_VERBOSER
        ZMQ_CONNECT_TIMEOUT
        ZMQ_TCP_MAXRT
        ZMQ_THREAD_SAFE
        ZMQ_MULTICAST_MAXTPDU
        ZMQ_VMCI_BUFFER_SIZE
        ZMQ_VMCI_BUFFER_MIN_SIZE
        ZMQ_VMCI_BUFFER_MAX_SIZE
        ZMQ_VMCI_CONNECT_TIMEOUT
        ZMQ_USE_FD
        ZMQ_GSSAPI_PRINCIPAL_NAMETYPE
        ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE
        ZMQ_BINDTODEVICE
        ZMQ_MORE
        ZMQ_SHARED
        ZMQ_DONTWAIT
        ZMQ_SNDMORE
        ZMQ_NULL
        ZMQ_PLAIN
        ZMQ_CURVE
        ZMQ_GSSAPI
        ZMQ_GROUP_MAX_LENGTH
        ZMQ_IDENTITY
        ZMQ_CONNECT_RID
        ZMQ_TCP_ACCEPT_FILTER
        ZMQ_IPC_FILTER_PID
        ZMQ_IPC_FILTER_UID
        ZMQ_IPC_FILTER_GID
        ZMQ_IPV4ONLY
        ZMQ_DELAY_ATTACH_ON_CONNECT
        ZMQ_NOBLOCK
        ZMQ_FAIL_UNROUTABLE
        ZMQ_ROUTER_BEHAVIOR
        ZMQ_SRCFD
        ZMQ_GSSAPI_NT_HOSTBASED
        ZMQ_GSSAPI_NT_USER_NAME
        ZMQ_GSSAPI_NT_KRB5_PRINCIPAL
        ZMQ_EVENT_CONNECTED
        ZMQ_EVENT_CONNECT_DELAYED
        ZMQ_EVENT_CONNECT_RETRIED
        ZMQ_EVENT_LISTENING
        ZMQ_EVENT_BIND_FAILED
        ZMQ_EVENT_ACCEPTED
        ZMQ_EVENT_ACCEPT_FAILED
        ZMQ_EVENT_CLOSED
        ZMQ_EVENT_CLOSE_FAILED
        ZMQ_EVENT_DISCONNECTED
        ZMQ_EVENT_MONITOR_STOPPED
        ZMQ_EVENT_ALL
        ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        ZMQ_EVENT_HANDSHAKE_SUCCEEDED
        ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
        ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
        ZMQ_PROTOCOL_ERROR_ZMTP_UNSPECIFIED
        ZMQ_PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND
        ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE
        ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY
        ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME
        ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_METADATA
        ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC
        ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH
        ZMQ_PROTOCOL_ERROR_ZAP_UNSPECIFIED
        ZMQ_PROTOCOL_ERROR_ZAP_MALFORMED_REPLY
        ZMQ_PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID
        ZMQ_PROTOCOL_ERROR_ZAP_BAD_VERSION
        ZMQ_PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE
        ZMQ_PROTOCOL_ERROR_ZAP_INVALID_METADATA
        ZMQ_PROTOCOL_ERROR_WS_UNSPECIFIED
        ZMQ_PROTOCOL_ERROR_ZMTP_TOO_MANY_PARTS
        ZMQ_PROTOCOL_ERROR_ZMTP_TOO_MANY_PENDING_BYTES
        ZMQ_PROTOCOL_ERROR_ZMTP_TOO_MANY_PROPERTIES
        ZMQ_PROTOCOL_ERROR_ZMTP_HANDSHAKE_TOO_LARGE
        ZMQ_MAX_PARTS
        ZMQ_MAX_PENDING_BYTES
        ZMQ_POLLIN
        ZMQ_POLLOUT
        ZMQ_POLLERR
        ZMQ_POLLPRI
        ZMQ_POLLITEMS_DFLT
        ZMQ_STREAMER
        ZMQ_FORWARDER
        ZMQ_QUEUE
        ZMQ_SERVER
        ZMQ_CLIENT
        ZMQ_RADIO
        ZMQ_DISH
        ZMQ_GATHER
        ZMQ_SCATTER
        ZMQ_DGRAM
        ZMQ_PEER
        ZMQ_CHANNEL
        ZMQ_ZAP_ENFORCE_DOMAIN
        ZMQ_LOOPBACK_FASTPATH
        ZMQ_METADATA
        ZMQ_MULTICAST_LOOP
        ZMQ_ROUTER_NOTIFY
        ZMQ_XPUB_MANUAL_LAST_VALUE
        ZMQ_SOCKS_USERNAME
        ZMQ_SOCKS_PASSWORD
        ZMQ_IN_BATCH_SIZE
        ZMQ_OUT_BATCH_SIZE
        ZMQ_WSS_KEY_PEM
        ZMQ_WSS_CERT_PEM
        ZMQ_WSS_TRUST_PEM
        ZMQ_WSS_HOSTNAME
        ZMQ_WSS_TRUST_SYSTEM
        ZMQ_ONLY_FIRST_SUBSCRIBE
        ZMQ_RECONNECT_STOP
        ZMQ_HELLO_MSG
        ZMQ_DISCONNECT_MSG
        ZMQ_BUSY_POLL
        ZMQ_HICCUP_MSG
        ZMQ_XSUB_VERBOSE_UNSUBSCRIBE
        ZMQ_TOPICS_COUNT
        ZMQ_NORM_MODE
        ZMQ_NORM_UNICAST_NACK
        ZMQ_NORM_BUFFER_SIZE
        ZMQ_NORM_SEGMENT_SIZE
        ZMQ_NORM_BLOCK_SIZE
        ZMQ_NORM_NUM_PARITY
        ZMQ_NORM_NUM_AUTOPARITY
        ZMQ_NORM_PUSH
        ZMQ_NORM_FIXED
        ZMQ_NORM_CC
        ZMQ_NORM_CCL
        ZMQ_NORM_CCE
        ZMQ_NORM_CCE_ECNONLY
        ZMQ_PRIORITY
        ZMQ_RECONNECT_STOP_CONN_REFUSED
        ZMQ_RECONNECT_STOP_HANDSHAKE_FAILED
        ZMQ_RECONNECT_STOP_AFTER_DISCONNECT
        ZMQ_ZERO_COPY_RECV
        ZMQ_NOTIFY_CONNECT
        ZMQ_NOTIFY_DISCONNECT
        ZMQ_EVENT_PIPES_STATS
        ZMQ_CURRENT_EVENT_VERSION
        ZMQ_CURRENT_EVENT_VERSION_DRAFT
        ZMQ_EVENT_ALL_V1
        ZMQ_EVENT_ALL_V2
    const char *ZMQ_MSG_PROPERTY_ROUTING_ID
    const char *ZMQ_MSG_PROPERTY_SOCKET_TYPE
    const char *ZMQ_MSG_PROPERTY_USER_ID
    const char *ZMQ_MSG_PROPERTY_PEER_ADDRESS

    int zmq_errno()
    const char *zmq_strerror(int errnum)
    void zmq_version(int *major, int *minor, int *patch)
    int zmq_has(const char *capability)

    # contexts
    void *zmq_ctx_new()
    int zmq_ctx_term(void *context)
    int zmq_ctx_shutdown(void *context)
    int zmq_ctx_set(void *context, int option, int optval)
    int zmq_ctx_get(void *context, int option)
    int zmq_ctx_set_ext(void *context, int option, const void *optval, size_t optvallen)
    int zmq_ctx_get_ext(void *context, int option, void *optval, size_t *optvallen)
    void *zmq_init(int io_threads)         # the old names
    int zmq_term(void *context)
    int zmq_ctx_destroy(void *context)

    # messages
    ctypedef struct zmq_msg_t:
        pass
    ctypedef void zmq_free_fn(void *data, void *hint) noexcept

    int zmq_msg_init(zmq_msg_t *msg)
    int zmq_msg_init_size(zmq_msg_t *msg, size_t size)
    int zmq_msg_init_data(zmq_msg_t *msg, void *data, size_t size, zmq_free_fn *ffn, void *hint)
    int zmq_msg_init_buffer(zmq_msg_t *msg, const void *buf, size_t size)
    int zmq_msg_send(zmq_msg_t *msg, void *socket, int flags)
    int zmq_msg_recv(zmq_msg_t *msg, void *socket, int flags)
    int zmq_msg_close(zmq_msg_t *msg)
    int zmq_msg_move(zmq_msg_t *dest, zmq_msg_t *src)
    int zmq_msg_copy(zmq_msg_t *dest, zmq_msg_t *src)
    void *zmq_msg_data(zmq_msg_t *msg)
    size_t zmq_msg_size(const zmq_msg_t *msg)
    int zmq_msg_more(const zmq_msg_t *msg)
    int zmq_msg_get(const zmq_msg_t *msg, int property)
    int zmq_msg_set(zmq_msg_t *msg, int property, int optval)
    const char *zmq_msg_gets(const zmq_msg_t *msg, const char *property)
    int zmq_msg_set_routing_id(zmq_msg_t *msg, uint32_t routing_id)
    uint32_t zmq_msg_routing_id(zmq_msg_t *msg)
    int zmq_msg_set_group(zmq_msg_t *msg, const char *group)
    const char *zmq_msg_group(zmq_msg_t *msg)

    # sockets
    void *zmq_socket(void *context, int type)
    int zmq_close(void *socket)
    int zmq_setsockopt(void *socket, int option, const void *optval, size_t optvallen)
    int zmq_getsockopt(void *socket, int option, void *optval, size_t *optvallen)
    int zmq_bind(void *socket, const char *endpoint)
    int zmq_connect(void *socket, const char *endpoint)
    int zmq_unbind(void *socket, const char *endpoint)
    int zmq_disconnect(void *socket, const char *endpoint)
    int zmq_send(void *socket, const void *buf, size_t length, int flags)
    int zmq_send_const(void *socket, const void *buf, size_t length, int flags)
    int zmq_recv(void *socket, void *buf, size_t length, int flags)
    int zmq_sendmsg(void *socket, zmq_msg_t *msg, int flags)  # the old names of zmq_msg_send
    int zmq_recvmsg(void *socket, zmq_msg_t *msg, int flags)  # and zmq_msg_recv
    struct iovec
    int zmq_sendiov(void *socket, iovec *iov, size_t count, int flags)
    int zmq_recviov(void *socket, iovec *iov, size_t *count, int flags)
    int zmq_join(void *socket, const char *group)
    int zmq_leave(void *socket, const char *group)
    uint32_t zmq_connect_peer(void *socket, const char *endpoint)
    int zmq_disconnect_peer(void *socket, uint32_t routing_id)

    # statistics and peers of sockets: only in our libzmq
    enum:
        ZMQ_DROPPED_HWM
        ZMQ_DROPPED_NO_PEER
        ZMQ_DROPPED_NO_SUBSCRIBER
        ZMQ_DROPPED_UNROUTABLE
        ZMQ_DROPPED_CUT_SHORT
        ZMQ_DROPPED_CONFLATE
        ZMQ_DROPPED_PEER_GONE
        ZMQ_DROPPED_DISCONNECTED
        ZMQ_DROPPED_NETWORK
        ZMQ_DROPPED_UNSUBSCRIBED
        ZMQ_DROPPED_MALFORMED
        ZMQ_DROPPED_UNEXPECTED
        ZMQ_DROPPED_IGNORED
        ZMQ_DROPPED_OVERFLOW
        ZMQ_DROPPED_REASONS
        ZMQ_REFUSED_PROTOCOL
        ZMQ_REFUSED_MECHANISM
        ZMQ_REFUSED_AUTHENTICATION
        ZMQ_REFUSED_SOCKET_TYPE
        ZMQ_REFUSED_TIMEOUT
        ZMQ_REFUSED_CLOSED
        ZMQ_REFUSED_ADDRESS
        ZMQ_REFUSED_RESOURCES
        ZMQ_REFUSED_ROUTING_ID
        ZMQ_REFUSED_BUSY
        ZMQ_REFUSED_REASONS
        ZMQ_PEER_CONNECTING
        ZMQ_PEER_WAITING
        ZMQ_PEER_HANDSHAKE
        ZMQ_PEER_CONNECTED
        ZMQ_PEER_CLOSING
        ZMQ_PEER_IGNORED
        ZMQ_PEER_STOPPED
        ZMQ_PEER_ERROR_NONE
        ZMQ_PEER_ERROR_SYSTEM
        ZMQ_PEER_ERROR_PROTOCOL
        ZMQ_PEER_ERROR_AUTHENTICATION
    ctypedef struct zmq_socket_counts_t:
        uint64_t messages_sent
        uint64_t messages_received
        uint64_t messages_out
        uint64_t bytes_out
        uint64_t messages_in
        uint64_t bytes_in
        uint64_t queued_out
        uint64_t queued_bytes_out
        uint64_t queued_in
        uint64_t queued_bytes_in
        uint64_t sends_blocked
        uint64_t connections
        uint64_t connections_made
        uint64_t connections_lost
        uint64_t connections_closed
        uint64_t connection_retries
        uint64_t *dropped
        uint64_t *refused
    ctypedef struct zmq_peer_property_t:
        const char *name
        const void *value
        size_t size
    ctypedef struct zmq_peer_stats_t:
        uint64_t id
        const char *endpoint
        const char *local
        const char *remote
        const char *address
        const void *routing_id
        size_t routing_id_size
        uint32_t number
        int state
        int connects
        int mechanism
        const zmq_peer_property_t *properties
        size_t property_count
        int64_t connected_at
        uint64_t connections_made
        int64_t retry_in
        int error_kind
        uint64_t error
        uint64_t messages_out
        uint64_t bytes_out
        uint64_t messages_in
        uint64_t bytes_in
        uint64_t queued_out
        uint64_t queued_bytes_out
        uint64_t queued_in
        uint64_t queued_bytes_in
        uint64_t dropped
    ctypedef struct zmq_peers_t:
        size_t count
        const zmq_peer_stats_t *peers
    int zmq_socket_stats(void *socket, zmq_socket_counts_t *stats, size_t size)
    zmq_peers_t *zmq_socket_peers(void *socket)
    void zmq_peers_free(zmq_peers_t *peers)

    int zmq_socket_monitor(void *socket, const char *endpoint, int events)
    int zmq_socket_monitor_versioned(void *socket, const char *endpoint, uint64_t events,
                                     int event_version, int type)
    int zmq_socket_monitor_pipes_stats(void *socket)
    int zmq_socket_get_peer_state(void *socket, const void *routing_id, size_t routing_id_size)

    # polling
    ctypedef int zmq_fd_t
    ctypedef struct zmq_pollitem_t:
        void *socket
        zmq_fd_t fd
        short events
        short revents
    int zmq_poll(zmq_pollitem_t *items, int nitems, long timeout)
    ctypedef struct sigset_t:  # of <signal.h>; void on Windows
        pass
    int zmq_ppoll(zmq_pollitem_t *items, int nitems, long timeout, const sigset_t *sigmask)

    ctypedef struct zmq_poller_event_t:
        void *socket
        zmq_fd_t fd
        void *user_data
        short events
    void *zmq_poller_new()
    int zmq_poller_destroy(void **poller)
    int zmq_poller_size(void *poller)
    int zmq_poller_add(void *poller, void *socket, void *user_data, short events)
    int zmq_poller_modify(void *poller, void *socket, short events)
    int zmq_poller_remove(void *poller, void *socket)
    int zmq_poller_wait(void *poller, zmq_poller_event_t *event, long timeout)
    int zmq_poller_wait_all(void *poller, zmq_poller_event_t *events, int n_events, long timeout)
    int zmq_poller_fd(void *poller, zmq_fd_t *fd)
    int zmq_poller_add_fd(void *poller, zmq_fd_t fd, void *user_data, short events)
    int zmq_poller_modify_fd(void *poller, zmq_fd_t fd, short events)
    int zmq_poller_remove_fd(void *poller, zmq_fd_t fd)

    # proxies
    int zmq_proxy(void *frontend, void *backend, void *capture)
    int zmq_proxy_steerable(void *frontend, void *backend, void *capture, void *control)
    int zmq_device(int type, void *frontend, void *backend)

    # CURVE and Z85
    char *zmq_z85_encode(char *dest, const uint8_t *data, size_t size)
    uint8_t *zmq_z85_decode(uint8_t *dest, const char *string)
    int zmq_curve_keypair(char *z85_public_key, char *z85_secret_key)
    int zmq_curve_public(char *z85_public_key, const char *z85_secret_key)

    # timers
    ctypedef void zmq_timer_fn(int timer_id, void *arg) noexcept
    void *zmq_timers_new()
    int zmq_timers_destroy(void **timers)
    int zmq_timers_add(void *timers, size_t interval, zmq_timer_fn handler, void *arg)
    int zmq_timers_cancel(void *timers, int timer_id)
    int zmq_timers_set_interval(void *timers, int timer_id, size_t interval)
    int zmq_timers_reset(void *timers, int timer_id)
    long zmq_timers_timeout(void *timers)
    int zmq_timers_execute(void *timers)

    # atomic counters, stopwatch, threads
    void *zmq_atomic_counter_new()
    void zmq_atomic_counter_set(void *counter, int value)
    int zmq_atomic_counter_inc(void *counter)
    int zmq_atomic_counter_dec(void *counter)
    int zmq_atomic_counter_value(void *counter)
    void zmq_atomic_counter_destroy(void **counter)
    void *zmq_stopwatch_start()
    unsigned long zmq_stopwatch_intermediate(void *watch)
    unsigned long zmq_stopwatch_stop(void *watch)
    void zmq_sleep(int seconds)
    ctypedef void zmq_thread_fn(void *arg) noexcept
    void *zmq_threadstart(zmq_thread_fn *func, void *arg)
    void zmq_threadclose(void *thread)
