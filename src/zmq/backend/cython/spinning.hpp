// Blocking sends and receives that spin for a while before they sleep. A sleeping thread takes
// microseconds to wake up, a spinning one reacts at once. The context option SPIN_TIME enables
// spinning. Spinning helps only if each thread has its own processor.

#pragma once

#include <errno.h>

#include <chrono>

#include "zmq.h"

namespace zmqpy {

// Repeats `attempt` until it does not fail with EAGAIN, for at most `microseconds`.
template <typename Attempt>
inline int spin(int microseconds, Attempt attempt) {
    using clock = std::chrono::steady_clock;
    const clock::time_point until = clock::now() + std::chrono::microseconds(microseconds);
    while (true) {
        // Reading the clock takes about as long as an attempt, so read it once in 8 attempts.
        for (int i = 0; i < 8; ++i) {
            const int rc = attempt();
            if (rc >= 0 || zmq_errno() != EAGAIN) return rc;
        }
        if (clock::now() >= until) return -1;
    }
}

inline int spin_send(zmq_msg_t *msg, void *socket, int flags, int microseconds) {
    return spin(microseconds, [=] { return zmq_msg_send(msg, socket, flags | ZMQ_DONTWAIT); });
}

inline int spin_recv(zmq_msg_t *msg, void *socket, int flags, int microseconds) {
    return spin(microseconds, [=] { return zmq_msg_recv(msg, socket, flags | ZMQ_DONTWAIT); });
}

}  // namespace zmqpy
