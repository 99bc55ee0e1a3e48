"""The ZAP handler that the authenticators for threads and event loops share."""

from __future__ import annotations

import asyncio
import hmac
import inspect
import ipaddress
import logging
import os
import re
import threading
from collections.abc import Awaitable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from warnings import warn

import zmq
from zmq.auth.certs import load_certificates
from zmq.error import ZMQError
from zmq.utils import z85

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["CURVE_ALLOW_ANY", "Authenticator"]

CURVE_ALLOW_ANY = "*"
"""A `location` for :meth:`Authenticator.configure_curve` that accepts every CURVE client."""

_ZAP_ENDPOINT = "inproc://zeromq.zap.01"
_VERSION = b"1.0"
# version, request id, domain, address, routing id, mechanism; then the credentials
_FRAMES_BEFORE_CREDENTIALS = 6
_CURVE_KEY_SIZE = 32
_IPC_ADDRESS = re.compile(r"localhost:\d+:\d+:\d+")

_OK = b"200"
_TEMPORARY_ERROR = b"300"
_REFUSED = b"400"
_INTERNAL_ERROR = b"500"
# status, text, user id, metadata
_STOPPING = (_TEMPORARY_ERROR, b"Handler is stopping", b"", b"")


class CredentialsProvider(Protocol):
    """The argument of :meth:`Authenticator.configure_curve_callback`."""

    def callback(self, domain: str, key: bytes) -> bool | Awaitable[bool]:
        """Return whether the owner of a public key (40 bytes of Z85) may connect."""
        ...


class _Verdict(NamedTuple):
    status: bytes
    text: str
    user_id: str = ""


def _refuse(text: str) -> _Verdict:
    return _Verdict(_REFUSED, text)


