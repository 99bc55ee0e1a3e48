// ZMTP 1.0 to 3.1 with NULL and PLAIN: greetings, handshakes, commands and messages of a peer, for
// every socket type, accepted or connected.

#include "fuzz_peer.hpp"

namespace
{
std::string greeting (int minor, const char *mechanism, bool as_server)
{
    std::string text ("\xff\0\0\0\0\0\0\0\x01\x7f", 10);
    text += '\3';
    text += static_cast<char> (minor);
    text.append (mechanism).resize (12 + 20);
    text += static_cast<char> (as_server);
    text.resize (64);
    return text;
}

std::string command (const std::string &body)
{
    if (body.size () <= 255)
        return std::string ("\4") + static_cast<char> (body.size ()) + body;
    std::string size (8, '\0');
    for (size_t i = 0, n = body.size (); i < 8; ++i, n >>= 8)
        size[7 - i] = static_cast<char> (n & 255);
    return "\6" + size + body;
}

std::string property (const std::string &name, const std::string &value)
{
    std::string text (1, static_cast<char> (name.size ()));
    text += name;
    text.append (3, '\0');
    text += static_cast<char> (value.size ());
    return text + value;
}
}

extern "C" int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static fuzz::raw_listener listener;

    fuzz::input in (data, size);
    const uint8_t type = in.byte ();
    const uint8_t role = in.byte ();
    const uint8_t prefix = in.byte ();
    const uint8_t options = in.byte ();

    fuzz::zmq_peer peer (type >= 0xf0 ? ZMQ_STREAM : fuzz::socket_type (type));
    const bool connects = role & 1;
    const bool plain = role & 2;
    if (plain && connects) {
        peer.set (ZMQ_PLAIN_USERNAME, "user");
        peer.set (ZMQ_PLAIN_PASSWORD, "password");
    } else if (plain)
        peer.set (ZMQ_PLAIN_SERVER, 1);
    else if (role & 4)
        peer.set (ZMQ_ZAP_DOMAIN, "domain");
    if (options & 1)
        peer.set (ZMQ_RCVHWM, 1);
    if (options & 2)
        peer.set (ZMQ_ROUTER_NOTIFY, ZMQ_NOTIFY_CONNECT | ZMQ_NOTIFY_DISCONNECT);
    if (options & 4) {
        peer.set (ZMQ_HELLO_MSG, "hello");
        peer.set (ZMQ_DISCONNECT_MSG, "bye");
    }
    if (options & 8)
        peer.set (ZMQ_HEARTBEAT_IVL, 1);
    if (options & 16) {
        peer.set (ZMQ_XPUB_MANUAL, 1);
        peer.set (ZMQ_ROUTER_HANDOVER, 1);
    }
    if (options & 32)
        peer.set (ZMQ_CONFLATE, 1);
    if (options & 64)
        peer.set (ZMQ_ROUTING_ID, "routing id");
    if (options & 128)
        peer.set (ZMQ_PROBE_ROUTER, 1);
    peer.prepare ();

    int fd;
    if (connects) {
        if (zmq_connect (peer.get (), listener.endpoint ("tcp").c_str ()) != 0)
            return 0;
        fd = listener.accept ();
        if (fd < 0)
            return 0;
    } else {
        if (zmq_bind (peer.get (), "tcp://127.0.0.1:*") != 0)
            fuzz::fail ("bind");
        fd = fuzz::connect_tcp (peer.last_endpoint ());
    }

    fuzz::raw_peer raw (fd);
    const std::string ready = property ("Socket-Type", fuzz::peer_type (peer.type ()))
                              + property ("Identity", "id");
    switch (prefix % 6) {
        case 1:
            raw.send (greeting (1, plain ? "PLAIN" : "NULL", plain && connects), peer);
            break;
        case 2:
        case 3: {
            raw.send (greeting (prefix % 6 == 2, plain ? "PLAIN" : "NULL", plain && connects),
                      peer);
            if (!plain)
                raw.send (command ("\5READY" + ready), peer);
            else if (connects) {
                raw.send (command ("\7WELCOME"), peer);
                raw.receive (64 + 2 + 20, peer);
                raw.send (command ("\5READY" + ready), peer);
            } else {
                raw.send (command ("\5HELLO\4user\10password"), peer);
                raw.receive (64 + 2 + 8, peer);
                raw.send (command ("\10INITIATE" + ready), peer);
            }
            break;
        }
        case 4:
            raw.send (std::string ("\xff\0\0\0\0\0\0\0\1\x7f\1\x05\0\0", 14), peer);
            break;
        case 5:
            raw.send (std::string ("\1\0", 2), peer);
            break;
    }

    raw.send (in.chunk (), peer);
    peer.speak ();
    peer.drain ();
    if (type & 0x20)
        raw.receive (1 << 16, peer, 2);
    raw.send (in.rest (), peer);
    if (role & 0x40)
        raw.reset (peer);
    else
        raw.finish (peer);
    return 0;
}
