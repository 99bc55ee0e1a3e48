# cython: language_level=3
# cython: binding=True
# cython: annotation_typing=False
# cython: auto_pickle=False
# cython: freethreading_compatible=True
"""The backend: libzmq for Python, in one extension module.

All calls of libzmq are here; convenience methods are in `zmq.sugar`. The module consists of these
files, which share one namespace. A file may depend on those above it:

libzmq.pxd            the C API of libzmq, as `libzmq`
_zmq.pxd              the fields of Context, Socket and Frame, for extensions that cimport them
process_state.hpp     forks, the interpreter's exit, the clock
thread_guard.hpp      the guard of a socket: its user, and the threads that sleep on it
waker.hpp             wakes up one thread that sleeps
poll_sleep.hpp        the sleep of a thread that polls
spinning.hpp          blocking calls that try again for SPIN_TIME before they sleep
zero_copy.hpp         memory that is lent to libzmq, and its release
termination.hpp       terminates contexts that were garbage collected
proxy_loop.hpp        the loop of proxies
without_drafts.hpp    the draft functions, for builds that have no draft API
without_stats.hpp     the statistics functions, for a libzmq without them
cxx_exceptions.hpp    converts C++ exceptions to Python exceptions
stable_abi.hpp        functions that replace macros that the stable ABI lacks
errors.pxi            converts errno to exceptions
functions.pxi         module functions: curve_keypair, has, zmq_version
arguments.pxi         checks of arguments, and their conversion to C
timeouts.pxi          converts a timeout in ms to a deadline
tracker.pxi           MessageTracker
frame.pxi             Frame; converts Python objects to messages
context.pxi           Context
options.pxi           the type of each option; options as attributes
socket_calls.pxi      the start and the end of each call on a socket: guard, errno, waiters
socket_errors.pxi     details for error messages
socket_life.pxi       _SocketBase: making, shadowing and closing sockets
socket_options.pxi    _SocketOptions: get and set
socket_endpoints.pxi  _SocketEndpoints: bind, connect, groups, monitors
socket_waiting.pxi    _SocketPolling: poll; the waiting of sends and receives
socket_sending.pxi    _SocketSending: send, send_multipart, send_many
socket_receiving.pxi  _SocketReceiving: recv, recv_multipart, recv_into...
socket.pxi            Socket, which has all of these as bases
stats.pxi             socket counters and peers
aio_waiters.pxi       waits for a socket in an event loop: the edge-triggered ZMQ_FD
aio_operations.pxi    sends and receives of asyncio
aio_socket.pxi        _AsyncSocket, the backend of zmq.asyncio.Socket
poll.pxi              Poller, zmq_poll
socket_poller.pxi     the draft zmq_poller
timers.pxi            the draft timers
proxy.pxi             proxy, proxy_steerable
c_api.pxi             the table of functions that import_pyzmq() loads
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
from libc.limits cimport INT_MAX
from libc.math cimport isfinite
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy
from libcpp cimport bool as cbool

from . cimport libzmq
# errors that libzmq adds to those of C
from .libzmq cimport (
    EADDRINUSE,
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
)

import atexit
import os
import sys
import weakref
from warnings import warn

from zmq.constants import ContextOption, Flag, PollEvent, SocketOption, SocketType, _OptType
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

cdef extern from "cxx_exceptions.hpp":
    pass

cdef extern from "stable_abi.hpp":
    int ZMQPY_STABLE_ABI

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
        cbool gives_way
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
        void add_descriptor(libzmq.zmq_fd_t descriptor, short events) except +
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
include "arguments.pxi"
include "timeouts.pxi"
include "tracker.pxi"
include "frame.pxi"
include "context.pxi"
include "options.pxi"
include "socket_calls.pxi"
include "socket_errors.pxi"
include "socket_life.pxi"
include "socket_options.pxi"
include "socket_endpoints.pxi"
include "socket_waiting.pxi"
include "socket_sending.pxi"
include "socket_receiving.pxi"
include "socket.pxi"
include "stats.pxi"
include "aio_waiters.pxi"
include "aio_operations.pxi"
include "aio_socket.pxi"
include "poll.pxi"
include "socket_poller.pxi"
include "timers.pxi"
include "proxy.pxi"
include "c_api.pxi"
