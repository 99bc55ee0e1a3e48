// The decoders alone, with input in pieces of any size. This target tests many more inputs a second
// than a target with sockets.

#include "precompiled.hpp"

#include "msg.hpp"
#include "raw_decoder.hpp"
#include "v1_decoder.hpp"
#include "v2_decoder.hpp"
#include "ws_decoder.hpp"

#include <algorithm>
#include <memory>
#include <stdint.h>
#include <string.h>
#include <vector>

static unsigned char sink;

extern "C" int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    const size_t batch = 64 + data[1];
    const size_t piece = 1 + data[2];
    const int64_t max_size = data[0] & 8 ? 1 << 16 : 100;
    const bool zero_copy = data[0] & 16;

    std::unique_ptr<zmq::v1_decoder_t> v1;
    std::unique_ptr<zmq::v2_decoder_t> v2;
    std::unique_ptr<zmq::ws_decoder_t> ws;
    std::unique_ptr<zmq::raw_decoder_t> raw;
    zmq::i_decoder *decoder;
    switch (data[0] & 3) {
        case 0:
            decoder = (v1.reset (new zmq::v1_decoder_t (batch, max_size)), v1.get ());
            break;
        case 1:
            decoder = (v2.reset (new zmq::v2_decoder_t (batch, max_size, zero_copy)), v2.get ());
            break;
        case 2:
            decoder = (ws.reset (new zmq::ws_decoder_t (batch, max_size, zero_copy, data[0] & 32)),
                       ws.get ());
            break;
        default:
            decoder = (raw.reset (new zmq::raw_decoder_t (batch)), raw.get ());
    }
    data += 3;
    size -= 3;

    // Messages that a socket has not read yet keep the decoder's buffers alive.
    std::vector<zmq::msg_t> kept;
    bool broken = false;
    while (size > 0 && !broken) {
        unsigned char *buffer;
        size_t space;
        decoder->get_buffer (&buffer, &space);
        size_t filled = std::min (std::min (space, piece), size);
        memcpy (buffer, data, filled);
        data += filled;
        size -= filled;
        decoder->resize_buffer (filled);
        while (filled > 0) {
            size_t used = 0;
            const int rc = decoder->decode (buffer, filled, used);
            buffer += used;
            filled -= used;
            if (rc < 0)
                broken = true;
            if (rc != 1)
                break;
            zmq::msg_t msg;
            msg.init ();
            msg.move (*decoder->msg ());
            kept.push_back (msg);
        }
        if (kept.size () > 8) {
            for (size_t i = 0; i < kept.size (); ++i)
                kept[i].close ();
            kept.clear ();
        }
    }
    for (size_t i = 0; i < kept.size (); ++i) {
        unsigned char sum = 0;
        const unsigned char *const body = static_cast<unsigned char *> (kept[i].data ());
        for (size_t n = 0; n < kept[i].size (); ++n)
            sum = static_cast<unsigned char> (sum ^ body[n]);
        *const_cast<volatile unsigned char *> (&sink) = sum;
        kept[i].close ();
    }
    return 0;
}
