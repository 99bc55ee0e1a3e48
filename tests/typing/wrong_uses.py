"""Errors that both type checkers must find, and no others."""

import zmq


def sockets(socket: zmq.Socket[bytes], frame: zmq.Frame) -> None:
    socket.send("text")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    socket.send_multipart(["text"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
    socket.send_string(b"bytes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    socket.send(b"", track=True).wait()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    socket.recv().more()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    socket.recv(copy=False).decode()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    socket.bind(5555)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    socket.close("now")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    socket.subscribe(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    frame["User-Id"].decode()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    frame.more = True  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def options(socket: zmq.Socket[bytes], context: zmq.Context[zmq.Socket[bytes]]) -> None:
    socket.linger = "for ever"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    socket.LINGER = None  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    socket.routing_id = "text"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    socket.last_endpoint = b""  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    socket.fd = 1  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    socket.RCVMORE = 1  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    socket.type = zmq.PUSH  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    socket.SUBSCRIBE = "text"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    socket.hello_msg.decode()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    socket.set_hwm(socket.router_mandatory)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    socket.lingre = 0  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    context.linger = b""  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    context.msg_t_size = 5  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    context.last_endpoint.decode()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    context.max_sokcets = 5  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def contexts(context: zmq.Context[zmq.Socket[bytes]]) -> None:
    context.sokcet(zmq.PUSH)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    context.socket("PUSH")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    context.socket()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    zmq.Context("two")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    zmq.Context[int]()  # type: ignore[type-var]  # pyright: ignore[reportInvalidTypeArguments]
    zmq.Poller().register("socket")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    zmq.proxy(context, context)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    zmq.Frame("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    zmq.MessageTracker(b"")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
