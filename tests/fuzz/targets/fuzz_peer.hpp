// The code that the fuzz targets share: one context, a libzmq socket, and a raw peer that sends the
// input.
//
// A target uses a real socket over a loopback transport instead of an engine alone. So it can
// find any failed assertion, leak or bad access that a peer can cause, in any thread.

#pragma once

#ifndef ZMQ_BUILD_DRAFT_API // libzmq's own headers may have defined it
#define ZMQ_BUILD_DRAFT_API
#endif
#include <zmq.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <vector>

// libzmq's radix tree stores pointers at odd addresses. The leak sanitizer finds them there only
// with this option.
extern "C" const char *__lsan_default_options ()
{
    return "use_unaligned=1";
}

namespace fuzz
{
// One I/O thread, for all inputs: making a context costs more than an input.
inline void *context ()
{
    static void *ctx = zmq_ctx_new ();
    return ctx;
}

[[noreturn]] inline void fail (const char *what)
{
    fprintf (stderr, "fuzz target: %s: %s\n", what, zmq_strerror (errno));
    _exit (77);
}

inline int64_t now_ms ()
{
    timespec ts;
    clock_gettime (CLOCK_MONOTONIC, &ts);
    return int64_t (ts.tv_sec) * 1000 + ts.tv_nsec / 1000000;
}

// Takes values from the front of the input; returns zeros at the end of the input.
class input
{
  public:
    input (const uint8_t *data, size_t size) : _data (data), _size (size) {}

    uint8_t byte ()
    {
        if (_size == 0)
            return 0;
        --_size;
        return *_data++;
    }

    size_t below (size_t limit) { return byte () % limit; }

    // Up to `size` bytes.
    std::string bytes (size_t size)
    {
        size = size < _size ? size : _size;
        std::string taken (reinterpret_cast<const char *> (_data), size);
        _data += size;
        _size -= size;
        return taken;
    }

    // A length of two bytes, then that many bytes.
    std::string chunk ()
    {
        const size_t high = byte ();
        return bytes (high << 8 | byte ());
    }

    std::string rest () { return bytes (_size); }
    bool empty () const { return _size == 0; }

  private:
    const uint8_t *_data;
    size_t _size;
};

// Replies to the authentication requests of PLAIN and CURVE servers: accepts all clients.
class zap_handler
{
  public:
    static zap_handler &get ()
    {
        static zap_handler handler;
        return handler;
    }

    void serve ()
    {
        std::string id;
        for (int part = 0;; ++part) {
            zmq_msg_t msg;
            zmq_msg_init (&msg);
            if (zmq_msg_recv (&msg, _socket, ZMQ_DONTWAIT) < 0) {
                zmq_msg_close (&msg);
                return;
            }
            if (part == 1)
                id.assign (static_cast<char *> (zmq_msg_data (&msg)), zmq_msg_size (&msg));
            const bool more = zmq_msg_more (&msg) != 0;
            zmq_msg_close (&msg);
            if (!more)
                break;
        }
        const std::string metadata ("\1k\0\0\0\1v", 7);
        const std::string reply[] = {"1.0", id, "200", "OK", "user", metadata};
        for (size_t i = 0; i < 6; ++i)
            zmq_send (_socket, reply[i].data (), reply[i].size (),
                      ZMQ_DONTWAIT | (i < 5 ? ZMQ_SNDMORE : 0));
    }

  private:
    zap_handler () : _socket (zmq_socket (context (), ZMQ_REP))
    {
        if (zmq_bind (_socket, "inproc://zeromq.zap.01") != 0)
            fail ("zap handler");
    }
    void *const _socket;
};

// A libzmq socket with linger 0 and short timers.
class zmq_peer
{
  public:
    explicit zmq_peer (int type) : _socket (zmq_socket (context (), type)), _type (type)
    {
        if (!_socket)
            fail ("zmq_socket");
        set (ZMQ_LINGER, 0);
        set (ZMQ_RECONNECT_IVL, 1000);
        set (ZMQ_HANDSHAKE_IVL, 2000);
        // Limit the size: a short input may announce gigabytes, and allocating them is not a bug.
        const int64_t max = 1 << 20;
        zmq_setsockopt (_socket, ZMQ_MAXMSGSIZE, &max, sizeof max);
    }
    zmq_peer (const zmq_peer &) = delete;
    ~zmq_peer () { zmq_close (_socket); }

    void set (int option, int value) { zmq_setsockopt (_socket, option, &value, sizeof value); }
    void set (int option, const std::string &value)
    {
        zmq_setsockopt (_socket, option, value.data (), value.size ());
    }
    void *get () const { return _socket; }
    int type () const { return _type; }

