# The C API of the bundled libzmq, drafts included, as zmq.h declares it.
#
# Downstream extensions get it with ``from zmq cimport libzmq``.

from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t, uint64_t


cdef extern from "zmq.h" nogil:
    enum:
        ZMQ_VERSION_MAJOR
        ZMQ_VERSION_MINOR
        ZMQ_VERSION_PATCH
        ZMQ_VERSION

    # errors libzmq adds to the platform's
    enum:
        ENOTSUP
        EPROTONOSUPPORT
        ENOBUFS
        EADDRINUSE
        EADDRNOTAVAIL
        ECONNREFUSED
        EINPROGRESS
        ENOTSOCK
        EMSGSIZE
        EHOSTUNREACH
        EFSM
        ENOCOMPATPROTO
        ETERM
        EMTHREAD

    # socket types, send and receive flags, poll events, and the options the backend names
    enum:
        ZMQ_PAIR
        ZMQ_REQ
        ZMQ_REP
        ZMQ_DONTWAIT
        ZMQ_SNDMORE
        ZMQ_MORE
        ZMQ_SHARED
        ZMQ_POLLIN
        ZMQ_POLLOUT
        ZMQ_POLLERR
        ZMQ_POLLPRI
        ZMQ_IO_THREADS
        ZMQ_THREAD_NAME_PREFIX
        ZMQ_FD
        ZMQ_EVENTS
        ZMQ_TYPE
        ZMQ_LINGER
        ZMQ_RCVTIMEO
        ZMQ_SNDTIMEO
        ZMQ_THREAD_SAFE
        ZMQ_LAST_ENDPOINT
        ZMQ_EVENT_ALL
        ZMQ_GROUP_MAX_LENGTH

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
    int zmq_join(void *socket, const char *group)
    int zmq_leave(void *socket, const char *group)
    uint32_t zmq_connect_peer(void *socket, const char *endpoint)
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
    ctypedef void zmq_timer_fn(int timer_id, void *arg)
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
    ctypedef void zmq_thread_fn(void *arg)
    void *zmq_threadstart(zmq_thread_fn *func, void *arg)
    void zmq_threadclose(void *thread)
