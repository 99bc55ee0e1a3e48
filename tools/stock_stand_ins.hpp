// Replacements for functions and names that only our patches add, so that the extension compiles
// with stock libzmq. tools/check_patches_against_stock.py includes this in every file.
#pragma once

#ifdef PYZMQ_BACKEND  // the extension; libzmq's own files have no use for it

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <zmq.h>

#include "../src/zmq/backend/cython/without_stats.hpp"

#define ZMQ_SPIN_TIME 10000
#define ZMQ_TOPICS_COUNT 116
#define ZMQ_HAS_SIGNAL_MASKS

static inline int zmq_disconnect_peer(void *, unsigned) {
    errno = ENOTSUP;
    return -1;
}

static inline int zmq_ppoll(zmq_pollitem_t *, int, long, const sigset_t *) {
    errno = ENOTSUP;
    return -1;
}

// The extension itself declares these functions, with C linkage.
extern "C" {

// Stock libzmq cannot interrupt a thread that waits: the thread continues to wait.
static inline int zmq_interrupt(void *) {
    errno = ENOTSUP;
    return -1;
}

static inline int zmq_msg_own_memory(zmq_msg_t *msg) {
    zmq_msg_t copy;
    if (zmq_msg_init_size(&copy, zmq_msg_size(msg)) == -1) return -1;
    memcpy(zmq_msg_data(&copy), zmq_msg_data(msg), zmq_msg_size(msg));
    return zmq_msg_move(msg, &copy);
}
}

#endif
