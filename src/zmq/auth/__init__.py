"""Who may connect: a ZAP 1.0 handler for the NULL, PLAIN, CURVE and GSSAPI mechanisms.

libzmq asks the handler of its context (ZeroMQ RFC 27) before it lets a client in. Start one of

- :class:`zmq.auth.thread.ThreadAuthenticator`, in a thread of its own, or
- :class:`zmq.auth.asyncio.AsyncioAuthenticator`, in an asyncio event loop,

then say who is let in:

.. code-block:: python

    auth = ThreadAuthenticator(context)
    auth.start()
    auth.configure_curve(location="authorized_clients")
    server = context.socket(zmq.REP)
    server.curve_secretkey = secret_key
    server.curve_server = True
    server.bind("tcp://*:9000")

Start it before the servers bind: while there is no handler, libzmq lets NULL and CURVE clients
in unasked. Only sockets whose mechanism is PLAIN, CURVE or GSSAPI, or that have set
:attr:`zmq.ZAP_DOMAIN`, ask at all.
"""

from __future__ import annotations

from zmq.auth.base import CURVE_ALLOW_ANY, Authenticator
from zmq.auth.certs import create_certificates, load_certificate, load_certificates

__all__ = [
    "CURVE_ALLOW_ANY",
    "Authenticator",
    "create_certificates",
    "load_certificate",
    "load_certificates",
]
