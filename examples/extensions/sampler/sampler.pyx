# cython: language_level=3, freethreading_compatible=True
"""Samples that are measured in C and sent through Python's sockets without a copy."""

from libc.math cimport sin
from libc.stdlib cimport free, malloc

from zmq.backend.cython cimport libzmq
from zmq.capi cimport (
    PyZMQContext_Handle,
    PyZMQErr_SetFromErrno,
    PyZMQSocket_Acquire,
    PyZMQSocket_Release,
    import_pyzmq,
)

import_pyzmq()

# libzmq frees the samples on one of its threads, so use libzmq's atomic counter.
cdef void *_buffers_in_use = libzmq.zmq_atomic_counter_new()


cdef void _free_samples(void *data, void *hint) noexcept nogil:
    """libzmq calls this function when the message is sent. The function must not use Python."""
    free(data)
    libzmq.zmq_atomic_counter_dec(hint)


cdef int _send_block(void *handle, int first, int count) noexcept nogil:
    """Measure `count` samples and send them as one message; return -1 with errno on an error."""
    cdef libzmq.zmq_msg_t message
    cdef double *samples = <double *> malloc(count * sizeof(double))
    cdef int index
    for index in range(count):
        samples[index] = sin((first + index) / 100.0)
    libzmq.zmq_atomic_counter_inc(_buffers_in_use)
    libzmq.zmq_msg_init_data(
        &message, samples, count * sizeof(double), _free_samples, _buffers_in_use
    )
    if libzmq.zmq_msg_send(&message, handle, 0) < 0:
        libzmq.zmq_msg_close(&message)  # frees the samples
        return -1
    return 0


def buffers_in_use() -> int:
    """Return how many blocks of samples libzmq still uses."""
    return libzmq.zmq_atomic_counter_value(_buffers_in_use)


def send_samples(socket, int blocks, int count) -> None:
    """Send `blocks` messages of `count` samples through a zmq.Socket, without the GIL."""
    cdef void *handle = PyZMQSocket_Acquire(socket)
    cdef int block
    cdef int rc = 0
    with nogil:
        for block in range(blocks):
            rc = _send_block(handle, block * count, count)
            if rc < 0:
                break
    PyZMQSocket_Release(socket)
    if rc < 0:
        PyZMQErr_SetFromErrno()


def total(socket, int blocks) -> float:
    """Receive `blocks` messages of samples from a zmq.Socket, and add them all up in C."""
    cdef void *handle = PyZMQSocket_Acquire(socket)
    cdef libzmq.zmq_msg_t message
    cdef double *samples
    cdef double result = 0
    cdef size_t index
    cdef int _block
    cdef int rc = 0
    with nogil:
        for _block in range(blocks):
            libzmq.zmq_msg_init(&message)
            rc = libzmq.zmq_msg_recv(&message, handle, 0)
            if rc < 0:
                break
            samples = <double *> libzmq.zmq_msg_data(&message)
            for index in range(libzmq.zmq_msg_size(&message) // sizeof(double)):
                result += samples[index]
            libzmq.zmq_msg_close(&message)
    PyZMQSocket_Release(socket)
    if rc < 0:
        PyZMQErr_SetFromErrno()
    return result


def push_samples(context, str endpoint, int blocks, int count) -> None:
    """Send samples from a socket that C creates in a zmq.Context.

    Python's sockets are in the same context, so the socket can connect to them by inproc.
    """
    cdef void *handle = libzmq.zmq_socket(PyZMQContext_Handle(context), libzmq.ZMQ_PUSH)
    cdef bytes address = endpoint.encode()
    cdef const char *c_address = address
    cdef int block
    cdef int rc
    if handle == NULL:
        PyZMQErr_SetFromErrno()
    with nogil:
        rc = libzmq.zmq_connect(handle, c_address)
        for block in range(blocks):
            if rc < 0:
                break
            rc = _send_block(handle, block * count, count)
    try:
        if rc < 0:
            PyZMQErr_SetFromErrno()
    finally:
        libzmq.zmq_close(handle)
