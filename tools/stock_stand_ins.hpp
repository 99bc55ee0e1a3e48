// Replacements for functions and names that only our patches add, so that the extension compiles
// with stock libzmq. tools/check_patches_against_stock.py includes this in every file.
#pragma once

#ifdef PYZMQ_BACKEND  // the extension; libzmq's own files have no use for it

#include <errno.h>
#include <signal.h>
#include <zmq.h>

#define ZMQ_SPIN_TIME 10000
#define ZMQ_HAS_SIGNAL_MASKS

static inline int zmq_disconnect_peer(void *, unsigned) {
    errno = ENOTSUP;
    return -1;
}

static inline int zmq_ppoll(zmq_pollitem_t *, int, long, const sigset_t *) {
    errno = ENOTSUP;
    return -1;
}

#endif
