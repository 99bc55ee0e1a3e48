// Notices that two threads use one socket at once, before libzmq does and aborts.
//
// With a GIL, a call into libzmq that keeps the GIL cannot overlap with another, so only the
// calls that give it up have to leave a mark: the usual send or recv costs one comparison.
// Without a GIL every call takes the mark, atomically.

#pragma once

#include <Python.h>

#include <atomic>

namespace zmqpy {

// A value that threads may read and write at once, where any of them will do. Costs what a plain
// one does.
template <typename T>
struct Relaxed {
    std::atomic<T> value{};

    operator T() const { return value.load(std::memory_order_relaxed); }
    T operator=(T other) {
        value.store(other, std::memory_order_relaxed);
        return other;
    }
};

struct ThreadGuard {
    std::atomic<int> users{0};  // -1 while the socket is being closed
    // Draft thread-safe sockets (SERVER, CLIENT, ...) may be used by many threads at once;
    // their users are counted all the same, so that close() can tell.
    bool shared = false;
    // How many asynchronous operations wait for the socket: whoever uses it in another way
    // may take the signal that would have woken them, and has to look after them.
    Relaxed<int> waiting;
    // A part with SNDMORE was the last that was sent, on a type that balances its load. Here
    // because a socket and its shadows may send parts of one message.
    Relaxed<bool> mid_message;

    bool is_free() const { return users.load(std::memory_order_relaxed) == 0; }

    // Around a call that keeps the GIL.
    bool enter() {
#ifdef Py_GIL_DISABLED
        return enter_blocking();
#else
        int now = users.load(std::memory_order_relaxed);
        return now == 0 || (shared && now > 0);
#endif
    }
    void leave() {
#ifdef Py_GIL_DISABLED
        leave_blocking();
#endif
    }

    // Around a call that gives the GIL up.
    bool enter_blocking() {
        int now = 0;
        while (!users.compare_exchange_weak(now, now + 1, std::memory_order_acquire,
                                            std::memory_order_relaxed)) {
            if (now < 0 || (now > 0 && !shared)) return false;
        }
        return true;
    }
    void leave_blocking() { users.fetch_sub(1, std::memory_order_release); }

    // To close the socket: nobody may be using it, and nobody can from now on.
    bool enter_alone() {
        int nobody = 0;
        return users.compare_exchange_strong(nobody, -1, std::memory_order_acquire);
    }
    void leave_alone() { users.store(0, std::memory_order_release); }
};

}  // namespace zmqpy
