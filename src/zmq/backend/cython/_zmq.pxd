# Declarations for downstream Cython code: ``from zmq cimport Context, Socket, Frame``. They use no
# C++ types, so that C extensions can cimport them, too.

from libc.stdint cimport uint32_t

from .libzmq cimport zmq_msg_t


# A module that cimports these classes uses their handles, which belong to the libzmq in this
# package. So the module must call this copy of libzmq, through the table that pyzmq.h loads at the
# first call. A second copy, linked by ``libraries=["zmq"]``, would refuse the handles.
cdef extern from *:
    """
    #ifndef PYZMQ_BACKEND
    #include "pyzmq.h"
    #endif
    """


cdef class Context:
    cdef object __weakref__
    cdef void *handle               # the libzmq context, NULL once terminated
    cdef readonly bint _shadow      # the handle has another owner
    cdef int _generation            # fork generation, see process_state.hpp
    cdef bint _terminating
    cdef unsigned long _terminating_thread
    cdef readonly int _open_sockets  # libzmq sockets of this handle, including those of shadows
    cdef object _shadow_of          # the Context whose handle this one borrows, or None
    cdef readonly object _sockets   # weak references to the sockets to close in destroy(), by id()

    cdef Context _root(self)
    cdef int _check(self) except -1
    cdef void *_make_socket(self, int kind) except? NULL
    cdef int _add_socket(self, object socket) except -1
    cdef int _discard_socket(self, object socket) except -1
    cdef int _forget_address(self, size_t address) except -1


# This base class has all fields of a socket. The other base classes add methods, each in a file of
# its own; see socket.pxi.
cdef class _SocketBase:
    cdef object __weakref__
    cdef void *handle               # the libzmq socket, NULL once closed
    cdef void *_guard               # ThreadGuard: its own, or the guard of the shadowed socket
    cdef void *_own_guard
    cdef int _generation
    cdef int _type
    cdef int _acquired              # the number of acquisitions by extensions, see pyzmq.h
    cdef bint _drops_the_rest       # the rest of a message whose peer has disconnected
    cdef readonly bint _shadow
    cdef _SocketBase _shadow_of     # the socket whose handle this one borrows, or None
    cdef list _shadows              # weak references to the sockets that borrow this handle
    cdef void *_draft_poller        # the descriptor of a thread-safe socket
    cdef list _pollers              # handles of the SocketPollers that have this socket
    cdef public int _monitor_version
    cdef public Context context     # the user may assign another value
    cdef Context _made_in           # the context that counts this socket; None for a shadow
    cdef Py_ssize_t _copy_threshold
    cdef public object _monitor_socket
    cdef list _names_of_endpoints   # pairs (libzmq's name, other names), see zmq.sugar.socket
    cdef readonly bint _monitor_ended  # this is a monitor's socket whose monitor has stopped
    cdef object _async_state        # _Waiters if asynchronous sockets use this handle
    cdef public object _monitored   # weak reference to the socket that this one monitors
    cdef readonly object _made_at   # (file, line) of the calls that created it; None for a shadow
    cdef public object _event_readers  # sockets of events(), _monitor_socket among them, or None
    cdef public object _events_address  # the endpoint of the monitor that _event_readers read
    cdef public bint _has_stream    # this is a monitor's socket that events() reads
    cdef int _binds                 # number of bound endpoints of transports with a handshake
    cdef int _connects              # number of connected endpoints of these transports
    cdef int _near_connects         # number of connected inproc endpoints


cdef class _SocketOptions(_SocketBase):
    pass


cdef class _SocketEndpoints(_SocketOptions):
    pass


cdef class _SocketPolling(_SocketEndpoints):
    pass


cdef class _SocketSending(_SocketPolling):
    pass


cdef class _SocketReceiving(_SocketSending):
    pass


cdef class Socket(_SocketReceiving):
    pass


cdef class Frame:
    cdef object __weakref__
    cdef dict __dict__              # the user's attributes, see zmq.sugar.frame
    cdef zmq_msg_t zmq_msg
    cdef bint _initialised
    cdef bint _readonly             # the bytes belong to an immutable object
    cdef bint _lent_instead_of_copy  # the bytes are lent by a sender that asked for a copy
    cdef bint _written_through      # a writable view has been handed out
    cdef object _view               # weak reference to the result of `buffer`
    cdef int _views                 # memoryviews and other buffers that are in use
    cdef object _bytes
    cdef void *_state               # SendState, NULL if the frame is not tracked
    cdef object _tracker
    cdef object _tracker_event

    cdef int _own_memory(self) except -1
    cdef int _replace(self, zmq_msg_t *msg, void *state, bint readonly, object contents,
                      bint track) except -1
