"""Statistics, peers and events of sockets."""

import asyncio

from typing_extensions import assert_type

import zmq
import zmq.asyncio
import zmq.metrics


def main() -> None:
    with zmq.Context() as context, context.socket(zmq.PUSH) as push:
        with push.events(timeout=0) as events:
            assert_type(events, zmq.EventStream)
            push.bind("inproc://inside")
            for event in events:
                assert_type(event, zmq.SocketEvent)
                assert_type(event.error, str)
        assert_type(push.events & zmq.POLLIN, int)
        stats = push.stats()
        assert_type(stats, zmq.SocketStats)
        assert_type(stats.dropped.total, int)
        assert_type(stats.refused.socket_type, int)
        for peer in push.peers():
            assert_type(peer, zmq.PeerInfo)
            assert_type(peer.state, zmq.PeerState)
            assert_type(peer.routing_id, bytes | int | None)
        for info in context.sockets():
            assert_type(info, zmq.SocketInfo)
            assert_type(info.made_at, str)
        assert_type(zmq.metrics.openmetrics([push]), str)
    asyncio.run(watch())


async def watch() -> None:
    with zmq.asyncio.Context() as context, context.socket(zmq.PUSH) as push:
        assert_type(push.stats(), zmq.SocketStats)
        async with push.events(timeout=0) as events:
            assert_type(events, zmq.AsyncEventStream)
            push.bind("inproc://async-inside")
            async for event in events:
                assert_type(event, zmq.SocketEvent)


if __name__ == "__main__":
    main()