class Authenticator:
    """The base class of ZAP 1.0 handlers.

    :meth:`handle_zap_message` replies to a request; subclasses receive the requests from
    ``zap_socket``: see
    :class:`zmq.auth.thread.ThreadAuthenticator` and
    :class:`zmq.auth.asyncio.AsyncioAuthenticator`.

    Used as a context manager, it starts at the beginning of the block and stops at the end.

    Parameters
    ----------
    context : zmq.Context, optional
        The context whose servers ask this authenticator; by default
        :meth:`zmq.Context.instance`. A context can have one authenticator.
    encoding : str, default "utf-8"
        The encoding of user names and passwords.
    log : logging.Logger, optional
        The logger for refusals (INFO) and invalid requests (ERROR); by default ``zmq.auth``. It
        never logs passwords.

    Notes
    -----
    The methods named ``configure_*``, :meth:`allow` and :meth:`deny` may be called in any thread
    and at any time. They apply to clients that connect afterwards; connected clients stay
    connected.

    *Domains*: a server sends its :attr:`zmq.ZAP_DOMAIN` with each request. The configuration for
    ``"*"`` applies to servers without a domain; a server with a domain needs a configuration for
    that domain.

    Without any configuration, NULL and GSSAPI clients are accepted, and PLAIN and CURVE
    clients are refused.

    .. versionadded:: 14.1
    """

    context: zmq.Context[Any]
    encoding: str
    allow_any: bool
    """True if every CURVE client is accepted."""
    credentials_providers: dict[str, Any]
    """The credentials providers that decide on CURVE keys, by domain."""
    zap_socket: zmq.Socket[bytes]
    """The REP socket that libzmq sends requests to; None unless started."""
    passwords: dict[str, dict[str, str]]
    """For each domain, the passwords by user name."""
    certs: dict[str, dict[bytes, bool]]
    """For each domain, the public keys of the accepted CURVE clients."""
    log: Any
    _unanswered: bytes | None  # the id of the request that is being handled
    _allowed: set[str]
    _denied: set[str]

    def __init__(
        self,
        context: zmq.Context[Any] | None = None,
        encoding: str = "utf-8",
        log: Any = None,
    ) -> None:
        self.context = context or zmq.Context.instance()
        self.encoding = encoding
        self.allow_any = False
        self.credentials_providers = {}
        self.zap_socket = None  # type: ignore[assignment]
        self._unanswered = None
        self._allowed = set()
        self._denied = set()
        self.passwords = {}
        self.certs = {}
        self.log = log or logging.getLogger("zmq.auth")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Become the ZAP handler of the context.

        Raises
        ------
        ZMQError
            EADDRINUSE if the context already has a handler.

        Notes
        -----
        Binds ``inproc://zeromq.zap.01``.
        """
        # A plain socket, even if the context creates sockets of another class.
        socket: zmq.Socket[bytes] = self.context.socket(zmq.REP, socket_class=zmq.Socket)
        try:
            socket.linger = 1
            socket.bind(_ZAP_ENDPOINT)
        except ZMQError as error:
            socket.close(0)
            if error.errno != zmq.EADDRINUSE:
                raise
            raise ZMQError(
                error.errno,
                f"{error}: the context has an authenticator already, which serves all its sockets:"
                " configure that one, or stop() it first",
            ) from None
        except BaseException:
            socket.close(0)
            raise
        self.zap_socket = socket
        self.log.debug("Started")

    def stop(self) -> None:
        """Stop being the ZAP handler; :meth:`start` works again afterwards.

        The configuration stays. Clients that wait for a reply get a temporary error, so they
        connect again.
        """
        socket, self.zap_socket = self.zap_socket, None  # type: ignore[assignment]
        if socket is None:
            return
        # A program may start another handler at once, but close() would free the endpoint only
        # some time later.
        with suppress(ZMQError):
            socket.unbind(_ZAP_ENDPOINT)
        with suppress(ZMQError):  # EAGAIN: there are no more requests
            if self._unanswered is not None:
                socket.send_multipart([_VERSION, self._unanswered, *_STOPPING])
            while True:
                request_id = _request_id(socket.recv_multipart(zmq.DONTWAIT))
                socket.send_multipart([_VERSION, request_id, *_STOPPING])
        self._unanswered = None
        socket.close()

    # ------------------------------------------------------------------ configuration

    # The methods below replace the dicts and sets of the configuration instead of changing them,
    # because the handler may be reading them in another thread.

    def allow(self, *addresses: str) -> None:
        """Accept clients from these addresses only.

        These clients must also pass the check of their mechanism.

        Parameters
        ----------
        *addresses : str
            IPv4 or IPv6 addresses; networks and host names are not possible. Each call adds to the
            addresses of earlier calls. The address of a client over ipc is
            ``"localhost:UID:GID:PID"`` on systems that provide these numbers, such as Linux. The
            authenticator logs a warning about a text that is not an address.

        Raises
        ------
        TypeError
            If an address is not a str.
        ValueError
            If :meth:`deny` was called: use only one of the two.
        """
        added = _addresses(addresses)
        if self._denied:
            raise ValueError(
                "Only use allow or deny, not both: deny() was called, so all clients are accepted "
                "except those from the denied addresses"
            )
        self._warn_of_no_addresses("allow", added)
        self.log.debug("Allowing %s", ", ".join(addresses))
        self._allowed = self._allowed | added

    def deny(self, *addresses: str) -> None:
        """Refuse the clients from these addresses.

        Parameters
        ----------
        *addresses : str
            See :meth:`allow`.

        Raises
        ------
        TypeError
            If an address is not a str.
        ValueError
            If :meth:`allow` was called: use only one of the two.
        """
        added = _addresses(addresses)
        if self._allowed:
            raise ValueError(
                "Only use allow or deny, not both: allow() was called, so only clients from the "
                "allowed addresses are accepted"
            )
        self._warn_of_no_addresses("deny", added)
        self.log.debug("Denying %s", ", ".join(addresses))
        self._denied = self._denied | added

    def _warn_of_no_addresses(self, method: str, addresses: set[str]) -> None:
        for address in sorted(addresses):
            if not (_IPC_ADDRESS.fullmatch(address) or _is_ip(address)):
                self.log.warning(
                    "%s(%r) matches no client: expected an IPv4 or IPv6 address, or "
                    "localhost:UID:GID:PID for ipc",
                    method,
                    address,
                )

    def configure_plain(self, domain: str = "*", passwords: dict[str, str] | None = None) -> None:
        """Set the users of PLAIN servers.

        PLAIN sends passwords unencrypted: use it only on trusted networks.

        Parameters
        ----------
        domain : str, default "*"
            The ZAP domain of the servers; ``"*"`` for servers without a domain.
        passwords : dict of str to str, optional
            The password of each user. This dict replaces that of an earlier call. None or an empty
            dict changes nothing.
        """
        _warn_of_domain(domain)
        if passwords:
            if not all(isinstance(one, str) for pair in passwords.items() for one in pair):
                warn(
                    "users and passwords of PLAIN must be str: bytes never match, so the client "
                    "is refused",
                    RuntimeWarning,
                    stacklevel=2,
                )
            self.passwords = {**self.passwords, domain: dict(passwords)}
        self.log.debug("Configured PLAIN for domain %r", domain)

    def configure_curve(self, domain: str = "*", location: str | os.PathLike[str] = ".") -> None:
        """Set the accepted clients of CURVE servers, by their certificates.

        The call reads the folder only once: call again after you add or remove a file.

        Parameters
        ----------
        domain : str, default "*"
            The ZAP domain of the servers; ``"*"`` for servers without a domain.
        location : str or path, default "."
            The folder that holds the public certificates (``*.key``) of the clients. Or
            :data:`CURVE_ALLOW_ANY`, to accept every CURVE client in every domain, until the next
            call with a folder.

        Notes
        -----
        If the folder cannot be read, or contains a file that is not a certificate, the
        authenticator logs an error and changes nothing. It logs a warning about a folder without
        certificates. It ignores certificates after a call of :meth:`configure_curve_callback`.
        """
        _warn_of_domain(domain)
        self.log.debug("Configuring CURVE for domain %r from %s", domain, location)
        if location == CURVE_ALLOW_ANY:
            self.allow_any = True
            return
        self.allow_any = False
        try:
            certs = load_certificates(location)
        except (OSError, ValueError) as error:
            self.log.error("Failed to load CURVE certs from %s: %s", location, error)
        else:
            if not certs:
                self.log.warning(
                    "No certificates (*.key) in %s: all CURVE clients of domain %r are refused",
                    location,
                    domain,
                )
            self.certs = {**self.certs, domain: certs}

    def configure_curve_callback(
        self, domain: str = "*", credentials_provider: CredentialsProvider | None = None
    ) -> None:
        """Set the object that decides on the clients of CURVE servers.

        Parameters
        ----------
        domain : str, default "*"
            The ZAP domain of the servers; ``"*"`` for servers without a domain.
        credentials_provider : object
            Its method ``callback(domain, key)`` gets the domain, a str, and the client's public
            key, 40 bytes of Z85. It returns True to accept the client, otherwise False, or an
            awaitable of that result. If it raises, the authenticator refuses the client and logs
            the error. The authenticator handles one request at a time, so the callback should be
            quick. Passing None instead of an object logs an error and changes nothing.

        Raises
        ------
        TypeError
            If there is no such method.

        Notes
        -----
        Afterwards the authenticator ignores certificates, in all domains.

        .. versionadded:: 17
        .. versionchanged:: 24
            The callback may be asynchronous.
        """
        self.allow_any = False
        _warn_of_domain(domain)
        if credentials_provider is None:
            self.log.error("None credentials_provider provided for domain:%s", domain)
            return
        if not callable(getattr(credentials_provider, "callback", None)):
            raise TypeError(
                "credentials_provider must have a method callback(domain, key), got "
                f"{type(credentials_provider).__name__}"
            )
        self.credentials_providers = {**self.credentials_providers, domain: credentials_provider}

    def configure_gssapi(self, domain: str = "*", location: str | None = None) -> None:
        """Do nothing: every client that GSSAPI has authenticated is accepted.

        Parameters
        ----------
        domain : str, default "*"
            The ZAP domain of the servers; not used.
        location : str, optional
            Not used.
        """
        self.log.debug("GSSAPI needs no configuration (domain %r)", domain)

    def curve_user_id(self, client_public_key: bytes) -> str:
        """Return the user id of a CURVE client; subclasses may override this.

        Servers read it from a message: ``frame["User-Id"]``.

        Parameters
        ----------
        client_public_key : bytes
            32 bytes.

        Returns
        -------
        str
            The key as 40 characters of Z85.

        .. versionadded:: 16.0
        """
        return z85.encode(client_public_key).decode("ascii")

    # ------------------------------------------------------------------ requests

    async def handle_zap_message(self, msg: list[bytes]) -> None:
        """Reply to a request that was received from ``zap_socket``.

        Every request gets a reply, even if it is invalid (status 400) or a callback raises
        (status 500).

        Parameters
        ----------
        msg : list of bytes
            The parts of the request, as :meth:`zmq.Socket.recv_multipart` returns them.
        """
        request_id = self._unanswered = _request_id(msg)
        try:
            verdict = await self._judge(msg)
            reply = [*verdict[:1], verdict.text.encode(), verdict.user_id.encode(self.encoding)]
        except asyncio.CancelledError:
            # The authenticator is being stopped: without a reply the client would hang.
            self._reply(request_id, *_STOPPING[:3])
            raise
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            in_main_thread = threading.current_thread() is threading.main_thread()
            if in_main_thread and not isinstance(error, Exception):
                raise
            # SystemExit would end only the authenticator's thread, not the program, and clients
            # would get no reply any more.
            self.log.exception("Could not reply to a ZAP request")
            reply = [_INTERNAL_ERROR, b"Internal error", b""]
        self._reply(request_id, *reply)

    async def _judge(self, msg: list[bytes]) -> _Verdict:
        if len(msg) < _FRAMES_BEFORE_CREDENTIALS:
            self.log.error(
                "Invalid ZAP message, not enough frames: %d, expected at least %d",
                len(msg),
                _FRAMES_BEFORE_CREDENTIALS,
            )
            return _refuse("Not enough frames")
        version, request_id, raw_domain, raw_address, routing_id, mechanism = msg[:6]
        credentials = msg[6:]
        if version != _VERSION:
            self.log.error("Invalid ZAP version: %.100r, expected %r", version, _VERSION)
            return _refuse("Invalid version")
        domain = raw_domain.decode(self.encoding, "replace") or "*"
        address = raw_address.decode(self.encoding, "replace")
        self.log.debug(
            "Request %.100r: domain %.300r, address %.100r, routing id %.300r, mechanism %.100r",
            request_id,
            domain,
            address,
            routing_id,
            mechanism,
        )
        verdict = self._judge_address(address)
        if verdict is None:
            verdict = await self._judge_mechanism(mechanism, domain, credentials)
        if verdict.status == _OK:
            self.log.debug("ALLOWED (%.100r) user id %r", mechanism, verdict.user_id)
        else:
            self.log.info("DENIED %.100r (%.100r): %s", address, mechanism, verdict.text)
        return verdict

    def _judge_address(self, address: str) -> _Verdict | None:
        allowed, denied = self._allowed, self._denied
        if allowed and _canonical(address) not in allowed:
            return _refuse("Address not allowed")
        if denied and _canonical(address) in denied:
            return _refuse("Address denied")
        return None

    async def _judge_mechanism(
        self, mechanism: bytes, domain: str, credentials: list[bytes]
    ) -> _Verdict:
        expected = {b"NULL": 0, b"PLAIN": 2, b"CURVE": 1, b"GSSAPI": 1}.get(mechanism)
        if expected is None:
            self.log.error("Unknown ZAP mechanism: %.100r", mechanism)
            return _refuse("NO ACCESS")
        if len(credentials) != expected:
            self.log.error(
                "Invalid %s credentials: %d frames, expected %d",
                mechanism.decode(),
                len(credentials),
                expected,
            )
            return _refuse("Invalid credentials")
        if mechanism == b"PLAIN":
            return self._judge_plain(domain, *credentials)
        if mechanism == b"CURVE":
            return await self._judge_curve(domain, credentials[0])
        if mechanism == b"GSSAPI":
            return self._judge_gssapi(credentials[0])
        return _Verdict(_OK, "OK", "anonymous")

    def _judge_plain(self, domain: str, raw_user: bytes, password: bytes) -> _Verdict:
        if not self.passwords:
            return _refuse("No passwords defined")
        users = self.passwords.get(domain)
        if users is None:
            return _refuse("Invalid domain")
        try:
            user = raw_user.decode(self.encoding)
            expected = users[user]
        except (UnicodeDecodeError, KeyError):
            return _refuse("Invalid username")
        # The time of the comparison must not reveal how much of a guess was right.
        if not hmac.compare_digest(expected.encode(self.encoding), password):
            return _refuse("Invalid password")
        return _Verdict(_OK, "OK", user)

    async def _judge_curve(self, domain: str, key: bytes) -> _Verdict:
        if len(key) != _CURVE_KEY_SIZE:
            self.log.error(
                "Invalid CURVE credentials: a key of %d bytes, expected %d",
                len(key),
                _CURVE_KEY_SIZE,
            )
            return _refuse("Invalid credentials")
        providers, certs = self.credentials_providers, self.certs
        if not self.allow_any:
            if domain not in (providers or certs):
                return _refuse("Unknown domain")
            z85_key = z85.encode(key)
            known: Any
            if providers:
                known = providers[domain].callback(domain, z85_key)
                if inspect.isawaitable(known):
                    known = await _outcome(known)
            else:
                known = certs[domain].get(z85_key)
            if not known:
                return _refuse("Unknown key")
        return _Verdict(_OK, "OK", self.curve_user_id(key))

    def _judge_gssapi(self, principal: bytes) -> _Verdict:
        try:
            return _Verdict(_OK, "OK", principal.decode(self.encoding))
        except UnicodeDecodeError:
            self.log.error(
                "Invalid GSSAPI credentials: the principal is not %s: %.100r",
                self.encoding,
                principal,
            )
            return _refuse("Invalid credentials")

    def _reply(self, request_id: bytes, status: bytes, text: bytes, user_id: bytes) -> None:
        socket = self.zap_socket
        if socket is None:
            return  # the authenticator was stopped: no reply is needed
        metadata = b""
        self._unanswered = None
        try:
            socket.send_multipart([_VERSION, request_id, status, text, user_id, metadata])
        except ZMQError as error:
            self.log.error("Could not reply to ZAP request %.100r: %s", request_id, error)


def _request_id(request: list[bytes]) -> bytes:
    return request[1] if len(request) > 1 else b""


def _warn_of_domain(domain: object) -> None:
    if not isinstance(domain, str):
        warn(
            f"the domain of an authenticator must be a str, got {domain!r}: a domain of another"
            " type matches no server, so the clients of this domain are refused (only the socket"
            " option zap_domain takes bytes)",
            RuntimeWarning,
            stacklevel=3,
        )


def _addresses(addresses: tuple[str, ...]) -> set[str]:
    for address in addresses:
        if not isinstance(address, str):
            raise TypeError(f"addresses must be str, got {type(address).__name__}: {address!r}")
    return {_canonical(address) for address in addresses}


def _is_ip(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


async def _outcome(awaitable: Awaitable[Any]) -> Any:
    """Await a callback's result in a task of its own, in case the callback cancels its task."""

    async def ask() -> tuple[Any, BaseException | None]:
        try:
            return await awaitable, None
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            # SystemExit in a task would end the loop before the reply is sent.
            return None, error

    task = asyncio.ensure_future(ask())
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
    if task.cancelled():
        raise RuntimeError("the callback was cancelled")
    answer, error = task.result()
    if error is not None:
        raise error
    return answer


def _canonical(address: str) -> str:
    """Normalize an address, so that addresses can be compared.

    A server that listens on IPv6 sees IPv4 clients with addresses such as ``::ffff:127.0.0.1``. A
    denied IPv4 address must also match such an address.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(parsed)
