# cython: language_level=3
# cython: binding=True
# cython: annotation_typing=False
# cython: auto_pickle=False
# cython: freethreading_compatible=True
"""The backend: libzmq for Python, in one extension module.

Each part of the module stands in a file of its own, in the order in which the parts need
each other. Everything that calls libzmq is here; conveniences are in `zmq.sugar`.
"""

cimport cython
from cpython.bytes cimport (
    PyBytes_AS_STRING,
    PyBytes_CheckExact,
    PyBytes_FromStringAndSize,
    PyBytes_GET_SIZE,
)
from cpython.buffer cimport (
    PyBUF_C_CONTIGUOUS,
    PyBUF_FULL_RO,
    PyBUF_SIMPLE,
    PyBUF_WRITABLE,
    PyBuffer_FillInfo,
    PyBuffer_Release,
    PyBuffer_ToContiguous,
    PyObject_CheckBuffer,
    PyObject_GetBuffer,
)
from cpython.exc cimport (
    PyErr_CheckSignals,
    PyErr_Fetch,
    PyErr_Restore,
    PyErr_SetObject,
    PyErr_WriteUnraisable,
)
from cpython.number cimport PyIndex_Check
from cpython.object cimport PyObject
from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_DECREF, Py_INCREF

from libc cimport errno as c_errno
from libc.errno cimport EAGAIN, EFAULT, EINTR, EINVAL, EMFILE, ENAMETOOLONG, ENODEV, ENOENT
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy
from libcpp cimport bool as cbool

from .libzmq cimport (
    EFSM,
    EHOSTUNREACH,
    EISCONN,
    EMSGSIZE,
    EMTHREAD,
    ENOCOMPATPROTO,
    ENOTCONN,
    ENOTSOCK,
    ENOTSUP,
    EPROTONOSUPPORT,
    ETERM,
    ZMQ_CHANNEL,
    ZMQ_CURVE,
    ZMQ_CURVE_SERVER,
    ZMQ_DGRAM,
    ZMQ_DISH,
    ZMQ_DONTWAIT,
    ZMQ_DROPPED_REASONS,
    ZMQ_EVENTS,
    ZMQ_EVENT_ALL,
    ZMQ_FD,
    ZMQ_GROUP_MAX_LENGTH,
    ZMQ_IO_THREADS,
    ZMQ_LAST_ENDPOINT,
    ZMQ_LINGER,
    ZMQ_MAX_SOCKETS,
    ZMQ_MECHANISM,
    ZMQ_PAIR,
    ZMQ_PEER,
    ZMQ_POLLIN,
    ZMQ_POLLOUT,
    ZMQ_PUB,
    ZMQ_RADIO,
    ZMQ_RCVTIMEO,
    ZMQ_REFUSED_REASONS,
    ZMQ_ROUTER,
    ZMQ_SERVER,
    ZMQ_SHARED,
    ZMQ_SNDHWM,
    ZMQ_SNDMORE,
    ZMQ_SNDTIMEO,
    ZMQ_SPIN_TIME,
    ZMQ_STREAM,
    ZMQ_THREAD_NAME_PREFIX,
    ZMQ_THREAD_SAFE,
    ZMQ_TYPE,
    ZMQ_XPUB,
    zmq_bind,
    zmq_close,
    zmq_connect,
    zmq_connect_peer,
    zmq_ctx_get,
    zmq_ctx_new,
    zmq_ctx_set,
    zmq_ctx_set_ext,
    zmq_ctx_shutdown,
    zmq_ctx_term,
    zmq_curve_keypair,
    zmq_curve_public,
    zmq_disconnect,
    zmq_disconnect_peer,
    zmq_fd_t,
    zmq_getsockopt,
    zmq_has,
    zmq_join,
    zmq_leave,
    zmq_msg_close,
    zmq_msg_copy,
    zmq_msg_data,
    zmq_msg_get,
    zmq_msg_gets,
    zmq_msg_group,
    zmq_msg_init,
    zmq_msg_init_data,
    zmq_msg_init_size,
    zmq_msg_more,
    zmq_msg_move,
    zmq_msg_recv,
    zmq_msg_routing_id,
    zmq_msg_send,
    zmq_msg_set,
    zmq_msg_set_group,
    zmq_msg_set_routing_id,
    zmq_msg_size,
    zmq_msg_t,
    zmq_peer_stats_t,
    zmq_peers_free,
    zmq_peers_t,
    zmq_poller_add,
    zmq_poller_add_fd,
    zmq_poller_destroy,
    zmq_poller_event_t,
    zmq_poller_fd,
    zmq_poller_modify,
    zmq_poller_modify_fd,
    zmq_poller_new,
    zmq_poller_remove,
    zmq_poller_remove_fd,
    zmq_poller_wait,
    zmq_poller_wait_all,
    zmq_pollitem_t,
    zmq_setsockopt,
    zmq_socket,
    zmq_socket_counts_t,
    zmq_socket_get_peer_state,
    zmq_socket_monitor,
    zmq_socket_monitor_pipes_stats,
    zmq_socket_monitor_versioned,
    zmq_socket_peers,
    zmq_socket_stats,
    zmq_strerror,
    zmq_timers_add,
    zmq_timers_cancel,
    zmq_timers_destroy,
    zmq_timers_execute,
    zmq_timers_new,
    zmq_timers_reset,
    zmq_timers_set_interval,
    zmq_timers_timeout,
    zmq_unbind,
    zmq_version,
)
from .libzmq cimport zmq_errno as _libzmq_errno
from .libzmq cimport zmq_poll as _libzmq_poll