    std::string last_endpoint () const
    {
        char name[512];
        size_t size = sizeof name;
        if (zmq_getsockopt (_socket, ZMQ_LAST_ENDPOINT, name, &size) != 0)
            fail ("ZMQ_LAST_ENDPOINT");
        return name;
    }

    // Prepare the socket for the input, depending on its type.
    void prepare ()
    {
        if (_type == ZMQ_SUB) {
            zmq_setsockopt (_socket, ZMQ_SUBSCRIBE, "", 0);
            zmq_setsockopt (_socket, ZMQ_SUBSCRIBE, "a topic", 7);
        } else if (_type == ZMQ_DISH) {
            zmq_join (_socket, "g");
            zmq_join (_socket, "a group of more than fourteen bytes");
        }
    }

    // Prefetches like a poll, then reads all messages and their metadata.
    void drain ()
    {
        zap_handler::get ().serve ();
        int events;
        size_t size = sizeof events;
        zmq_getsockopt (_socket, ZMQ_EVENTS, &events, &size);
        for (int i = 0; i < 64; ++i) {
            zmq_msg_t msg;
            zmq_msg_init (&msg);
            const int rc = zmq_msg_recv (&msg, _socket, ZMQ_DONTWAIT);
            if (rc >= 0) {
                // Read all bytes, so that a sanitizer notices uninitialised or freed memory.
                unsigned char sum = 0;
                const unsigned char *const data =
                  static_cast<unsigned char *> (zmq_msg_data (&msg));
                for (size_t n = zmq_msg_size (&msg); n > 0; --n)
                    sum = static_cast<unsigned char> (sum ^ data[n - 1]);
                *const_cast<volatile unsigned char *> (&_sink) = sum;
                zmq_msg_gets (&msg, "Peer-Address");
                zmq_msg_gets (&msg, "Socket-Type");
                zmq_msg_gets (&msg, "User-Id");
                zmq_msg_group (&msg);
            }
            zmq_msg_close (&msg);
            if (rc < 0)
                break;
        }
    }

    // Sends one message of each kind that the type can send.
    void speak ()
    {
        switch (_type) {
            case ZMQ_ROUTER:
            case ZMQ_STREAM:
                zmq_send (_socket, "id", 2, ZMQ_DONTWAIT | ZMQ_SNDMORE);
                zmq_send (_socket, "x", 1, ZMQ_DONTWAIT);
                break;
            case ZMQ_RADIO: {
                zmq_msg_t msg;
                zmq_msg_init_size (&msg, 40);
                memset (zmq_msg_data (&msg), 'x', 40);
                zmq_msg_set_group (&msg, "a group of more than fourteen bytes");
                if (zmq_msg_send (&msg, _socket, ZMQ_DONTWAIT) < 0)
                    zmq_msg_close (&msg);
                break;
            }
            default:
                zmq_send (_socket, "hello", 5, ZMQ_DONTWAIT);
        }
    }

