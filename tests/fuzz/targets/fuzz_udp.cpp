// udp://: datagrams received by DISH and DGRAM, groups and bodies sent by RADIO and DGRAM.

#include "fuzz_peer.hpp"

namespace
{
void send_part (fuzz::zmq_peer &peer, const std::string &body, const std::string &group, int flags)
{
    zmq_msg_t msg;
    zmq_msg_init_size (&msg, body.size ());
    memcpy (zmq_msg_data (&msg), body.data (), body.size ());
    if (!group.empty ())
        zmq_msg_set_group (&msg, group.c_str ());
    if (zmq_msg_send (&msg, peer.get (), flags | ZMQ_DONTWAIT) < 0)
        zmq_msg_close (&msg);
}
}

extern "C" int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    fuzz::input in (data, size);
    const uint8_t choice = in.byte ();
    const int type = choice & 1 ? ZMQ_DGRAM : ZMQ_DISH;

    fuzz::zmq_peer peer (type);
    if (choice & 2)
        peer.set (ZMQ_RCVHWM, 1);
    peer.prepare ();
    if (zmq_bind (peer.get (), "udp://127.0.0.1:*") != 0)
        fuzz::fail ("bind");
    const std::string endpoint = peer.last_endpoint ();

    if (choice & 4) {
        // Datagrams that libzmq itself sends.
        fuzz::zmq_peer sender (type == ZMQ_DISH ? ZMQ_RADIO : ZMQ_DGRAM);
        const int rc = type == ZMQ_DISH ? zmq_connect (sender.get (), endpoint.c_str ())
                                        : zmq_bind (sender.get (), "udp://127.0.0.1:*");
        if (rc != 0)
            fuzz::fail ("sender");
        for (int i = 0; i < 8 && !in.empty (); ++i) {
            std::string name = in.bytes (in.byte ());
            const std::string body (in.byte () << 8 | in.byte (), 'b');
            if (type == ZMQ_DISH)
                send_part (sender, body, name, 0);
            else {
                send_part (sender, in.byte () & 1 ? endpoint.substr (6) : name, "", ZMQ_SNDMORE);
                send_part (sender, body, "", in.byte () & 1 ? ZMQ_SNDMORE : 0);
            }
        }
        for (int i = 0; i < 10; ++i)
            peer.drain ();
        return 0;
    }

    const int fd = ::socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    address.sin_port =
      htons (static_cast<uint16_t> (atoi (endpoint.c_str () + endpoint.rfind (':') + 1)));
    for (int i = 0; i < 32 && !in.empty (); ++i) {
        std::string datagram = in.chunk ();
        if (choice & 8)
            datagram.resize (datagram.size () + 8200, 'x');
        sendto (fd, datagram.data (), datagram.size (), 0,
                reinterpret_cast<sockaddr *> (&address), sizeof address);
        if (i % 4 == 3)
            peer.drain ();
    }
    // When the last datagram arrives, the engine has processed the others. A full pipe may drop it,
    // so the wait is short.
    sendto (fd, "\1glast", 6, 0, reinterpret_cast<sockaddr *> (&address), sizeof address);
    zmq_pollitem_t item = {peer.get (), 0, ZMQ_POLLIN, 0};
    if (type == ZMQ_DGRAM)
        zmq_poll (&item, 1, 5);
    else
        usleep (200);
    peer.drain ();
    close (fd);
    return 0;
}
