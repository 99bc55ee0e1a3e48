# Share sockets with Python: ``from zmq.capi cimport import_pyzmq, PyZMQSocket_Acquire``.
#
# A module that cimports this file shares the libzmq of Python's sockets, and links no copy of its
# own. The functions that it cimports from ``zmq.backend.cython.libzmq`` are shared, too.
# import_pyzmq() raises ImportError if the installed package does not fit the module. A module may
# leave that call out; then the first call of any function loads the table of functions. pyzmq.h
# explains each function.

from zmq.backend.cython.libzmq cimport zmq_msg_t


cdef extern from "pyzmq.h":
    int import_pyzmq() except -1

    bint PyZMQContext_Check(object candidate) noexcept
    bint PyZMQSocket_Check(object candidate) noexcept
    bint PyZMQFrame_Check(object candidate) noexcept

    void *PyZMQContext_Handle(object context) except NULL
    void *PyZMQSocket_Handle(object socket) except NULL
    void *PyZMQSocket_Acquire(object socket) except NULL
    void PyZMQSocket_Release(object socket) noexcept
    zmq_msg_t *PyZMQFrame_Message(object frame) except NULL

    object PyZMQContext_FromHandle(void *handle)
    object PyZMQSocket_FromHandle(void *handle)
    object PyZMQFrame_FromMessage(zmq_msg_t *message)

    # always raises
    object PyZMQErr_SetFromErrno()
