"""A small service that is easy to test: see test_word_service.py.

Its functions take sockets as arguments, and it can be stopped.
"""

from __future__ import annotations

import zmq


def count_words(text: bytes) -> int:
    """Count the words of a text; this part uses no sockets, so a test needs none.

    Raises
    ------
    ValueError
        If the text is not UTF-8.
    """
    return len(text.decode("utf-8").split())


def serve(socket: zmq.Socket) -> None:
    """Reply on a REP socket until its context is terminated."""
    with socket:
        try:
            while True:
                *_, text = socket.recv_multipart()
                try:
                    reply = {"words": count_words(text)}
                except ValueError as error:
                    reply = {"error": str(error)}
                socket.send_json(reply)
        except zmq.ContextTerminated:
            pass


class Client:
    """A client of the service.

    Parameters
    ----------
    socket : zmq.Socket
        A connected REQ socket.
    timeout_ms : int, default 2500
        The time to wait for a reply, in milliseconds.
    """

    def __init__(self, socket: zmq.Socket, timeout_ms: int = 2500) -> None:
        self._socket = socket
        self._socket.rcvtimeo = timeout_ms
        # without these options, a REQ that got no reply could not send again
        self._socket.req_relaxed = self._socket.req_correlate = True

    def count(self, text: bytes) -> int:
        """Return the number of words.

        Raises
        ------
        TimeoutError
            If there is no reply in time.
        ValueError
            If the service refuses the text.
        """
        self._socket.send(text)
        try:
            reply = self._socket.recv_json()
        except zmq.Again:
            raise TimeoutError("the word service does not reply") from None
        if "error" in reply:
            raise ValueError(reply["error"])
        return int(reply["words"])