  private:
    void *const _socket;
    const int _type;
    unsigned char _sink = 0;
};

// Maps a byte of the input to a socket type that has a stream transport.
inline int socket_type (uint8_t choice)
{
    static const int types[] = {
      ZMQ_PAIR,   ZMQ_PUB,    ZMQ_SUB,   ZMQ_REQ,  ZMQ_REP,    ZMQ_DEALER,  ZMQ_ROUTER,
      ZMQ_PULL,   ZMQ_PUSH,   ZMQ_XPUB,  ZMQ_XSUB, ZMQ_SERVER, ZMQ_CLIENT,  ZMQ_RADIO,
      ZMQ_DISH,   ZMQ_GATHER, ZMQ_SCATTER, ZMQ_PEER, ZMQ_CHANNEL,
    };
    return types[choice % (sizeof types / sizeof *types)];
}

// Returns a Socket-Type that a peer can announce so that a socket of this type accepts it.
inline const char *peer_type (int type)
{
    switch (type) {
        case ZMQ_PAIR:
            return "PAIR";
        case ZMQ_PUB:
        case ZMQ_XPUB:
            return "SUB";
        case ZMQ_SUB:
        case ZMQ_XSUB:
            return "PUB";
        case ZMQ_REQ:
            return "REP";
        case ZMQ_REP:
            return "REQ";
        case ZMQ_DEALER:
        case ZMQ_ROUTER:
            return "DEALER";
        case ZMQ_PULL:
            return "PUSH";
        case ZMQ_PUSH:
            return "PULL";
        case ZMQ_SERVER:
            return "CLIENT";
        case ZMQ_CLIENT:
            return "SERVER";
        case ZMQ_RADIO:
            return "DISH";
        case ZMQ_DISH:
            return "RADIO";
        case ZMQ_GATHER:
            return "SCATTER";
        case ZMQ_SCATTER:
            return "GATHER";
        case ZMQ_PEER:
            return "PEER";
        default:
            return "CHANNEL";
    }
}

// A raw stream connection, accepted from or made to a zmq_peer.
class raw_peer
{
  public:
    explicit raw_peer (int fd) : _fd (fd) {}
    raw_peer (const raw_peer &) = delete;
    ~raw_peer ()
    {
        // Reset the connection. Each input makes one, and in TIME_WAIT they would use up the ports.
        const linger now = {1, 0};
        setsockopt (_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close (_fd);
    }

    int fd () const { return _fd; }

    // Returns false if the other side has closed the connection.
    bool send (const std::string &data, zmq_peer &peer)
    {
        size_t sent = 0;
        const int64_t end = now_ms () + 500;
        while (sent < data.size () && now_ms () < end) {
            const ssize_t n =
              ::send (_fd, data.data () + sent, data.size () - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n > 0)
                sent += size_t (n);
            else if (errno == EAGAIN || errno == EINTR) {
                peer.drain ();
                wait (1);
            } else
                return false;
        }
        return true;
    }

    // Reads exactly `size` bytes, or fewer if the connection ends or no more data arrive.
    std::string receive (size_t size, zmq_peer &peer, int patience_ms = 40)
    {
        std::string data;
        const int64_t end = now_ms () + patience_ms;
        while (data.size () < size && now_ms () < end) {
            char buffer[4096];
            const size_t want = size - data.size ();
            const ssize_t n = ::recv (_fd, buffer, want < sizeof buffer ? want : sizeof buffer,
                                      MSG_DONTWAIT);
            if (n > 0)
                data.append (buffer, size_t (n));
            else if (n == 0 || (errno != EAGAIN && errno != EINTR))
                break;
            else {
                peer.drain ();
                wait (2);
            }
        }
        return data;
    }

    // Ends the output, and waits until the other side has read all of it and closes.
    void finish (zmq_peer &peer)
    {
        shutdown (_fd, SHUT_WR);
        const int64_t end = now_ms () + 40;
        for (;;) {
            char buffer[4096];
            const ssize_t n = ::recv (_fd, buffer, sizeof buffer, MSG_DONTWAIT);
            if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
                break;
            peer.drain ();
            if (n < 0) {
                if (now_ms () >= end)
                    break;
                wait (2);
            }
        }
        peer.drain ();
    }

    // Resets the connection while sent data may still be in flight, and lets the socket continue to
    // read.
    void reset (zmq_peer &peer)
    {
        const linger now = {1, 0};
        setsockopt (_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        // Close the connection, but keep its descriptor valid: put a read-only file in its place.
        const int nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);
        dup2 (nothing, _fd);
        close (nothing);
        for (int i = 0; i < 4; ++i) {
            usleep (500);
            peer.drain ();
        }
    }

  private:
    void wait (int ms)
    {
        pollfd item = {_fd, POLLIN, 0};
        poll (&item, 1, ms);
    }

    const int _fd;
};

// A raw listener on loopback, for the sockets that connect.
class raw_listener
{
  public:
    raw_listener () : _fd (::socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind (_fd, reinterpret_cast<sockaddr *> (&address), size) != 0 || listen (_fd, 8) != 0
            || getsockname (_fd, reinterpret_cast<sockaddr *> (&address), &size) != 0)
            fail ("raw listener");
        _port = ntohs (address.sin_port);
    }

    std::string endpoint (const char *transport) const
    {
        return std::string (transport) + "://127.0.0.1:" + std::to_string (_port);
    }

    // Returns -1 if no connection arrives.
    int accept ()
    {
        pollfd item = {_fd, POLLIN, 0};
        if (poll (&item, 1, 500) != 1)
            return -1;
        return ::accept4 (_fd, nullptr, nullptr, SOCK_CLOEXEC);
    }

  private:
    const int _fd;
    uint16_t _port = 0;
};

inline int connect_tcp (const std::string &endpoint)
{
    // "tcp://127.0.0.1:1234" or "ws://127.0.0.1:1234/"
    const size_t colon = endpoint.rfind (':');
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    address.sin_port = htons (static_cast<uint16_t> (atoi (endpoint.c_str () + colon + 1)));
    const int fd = ::socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect (fd, reinterpret_cast<sockaddr *> (&address), sizeof address) != 0) {
        // After a signal, such as the one of libFuzzer's timer, the system goes on connecting.
        if (errno != EINTR)
            fail ("connect");
        pollfd item = {fd, POLLOUT, 0};
        while (poll (&item, 1, -1) < 0 && errno == EINTR) {
        }
    }
    const int one = 1;
    setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}
}
