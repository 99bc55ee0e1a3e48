// The replies of a SOCKS5 proxy, with and without a password.

#include "fuzz_peer.hpp"

extern "C" int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static fuzz::raw_listener listener;

    fuzz::input in (data, size);
    const uint8_t options = in.byte ();

    fuzz::zmq_peer peer (ZMQ_DEALER);
    peer.set (ZMQ_SOCKS_PROXY, listener.endpoint ("tcp").substr (6));
    if (options & 1) {
        peer.set (ZMQ_SOCKS_USERNAME, "user");
        peer.set (ZMQ_SOCKS_PASSWORD, "password");
    }
    if (zmq_connect (peer.get (), options & 2 ? "tcp://[::1]:1234" : "tcp://127.0.0.1:1234") != 0)
        return 0;
    const int fd = listener.accept ();
    if (fd < 0)
        return 0;

    fuzz::raw_peer raw (fd);
    raw.receive (3, peer);
    if (!(options & 4)) {
        raw.send (options & 1 ? "\5\2" : std::string ("\5\0", 2), peer);
        if (options & 1) {
            raw.receive (1 + 1 + 4 + 1 + 8, peer);
            raw.send (std::string ("\1\0", 2), peer);
        }
        raw.receive (options & 2 ? 22 : 10, peer);
    }
    raw.send (in.bytes (in.byte ()), peer);
    usleep (100);
    raw.send (in.bytes (in.byte ()), peer);
    usleep (100);
    raw.send (in.rest (), peer);
    raw.finish (peer);
    return 0;
}
