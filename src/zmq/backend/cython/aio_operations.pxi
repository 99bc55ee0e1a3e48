# The operations of asyncio's sockets: the code that attempts each operation, and the future of an
# operation that waits.
#
# An operation that can complete at once does so, and its future is done. Other operations wait in
# the order of their calls. A message leaves libzmq's queue only when its receiving task runs. So an
# operation that a task awaits is woken up *without* its message, and receives when the task
# resumes. If the task was cancelled in between, the message is still in the queue, for the next
# operation.

from collections import deque

cdef enum:
    # The number of operations in a row that may complete at once. The next operation waits for the
    # loop's next round. 128 operations take about 0.1 ms. A round takes about 10 us, which adds
    # 80 ns to each operation.
    OPERATIONS_PER_ROUND = 128

cdef enum:
    RECV = 0
    RECV_FRAME = 1
    RECV_MULTIPART = 2
    RECV_MULTIPART_FRAMES = 3
    RECV_INTO = 4
    RECV_MANY = 5
    RECV_ROUTED = 6
    RECV_GROUPED = 7
    SEND = 8
    SEND_MULTIPART = 9
    SEND_MANY = 10

# Set by _use_asyncio(), so that `import zmq` does not import asyncio.
cdef object _Future = None
cdef object _PendingOperation = None
cdef object _running_loop = None
cdef object _event_loop = None
cdef object _selector_thread_of = None


cdef object _not_yet = object()  # the result of an attempt that has to wait


cdef object _done_future(object loop, object result):
    future = _Future(loop=loop)
    future.set_result(result)
    return future


cdef object _failed_future(object loop, object error):
    future = _Future(loop=loop)
    future.set_exception(error)
    return future


# -- one attempt --------------------------------------------------------------------------


cdef int _recv_now(_AsyncSocket socket, zmq_msg_t *msg) except -1:
    """Receive into `msg` without waiting: 1 if there was a message, else 0.

    EFSM is not an error here, because a task may wait for an answer before another task sends the
    request.
    """
    cdef int rc
    cdef int errnum
    _begin(socket, SHORT_USE)
    libzmq.zmq_msg_init(msg)
    rc = libzmq.zmq_msg_recv(msg, socket.handle, libzmq.ZMQ_DONTWAIT)
    errnum = _errno_of(rc)
    _end_in_loop(socket, SHORT_USE)
    if rc >= 0:
        return 1
    libzmq.zmq_msg_close(msg)
    if errnum == EAGAIN or errnum == EINTR or errnum == EFSM:
        socket._not_received = errnum
        return 0
    _raise_recv_error(socket, errnum)


cdef object _receive(_AsyncSocket socket, int kind, object arguments):
    """Try a receive of the given kind without waiting; return `_not_yet` if there is no message."""
    cdef zmq_msg_t msg
    cdef Frame frame
    cdef list parts
    cdef bint more
    cdef int size
    cdef bint track = False
    if kind == RECV_INTO:
        if not _get_int(socket, libzmq.ZMQ_EVENTS) & libzmq.ZMQ_POLLIN:
            return _not_yet
        buffer, nbytes = arguments
        return Socket.recv_into(socket, buffer, nbytes=nbytes, flags=libzmq.ZMQ_DONTWAIT)
    if kind == RECV_MANY:
        try:
            parts = Socket.recv_many(socket, arguments, 0)
        except ZMQError as error:
            if error.errno != EFSM:
                raise
            parts = None
        return parts if parts else _not_yet
    if kind == RECV_ROUTED or kind == RECV_GROUPED:
        # The arguments are (copy, track). These sockets are thread-safe, so another thread may have
        # received the message that the events reported.
        try:
            if kind == RECV_ROUTED:
                return Socket.recv_routed(socket, libzmq.ZMQ_DONTWAIT, *arguments)
            return Socket.recv_grouped(socket, libzmq.ZMQ_DONTWAIT, *arguments)
        except Again:
            return _not_yet
    if not _recv_now(socket, &msg):
        return _not_yet
    if kind == RECV:
        return _bytes_of_msg(&msg)
    if kind == RECV_MULTIPART:
        more = libzmq.zmq_msg_more(&msg)
        parts = [_bytes_of_msg(&msg)]
        while more:
            size = _recv_msg(socket, &msg, 0)
            more = libzmq.zmq_msg_more(&msg)
            parts.append(_bytes_of_received(&msg, size))
        return parts
    track = arguments is not None and arguments
    frame = Frame.__new__(_frame_class)
    _fill_received(frame, &msg)
    if track:
        frame._tracker = _FINISHED_TRACKER
    if kind == RECV_FRAME:
        return frame
    parts = [frame]
    while libzmq.zmq_msg_more(&frame.zmq_msg):
        frame = _recv_frame(socket, 0, track)
        parts.append(frame)
    return parts


