# cython: language_level=3
# cython: binding=True
# cython: embedsignature=False
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
    PyBUF_ANY_CONTIGUOUS,
    PyBUF_FORMAT,
    PyBUF_FULL_RO,
    PyBUF_SIMPLE,
    PyBUF_WRITABLE,
    PyBuffer_FillInfo,
    PyBuffer_Release,
    PyBuffer_ToContiguous,
    PyObject_CheckBuffer,
    PyObject_GetBuffer,
)
from cpython.exc cimport PyErr_CheckSignals
from cpython.object cimport PyObject, PyObject_GenericSetAttr
from libc.errno cimport EAGAIN, EINTR, EINVAL, EMFILE, ENAMETOOLONG, ENODEV, ENOENT
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy
from libcpp cimport bool as cbool

from .libzmq cimport *
from .libzmq cimport zmq_errno as _libzmq_errno
from .libzmq cimport zmq_poll as _libzmq_poll
from .libzmq cimport zmq_proxy as _libzmq_proxy

import atexit
import weakref
from warnings import warn

from zmq.constants import SocketOption, SocketType, _OptType
from zmq.error import (
    Again,
    ContextTerminated,
    DraftFDWarning,
    InterruptedSystemCall,
    NotDone,
    ZMQError,
)

cdef extern from "process_state.hpp" namespace "zmqpy" nogil:
    int fork_generation
    void watch_forks()
    long long monotonic_ms()

cdef extern from "zero_copy.hpp" namespace "zmqpy" nogil:
    # SendState itself is declared in _zmq.pxd
    cdef cppclass LentBuffer:
        Py_buffer view
        SendState *state
    void release_returned_buffers()
    void return_buffer(void *data, void *hint) noexcept
    void stop_returning_buffers()
    cbool wait_for_send(SendState *state, long milliseconds)
    cbool send_is_done "zmqpy::send_is_done"(SendState *state)
    cbool interpreter_is_exiting "zmqpy::interpreter_is_exiting"()

watch_forks()
atexit.register(stop_returning_buffers)

include "errors.pxi"
include "functions.pxi"
include "tracker.pxi"
include "frame.pxi"
include "context.pxi"
include "options.pxi"
include "socket.pxi"
include "poll.pxi"
include "proxy.pxi"
