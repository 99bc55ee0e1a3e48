"""Constants have the types of their enums."""

from typing_extensions import assert_type

import zmq
from zmq.constants import SocketOption, _OptType

socket_type: zmq.SocketType = zmq.PUSH
old_socket_type: zmq.SocketType = zmq.XREQ
option: zmq.SocketOption = zmq.LINGER
old_option: zmq.SocketOption = zmq.IDENTITY
context_option: zmq.ContextOption = zmq.IO_THREADS
message_option: zmq.MessageOption = zmq.MORE
flag: zmq.Flag = zmq.DONTWAIT
poll_event: zmq.PollEvent = zmq.POLLIN
event: zmq.Event = zmq.EVENT_CONNECTED
protocol_error: zmq.Event = zmq.PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC
mechanism: zmq.SecurityMechanism = zmq.CURVE
device: zmq.DeviceType = zmq.QUEUE
errno: zmq.Errno = zmq.ETERM
stop: zmq.ReconnectStop = zmq.RECONNECT_STOP_CONN_REFUSED
notify: zmq.RouterNotify = zmq.NOTIFY_CONNECT
norm: zmq.NormMode = zmq.NORM_CC

# Every member is an int, and has a name.
number: int = zmq.PUSH
assert_type(SocketOption.LINGER.value, int)
assert_type(SocketOption.AFFINITY.value, int)
name: str = zmq.PUSH.name
assert_type(SocketOption.AFFINITY._opt_type, _OptType)

# Flags stay flags.
assert_type(zmq.POLLIN | zmq.POLLOUT, zmq.PollEvent)
assert_type(zmq.DONTWAIT | zmq.SNDMORE, zmq.Flag)

# Numbers become members.
assert_type(SocketOption(17), SocketOption)
assert_type([one.name for one in zmq.SocketType], list[str])

wrong: zmq.SocketType = zmq.LINGER  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
no_option = zmq.SocketOption.NO_SUCH_OPTION  # type: ignore[attr-defined]  # pyright: ignore
no_constant = zmq.NO_SUCH_CONSTANT  # type: ignore[attr-defined]  # pyright: ignore