cdef object _transmit(_AsyncSocket socket, int kind, object arguments):
    """Try a send of the given kind without waiting; return `_not_yet` if there is no room."""
    data, flags, copy, track, routing_id, group = arguments
    try:
        if kind == SEND:
            return Socket.send(socket, data, flags | libzmq.ZMQ_DONTWAIT, copy, track, routing_id,
                               group)
        if kind == SEND_MULTIPART:
            return Socket.send_multipart(socket, data, flags | libzmq.ZMQ_DONTWAIT, copy, track,
                                         routing_id=routing_id, group=group)
        # SEND_MANY: `data` has the remaining messages, the last one first. `group[0]` is the number
        # of sent messages.
        while data:
            Socket.send(socket, data[-1], libzmq.ZMQ_DONTWAIT)
            data.pop()
            group[0] += 1
        return group[0]
    except Again:
        return _not_yet


cdef object _perform(_AsyncSocket socket, int kind, object arguments):
    if kind < SEND:
        return _receive(socket, kind, arguments)
    return _transmit(socket, kind, arguments)


# -- the future of an operation that waits ------------------------------------------------

# Attributes of bytes, lists of parts and frames. A program that forgets an `await` tries to use
# them on the future.
cdef tuple _NAMES_OF_MESSAGES = (
    "append", "buffer", "bytes", "decode", "endswith", "find", "get", "hex", "index", "items",
    "join", "keys", "more", "partition", "pop", "replace", "split", "splitlines", "startswith",
    "strip", "tobytes", "values",
)


def _await_property(name):
    """Return a property for an attribute that messages have, but futures of messages do not."""

    def refuse(self):
        raise AttributeError(
            f"'{type(self).__name__}' object has no attribute {name!r}: it is the future of a"
            " message, `await` it"
        )

    return property(refuse, doc="An attribute of the message, not of its future.")


def _use_asyncio(asyncio, selector_thread_of):
    """Store the parts of asyncio that sockets need; zmq.asyncio calls this once."""
    global _Future, _PendingOperation, _running_loop, _event_loop, _selector_thread_of
    if _Future is not None:
        return

    class PendingOperation(asyncio.Future):
        """A send or recv that could not complete at once."""

        __slots__ = (
            "socket", "state", "kind", "arguments", "awaited", "timer", "expired", "convert",
            "timeout",
        )

        def __init__(self, loop, socket, state, kind, arguments):
            asyncio.Future.__init__(self, loop=loop)
            self.socket = socket
            self.state = state
            self.kind = kind
            self.arguments = arguments
            self.awaited = None
            self.timer = None
            self.expired = False
            self.convert = None
            self.timeout = None  # in ms; None for the timeout of the socket

        def attempt(self):
            """Attempt the operation now; return True if it has ended, with a result or an error."""
            try:
                if self.state._is_acquired(self.socket):
                    result = _not_yet
                else:
                    result = self.state._perform(self.socket, self.kind, self.arguments)
                if result is _not_yet:
                    if not self.expired:
                        return False
                    if self.kind == RECV_MANY:
                        result = []
                    elif self.kind == SEND_MANY and self.arguments[5][0]:
                        result = self.arguments[5][0]
                    else:
                        raise self.socket._again(self.kind < SEND, False, self.timeout)
                if self.convert is not None:
                    result = self.convert(result)
            except Exception as error:
                if not self.done():
                    self.set_exception(error)
            else:
                if not self.done():
                    self.set_result(result)
            self.release()
            return True

        def release(self):
            if self.timer is not None:
                self.timer.cancel()
                self.timer = None
            self.arguments = None

        def expire(self):
            """Make a last attempt, because the timeout has passed."""
            self.timer = None
            self.expired = True
            if self.done():
                return
            if self.awaited is not None:
                if not self.awaited.done():
                    self.awaited.set_result(None)
            elif self.attempt():
                self.state._finished(self)

        def cancel(self, msg=None):
            if self.done():
                return False
            asyncio.Future.cancel(self, msg)
            self.release()
            if self.awaited is not None and not self.awaited.done():
                self.awaited.cancel(msg)
            self.state._cancelled(self)
            return True

        def __await__(self):
            if self.awaited is not None:
                # Another task already awaits this future, and receives for both tasks.
                return (yield from asyncio.Future.__await__(self))
            while not self.done():
                self.awaited = _Future(loop=self.get_loop())
                try:
                    yield from self.awaited
                except BaseException:
                    # Cancelled. The operation has taken no message from the socket, whether it was
                    # woken up or not.
                    self.awaited = None
                    if self.done():
                        # cancel() of this future was called
                        raise
                    self.cancel()
                    raise
                self.awaited = None
                if self.done():
                    break
                if self.attempt():
                    self.state._finished(self)
                elif self.kind >= SEND:
                    self.state._look_for_receivers()
            return self.result()

        __iter__ = __await__

        def __getitem__(self, key):
            raise TypeError(
                f"'{type(self).__name__}' object is not subscriptable: it is the future of a"
                " message, `await` it"
            )

    # A __getattr__ would slow down every other attribute.
    for name in _NAMES_OF_MESSAGES:
        setattr(PendingOperation, name, _await_property(name))
    _Future = asyncio.Future
    _PendingOperation = PendingOperation
    _running_loop = asyncio._get_running_loop
    _event_loop = asyncio.get_event_loop
    _selector_thread_of = selector_thread_of
