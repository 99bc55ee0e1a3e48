"""Names that programs use although PyZMQ documents them nowhere."""

from __future__ import annotations

import errno
import json

import pytest

import zmq
import zmq.asyncio
import zmq.backend.cython
import zmq.error
import zmq.ssh
import zmq.sugar


@pytest.mark.parametrize(
    "expression",
    [
        "zmq.utils",
        "zmq.utils.jsonapi.dumps",
        "zmq.utils.jsonapi.jsonmod",
        "zmq.utils.interop",
        "zmq.error.EINTR",
        "zmq.backend.cython.Socket",
        "zmq.sugar.error.ZMQError",
        "zmq._future._AsyncSocket",
    ],
)
def test_bare_import_is_enough(run_python, expression):
    assert run_python(f"import zmq; {expression}; print('there')").stdout == "there\n"


def test_error_module_has_eintr():
    assert zmq.error.EINTR == errno.EINTR


def test_jsonapi_names_its_json_module():
    assert zmq.utils.jsonapi.jsonmod is json


def test_unknown_names_are_attribute_errors():
    for module in (zmq, zmq.utils):
        with pytest.raises(AttributeError, match="no_such_name"):
            module.no_such_name  # noqa: B018


@pytest.mark.parametrize("name", zmq.backend.__all__)
def test_compiled_backend_has_the_names_of_backend(name):
    assert getattr(zmq.backend.cython, name) is getattr(zmq.backend, name)


def test_map_of_a_poller(context):
    sockets = [context.socket(zmq.PAIR) for _ in range(3)]
    poller = zmq.Poller()
    for socket in sockets:
        poller.register(socket)
    poller.unregister(sockets[0])
    assert poller._map == {sockets[1]: 0, sockets[2]: 1}
    poller._map = {}
    assert poller._map == {}
    with pytest.raises(AttributeError, match="'Poller' object has no attribute 'other'"):
        poller.other  # noqa: B018
    for socket in sockets:
        socket.close()


def test_ssh_has_its_forwarder():
    assert zmq.ssh.forward.forward_tunnel
    assert zmq.ssh.forward.Handler


@pytest.mark.parametrize(
    ("kind", "addr"), [("bind", "tcp://127.0.0.1:*"), ("connect", "tcp://127.0.0.1:9")]
)
def test_endpoint_of_bind_and_connect(context, kind, addr):
    socket = context.socket(zmq.PUSH)
    made = getattr(socket, kind)(addr)
    assert made.kind == kind
    assert made.socket is socket
    assert made.addr == socket.last_endpoint.decode()


def test_subclass_of_the_async_socket(context):
    from zmq._future import _AsyncPoller, _AsyncSocket

    class Mine(_AsyncSocket):
        pass

    socket = Mine(context, zmq.PULL)
    assert isinstance(socket, zmq.asyncio.Socket)
    assert issubclass(_AsyncPoller, zmq.Poller)
    socket.close()
