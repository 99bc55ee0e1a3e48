"""Authentication: a ZAP 1.0 handler for the NULL, PLAIN, CURVE and GSSAPI mechanisms.

Before libzmq accepts a client, it asks the ZAP handler of its context (ZeroMQ RFC 27). Start one of

- :class:`zmq.auth.thread.ThreadAuthenticator`, in a thread of its own, or
- :class:`zmq.auth.asyncio.AsyncioAuthenticator`, in an asyncio event loop,

then configure which clients it accepts:

.. code-block:: python

    auth = ThreadAuthenticator(context)
    auth.start()
    auth.configure_curve(location="authorized_clients")
    server = context.socket(zmq.REP)
    server.curve_secretkey = secret_key
    server.curve_server = True
    server.bind("tcp://*:9000")

Start the handler before the servers bind: while there is none, libzmq accepts all NULL and CURVE
clients. A NULL server asks the handler only if its :attr:`zmq.ZAP_DOMAIN` is set; PLAIN, CURVE and
GSSAPI servers always ask.
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
