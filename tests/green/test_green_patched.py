"""zmq.green in a separate process that gevent has monkey-patched."""

from __future__ import annotations

import pytest

pytest.importorskip("gevent", reason="zmq.green is for gevent: pip install gevent")


def test_patched_program(run_python):
    result = run_python(
        """
        from gevent import monkey
        monkey.patch_all()
        import threading, time
        import zmq.green as zmq

        with zmq.Context() as context:
            one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            other.bind("tcp://127.0.0.1:*")
            one.connect(other.last_endpoint.decode())
            received = []
            thread = threading.Thread(target=lambda: received.append(other.recv()))
            thread.start()
            time.sleep(0.01)
            one.send(b"x")
            thread.join(20)
            print(received)
        """
    )
    assert result.stdout == "[b'x']\n"


def test_stream_in_a_patched_program(run_python):
    pytest.importorskip("tornado", reason="ZMQStream runs in Tornado's loop: pip install tornado")
    result = run_python(
        """
        from gevent import monkey
        monkey.patch_all()
        import gevent
        import zmq.green as zmq
        from tornado.ioloop import IOLoop
        from zmq.green.eventloop.zmqstream import ZMQStream

        loop = IOLoop()
        with zmq.Context() as context:
            one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
            other.bind("tcp://127.0.0.1:*")
            one.connect(other.last_endpoint.decode())
            stream = ZMQStream(other, loop)

            def done(parts):
                print(parts)
                loop.stop()

            stream.on_recv(done)
            # runs while the loop waits
            gevent.spawn_later(0.05, one.send, b"x")
            loop.call_later(20, loop.stop)
            loop.start()
            stream.close()
        """
    )
    assert result.stdout == "[b'x']\n"
