// CURVE: the unencrypted part of the handshake, the content of a valid peer's boxes, and the
// messages after the handshake. A client that uses libzmq's own tools tests the server's side of
// the handshake. A server in this file tests the client's side.

#include "precompiled.hpp"

#include "curve_client_tools.hpp"

#include "fuzz_peer.hpp"

namespace
{
struct keys
{
    uint8_t pub[32];
    uint8_t sec[32];

    keys () { crypto_box_keypair (pub, sec); }
    std::string public_key () const { return text (pub); }
    std::string secret_key () const { return text (sec); }

  private:
    static std::string text (const uint8_t *key)
    {
        return std::string (reinterpret_cast<const char *> (key), 32);
    }
};

const keys &server_keys ()
{
    static const keys k;
    return k;
}

const keys &client_keys ()
{
    static const keys k;
    return k;
}

std::string greeting (bool as_server)
{
    std::string text ("\xff\0\0\0\0\0\0\0\x01\x7f\3\1", 12);
    text += "CURVE";
    text.resize (12 + 20);
    text += static_cast<char> (as_server);
    text.resize (64);
    return text;
}

std::string frame (char flags, const std::string &body)
{
    if (body.size () <= 255)
        return std::string (1, flags) + static_cast<char> (body.size ()) + body;
    std::string size (8, '\0');
    for (size_t i = 0, n = body.size (); i < 8; ++i, n >>= 8)
        size[7 - i] = static_cast<char> (n & 255);
    return std::string (1, static_cast<char> (flags | 2)) + size + body;
}

std::string number (uint64_t n)
{
    std::string text (8, '\0');
    for (int i = 7; i >= 0; --i, n >>= 8)
        text[static_cast<size_t> (i)] = static_cast<char> (n & 255);
    return text;
}

// Encrypts `plain` into a box with a precomputed key, without the padding of the old API.
std::string box (const std::string &plain, const std::string &nonce, const uint8_t *precom)
{
    std::string out (plain.size () + crypto_box_MACBYTES, '\0');
    crypto_box_easy_afternm (reinterpret_cast<uint8_t *> (&out[0]),
                             reinterpret_cast<const uint8_t *> (plain.data ()), plain.size (),
                             reinterpret_cast<const uint8_t *> (nonce.data ()), precom);
    return out;
}

std::string message (const std::string &plain, bool from_server, uint64_t nonce,
                     const uint8_t *precom)
{
    const std::string prefix = from_server ? "CurveZMQMESSAGES" : "CurveZMQMESSAGEC";
    return "\7MESSAGE" + number (nonce) + box (plain, prefix + number (nonce), precom);
}

const uint8_t *bytes (const std::string &text)
{
    return reinterpret_cast<const uint8_t *> (text.data ());
}

void send_messages (fuzz::raw_peer &raw, fuzz::zmq_peer &peer, fuzz::input &in, bool from_server,
                    const uint8_t *precom)
{
    uint64_t nonce = 3;
    for (int i = 0; i < 16 && !in.empty (); ++i) {
        const uint8_t flags = in.byte ();
        raw.send (
          frame (static_cast<char> (flags & 5), message (in.chunk (), from_server, nonce, precom)),
          peer);
        nonce += 1 + (flags >> 4);
    }
    raw.send (in.rest (), peer);
}

void as_client (fuzz::input &in, fuzz::zmq_peer &peer, uint8_t mode)
{
    if (zmq_bind (peer.get (), "tcp://127.0.0.1:*") != 0)
        fuzz::fail ("bind");
    fuzz::raw_peer raw (fuzz::connect_tcp (peer.last_endpoint ()));
    raw.send (greeting (false), peer);

    zmq::curve_client_tools_t tools (client_keys ().pub, client_keys ().sec, server_keys ().pub);
    std::string hello (200, '\0');
    tools.produce_hello (&hello[0], 1);
    if (mode == 0) {
        raw.send (frame (4, in.chunk ()), peer);
    } else if (mode == 1) {
        // A valid HELLO with changed bytes.
        for (int i = 0; i < 4; ++i)
            hello[in.byte () % 200] = static_cast<char> (in.byte ());
        raw.send (frame (4, hello), peer);
    } else {
        raw.send (frame (4, hello), peer);
        const std::string welcome = raw.receive (64 + 2 + 168, peer);
        uint8_t precom[crypto_box_BEFORENMBYTES];
        if (welcome.size () == 64 + 2 + 168
            && tools.process_welcome (bytes (welcome) + 66, 168, precom) == 0) {
            std::string metadata = in.chunk ();
            if (mode == 2)
                metadata = std::string ("\013Socket-Type\0\0\0", 15)
                           + static_cast<char> (strlen (fuzz::peer_type (peer.type ())))
                           + fuzz::peer_type (peer.type ());
            std::string initiate (113 + 128 + crypto_box_BOXZEROBYTES + metadata.size (), '\0');
            tools.produce_initiate (&initiate[0], initiate.size (), 2, bytes (metadata),
                                    metadata.size ());
            raw.send (frame (4, initiate), peer);
            if (mode == 2)
                send_messages (raw, peer, in, false, precom);
        }
    }
    raw.send (in.rest (), peer);
    raw.finish (peer);
}

void as_server (fuzz::input &in, fuzz::zmq_peer &peer, uint8_t mode)
{
    static fuzz::raw_listener listener;
    if (zmq_connect (peer.get (), listener.endpoint ("tcp").c_str ()) != 0)
        return;
    const int fd = listener.accept ();
    if (fd < 0)
        return;
    fuzz::raw_peer raw (fd);
    raw.send (greeting (true), peer);
    const std::string hello = raw.receive (64 + 2 + 200, peer);
    if (mode == 0 || hello.size () != 64 + 2 + 200) {
        raw.send (frame (4, in.chunk ()), peer);
        raw.send (frame (4, in.chunk ()), peer);
    } else {
        // WELCOME: box (S' + cookie) from S to C'
        uint8_t client_short[32];
        memcpy (client_short, hello.data () + 66 + 80, 32);
        static const keys short_keys;
        std::string plain = short_keys.public_key () + std::string (96, 'c');
        if (mode == 1) // a key from the input, which may have low order
            plain = in.chunk ().substr (0, 32);
        plain.resize (128);
        uint8_t precom[crypto_box_BEFORENMBYTES];
        if (crypto_box_beforenm (precom, client_short, server_keys ().sec) != 0)
            return;
        const std::string tail (16, 'n');
        raw.send (frame (4, "\7WELCOME" + tail + box (plain, "WELCOME-" + tail, precom)), peer);
        if (crypto_box_beforenm (precom, client_short, short_keys.sec) != 0)
            return;
        raw.receive (9 + 257, peer);
        std::string metadata = in.chunk ();
        if (mode == 2)
            metadata = std::string ("\013Socket-Type\0\0\0", 15)
                       + static_cast<char> (strlen (fuzz::peer_type (peer.type ())))
                       + fuzz::peer_type (peer.type ());
        raw.send (
          frame (4, "\5READY" + number (2) + box (metadata, "CurveZMQREADY---" + number (2), precom)),
          peer);
        if (mode == 2)
            send_messages (raw, peer, in, true, precom);
    }
    raw.send (in.rest (), peer);
    raw.finish (peer);
}
}

extern "C" int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    fuzz::input in (data, size);
    const uint8_t type = in.byte ();
    const uint8_t mode = in.byte ();

    fuzz::zmq_peer peer (fuzz::socket_type (type));
    const bool connects = mode & 0x80;
    if (connects) {
        peer.set (ZMQ_CURVE_SERVERKEY, server_keys ().public_key ());
        peer.set (ZMQ_CURVE_PUBLICKEY, client_keys ().public_key ());
        peer.set (ZMQ_CURVE_SECRETKEY, client_keys ().secret_key ());
    } else {
        peer.set (ZMQ_CURVE_SERVER, 1);
        peer.set (ZMQ_CURVE_SECRETKEY, server_keys ().secret_key ());
    }
    peer.prepare ();
    if (connects)
        as_server (in, peer, mode & 3);
    else
        as_client (in, peer, mode & 3);
    return 0;
}