import atexit
import sys
import weakref
from warnings import warn

from zmq.constants import Flag, PollEvent, SocketOption, SocketType, _OptType
from zmq.error import (
    Again,
    ContextTerminated,
    DraftFDWarning,
    InterruptedSystemCall,
    NotDone,
    ZMQError,
    _with_attribute_error,
)

cdef extern from "Python.h":
    unsigned long PyThread_get_thread_ident() nogil
    int PyObject_GenericSetAttr(object obj, object name, object value) except -1

cdef extern from "without_drafts.hpp":
    pass

cdef extern from "process_state.hpp" namespace "zmqpy" nogil:
    int fork_generation
    void watch_forks(void (*in_child)())
    long long monotonic_ms()

cdef extern from "termination.hpp" namespace "zmqpy" nogil:
    void terminate_in_background(void *context)
    cbool wait_for_terminations(int milliseconds)
    cbool pause_is_interrupted(int milliseconds)

cdef extern from "thread_guard.hpp" namespace "zmqpy" nogil:
    cdef cppclass ThreadGuard:
        cbool shared
        const int waiting
        cbool mid_message
        cbool is_free()
        cbool enter()
        cbool enter_briefly()
        void leave()
        cbool enter_blocking()
        cbool enter_blocking_briefly()
        cbool enter_waiting()
        void leave_blocking()
        void fall_asleep()
        void wake_up()
        cbool is_asleep()
        cbool is_waited_in()
        void end_wait(void **handle)
        cbool is_soon_free(cbool briefly)
        void await_free(cbool briefly)
        cbool enter_alone()
        void leave_alone()
        void set_operations(int count)
        cbool has_sleepers()
        int count_sleepers()
        void wake_sleepers(int events)
        cbool closing
        void wake_to_close()

cdef extern from "poll_sleep.hpp" namespace "zmqpy" nogil:
    cdef cppclass PollSleep:
        void watch(ThreadGuard *guard, int events) except +
        cbool hold(ThreadGuard *guard) except +
        void add_descriptor(zmq_fd_t descriptor, short events) except +
        int add_thread_safe(void *socket, short events)
        void come_back_soon()
        int sleep(long timeout) except +

cdef extern from "zero_copy.hpp" namespace "zmqpy" nogil:
    cdef cppclass SendState:
        void retain()
        void release()
    cdef cppclass LentBuffer:
        Py_buffer view
        SendState *state
        cbool instead_of_copy
    void release_returned_buffers()
    void return_buffer(void *data, void *hint) noexcept
    cbool may_lend_instead_of_copy(Py_ssize_t size) noexcept
    void note_lent(LentBuffer *buffer) except +
    enum HowLent:
        NOT_LENT
        LENT_INSTEAD_OF_COPY
    HowLent how_lent(const void *memory) noexcept
    int zmq_msg_own_memory "::zmq_msg_own_memory"(zmq_msg_t *msg)
    PyObject *lent_bytes(const void *memory, size_t size) noexcept
    void stop_returning_buffers()
    void forget_threads_of_parent()
    cbool wait_for_send(SendState *state, long milliseconds)
    cbool send_is_done "zmqpy::send_is_done"(SendState *state)
    cbool interpreter_is_exiting "zmqpy::interpreter_is_exiting"()

watch_forks(forget_threads_of_parent)
atexit.register(stop_returning_buffers)

include "errors.pxi"
include "functions.pxi"
include "tracker.pxi"
include "frame.pxi"
include "context.pxi"
include "options.pxi"
include "socket.pxi"
include "stats.pxi"
include "aio.pxi"
include "poll.pxi"
include "socket_poller.pxi"
include "timers.pxi"
include "proxy.pxi"
include "c_api.pxi"
