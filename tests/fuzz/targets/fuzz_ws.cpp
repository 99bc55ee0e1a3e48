// ws://: the HTTP upgrade and the frames, of a client or of a server.

#include "fuzz_peer.hpp"

extern "C" int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static fuzz::raw_listener listener;
    static const char *const protocols[] = {"ZWS2.0", "ZWS2.0/NULL", "ZWS2.0/PLAIN"};

    fuzz::input in (data, size);
    const uint8_t type = in.byte ();
    const uint8_t role = in.byte ();
    const uint8_t options = in.byte ();

    fuzz::zmq_peer peer (fuzz::socket_type (type));
    const bool connects = role & 1;
    const size_t protocol = (role >> 1) % 3;
    if (protocol == 2 && connects) {
        peer.set (ZMQ_PLAIN_USERNAME, "user");
        peer.set (ZMQ_PLAIN_PASSWORD, "password");
    } else if (protocol == 2)
        peer.set (ZMQ_PLAIN_SERVER, 1);
    if (options & 1)
        peer.set (ZMQ_RCVHWM, 1);
    if (options & 2)
        peer.set (ZMQ_HEARTBEAT_IVL, 1);
    if (options & 4)
        peer.set (ZMQ_HELLO_MSG, "hello");
    if (options & 8)
        peer.set (ZMQ_ROUTING_ID, "routing id");
    peer.prepare ();

    int fd;
    if (connects) {
        if (zmq_connect (peer.get (), (listener.endpoint ("ws") + "/a/path").c_str ()) != 0)
            return 0;
        fd = listener.accept ();
        if (fd < 0)
            return 0;
    } else {
        if (zmq_bind (peer.get (), "ws://127.0.0.1:*") != 0)
            fuzz::fail ("bind");
        fd = fuzz::connect_tcp (peer.last_endpoint ());
    }

    fuzz::raw_peer raw (fd);
    if (role & 0x80) {
        // The upgrade also comes from the input.
    } else if (connects)
        raw.send (std::string ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n"
                               "Sec-WebSocket-Protocol: ")
                    + protocols[protocol] + "\r\n\r\n",
                  peer);
    else
        raw.send (std::string ("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\n"
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                               "Sec-WebSocket-Protocol: x, ")
                    + protocols[protocol] + "\r\nSec-WebSocket-Version: 13\r\n\r\n",
                  peer);

    raw.send (in.chunk (), peer);
    peer.speak ();
    peer.drain ();
    raw.send (in.rest (), peer);
    if (role & 0x40)
        raw.reset (peer);
    else
        raw.finish (peer);
    return 0;
}
