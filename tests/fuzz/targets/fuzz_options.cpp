// Socket options with hostile values and sizes. The input selects the types of two sockets and sets
// their options. Then the target binds one, connects the other, and lets both send messages.

#include "fuzz_peer.hpp"

#include <algorithm>

namespace
{
// False for options that would affect more than the process, or make an input hang.
bool is_harmless (int option, const std::string &value)
{
    switch (option) {
        case ZMQ_IN_BATCH_SIZE:
        case ZMQ_OUT_BATCH_SIZE: {
            // Each connection allocates this number of bytes; libFuzzer limits an allocation.
            int bytes = 0;
            memcpy (&bytes, value.data (), std::min (value.size (), sizeof bytes));
            return bytes <= 1 << 24;
        }
        case ZMQ_USE_FD:
        case ZMQ_LINGER:
        case ZMQ_RCVTIMEO:
        case ZMQ_SNDTIMEO:
        case ZMQ_BINDTODEVICE:
        case ZMQ_SOCKS_PROXY:
        case ZMQ_RECONNECT_IVL:
        case ZMQ_HANDSHAKE_IVL:
            return false;
        default:
            return true;
    }
}
}

extern "C" int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static unsigned counter = 0;
    static const char *const transports[] = {"inproc", "ipc", "tcp", "ws"};

    fuzz::input in (data, size);
    const uint8_t types = in.byte ();
    const uint8_t other = in.byte ();
    const size_t transport = in.below (4);

    fuzz::zmq_peer bound (fuzz::socket_type (types));
    fuzz::zmq_peer connected (fuzz::socket_type (other));
    for (int i = 0; i < 16 && !in.empty (); ++i) {
        fuzz::zmq_peer &peer = in.byte () & 1 ? bound : connected;
        const int option = in.byte ();
        const std::string value = in.chunk ();
        if (is_harmless (option, value))
            zmq_setsockopt (peer.get (), option, value.data (), value.size ());
        char answer[300];
        size_t space = in.byte ();
        zmq_getsockopt (peer.get (), option, answer, &space);
    }
    bound.set (ZMQ_LINGER, 0);
    connected.set (ZMQ_LINGER, 0);

    std::string name;
    if (transport == 0)
        name = "inproc://fuzz-" + std::to_string (++counter);
    else if (transport == 1)
        name = "ipc://@fuzz-options-" + std::to_string (getpid ()) + "-"
               + std::to_string (++counter);
    else
        name = std::string (transports[transport]) + "://127.0.0.1:*";
    if (zmq_bind (bound.get (), name.c_str ()) != 0)
        return 0;
    if (transport > 1)
        name = bound.last_endpoint ();
    if (zmq_connect (connected.get (), name.c_str ()) != 0)
        return 0;
    for (int i = 0; i < 3; ++i) {
        connected.prepare ();
        bound.prepare ();
        usleep (100);
        connected.speak ();
        bound.speak ();
        connected.drain ();
        bound.drain ();
    }
    return 0;
}
