// Notices that two threads use one socket at once, before libzmq does and aborts.
//
// With a GIL, a call into libzmq that keeps the GIL cannot overlap with another, so only the
// calls that give it up have to leave a mark: the usual send or recv costs one comparison.
// Without a GIL every call takes the mark, atomically.

#pragma once

#include <Python.h>

#include <atomic>

namespace zmqpy {

struct ThreadGuard {
    std::atomic<int> users{0};
    // Draft thread-safe sockets (SERVER, CLIENT, ...) may be used by many threads at once;
    // their users are counted all the same, so that close() can tell.
    bool shared = false;
    // How many asynchronous operations wait for the socket: whoever uses it in another way
    // may take the signal that would have woken them, and has to look after them.
    int waiting = 0;
    // A part with SNDMORE was the last that was sent, on a type that balances its load. Here
    // because a socket and its shadows may send parts of one message.
    bool mid_message = false;

    bool is_free() const { return users.load(std::memory_order_relaxed) == 0; }

    // Around a call that keeps the GIL.
    bool enter() {
#ifdef Py_GIL_DISABLED
        return enter_blocking();
#else
        return shared || is_free();
#endif
    }
    void leave() {
#ifdef Py_GIL_DISABLED
        leave_blocking();
#endif
    }

    // Around a call that gives the GIL up.
    bool enter_blocking() {
        if (shared) {
            users.fetch_add(1, std::memory_order_acquire);
            return true;
        }
        int nobody = 0;
        return users.compare_exchange_strong(nobody, 1, std::memory_order_acquire);
    }
    void leave_blocking() { users.fetch_sub(1, std::memory_order_release); }
};

}  // namespace zmqpy
