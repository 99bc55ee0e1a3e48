// Notices that two threads use one socket at once, before libzmq does and aborts.
//
// With a GIL, a call into libzmq that keeps the GIL cannot overlap with another, so only the
// calls that give it up have to leave a mark: the usual send or recv costs one comparison.
// Without a GIL every call takes the mark, atomically.
//
// The kinds of calls differ in what the others do when they find the socket taken:
// - a short call, as an attempt to send or receive: refused, for two threads that use a socket at
//   once are a fault; a brief call waits until it is over;
// - a brief call (an option, bind, connect, a poll's look at the events): the others wait until it
//   is over;
// - a long call (a proxy, an extension): the others are refused, except a poll that has slept;
// - a send or recv that waits in libzmq: a brief call ends that wait, and the rest is a sleep of
//   the next kind. Others are refused. So the programs that do not do this pay nothing;
// - a send or recv that sleeps as a poll does: a brief call goes through, others are refused.
//
// A poll holds no socket while it sleeps. It is among the guard's sleepers then; see below.

#pragma once

#include <Python.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "waker.hpp"

// Of our own libzmq: the send or recv that waits on the socket fails with EINTR, or the next one
// that would. Any thread may call it while the socket is open.
extern "C" int zmq_interrupt(void *socket);

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

// A poll that sleeps and the events of one socket that it waits for.
struct Sleeper {
    Sleeper(Waker *waker_, int events_) : waker(waker_), events(events_) {}

    Waker *waker;
    int events;
    Sleeper *next = nullptr;
    Sleeper *previous = nullptr;
};

struct ThreadGuard {
    // The present user: nobody, one of the kinds of calls, or close(). On a shared socket
    // any number above 0 counts the users.
    enum { CLOSING = -1, FREE = 0, SHORT = 1, LONG = 2, BRIEF = 3, WAITING = 4, ASLEEP = 5 };

    std::atomic<int> users{FREE};
    // Draft thread-safe sockets (SERVER, CLIENT, ...) may be used by many threads at once;
    // their users are counted all the same, so that close() can tell.
    bool shared = false;
    // How many wait for the socket without holding it: asynchronous operations, and polls that
    // sleep. A use of the socket may take the signal that would have woken them, and has to
    // look after them.
    Relaxed<int> waiting;
    // A part with SNDMORE was the last that was sent, on a type that balances its load. Here
    // because a socket and its shadows may send parts of one message.
    Relaxed<bool> mid_message;
    // A thread closes the socket, and waits until the polls that sleep on it have noticed.
    Relaxed<bool> closing;

    bool is_free() const {
        return users.load(std::memory_order_relaxed) == FREE && !has_sleepers();
    }

    // Around a call that keeps the GIL.
    bool enter() {
#ifdef Py_GIL_DISABLED
        return take(SHORT);
#else
        return can_enter();
#endif
    }
    void leave() {
#ifdef Py_GIL_DISABLED
        give_back();
#endif
    }

    // The same for a brief call: a look at the events, a connect.
    bool enter_briefly() {
#ifdef Py_GIL_DISABLED
        return take(BRIEF);
#else
        return can_enter() || is_asleep();
#endif
    }

    // Around a call that gives the GIL up.
    bool enter_blocking() { return take(LONG); }
    bool enter_blocking_briefly() { return take(BRIEF); }
    bool enter_waiting() { return take(WAITING); }
    void leave_blocking() { give_back(); }

    // Around the sleep of a send or recv that has not taken the socket.
    void fall_asleep() {
        int nobody = FREE;
        resting.store(ASLEEP);
        users.compare_exchange_strong(nobody, ASLEEP);
    }
    void wake_up() {
        resting.store(FREE);
        end_sleep();
    }
    bool is_asleep() const { return !shared && users.load(std::memory_order_relaxed) == ASLEEP; }

    // Whether a send or recv waits in libzmq.
    bool is_waited_in() const {
        return !shared && users.load(std::memory_order_relaxed) == WAITING;
    }
    // End that wait. The handle is that of the socket, NULL where it is closed.
    void end_wait(void *const *handle) {
        std::lock_guard<std::mutex> held(lock);
        if (users.load() == WAITING && *handle) zmq_interrupt(*handle);
    }

    // Whether a call on the socket that was refused may be tried again: the socket is free, or
    // will be in a moment. A brief call waits for more kinds of calls than others do.
    bool is_soon_free(bool briefly) const {
        int now = users.load(std::memory_order_relaxed);
        if (now == FREE) return true;
        if (shared) return false;
        return now == BRIEF ||
               (briefly && (now == SHORT || now == WAITING || now == ASLEEP));
    }
    // Wait for that, for some milliseconds at most.
    void await_free(bool briefly) const {
        for (int turn = 0; turn < 100; ++turn) {
            int now = users.load(std::memory_order_relaxed);
            if (now == FREE || (briefly && now == ASLEEP) || !is_soon_free(briefly)) return;
            if (turn < 50)
                std::this_thread::yield();
            else
                std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
    }

    // To close the socket: nobody may be using it or sleep on it, and nobody can from now on.
    bool enter_alone() {
        int nobody = FREE;
        if (!users.compare_exchange_strong(nobody, CLOSING, std::memory_order_acquire))
            return false;
        if (!has_sleepers()) {
            // who ends a wait that is over by now still uses the socket
            std::lock_guard<std::mutex> held(lock);
            return true;
        }
        leave_alone();
        return false;
    }
    void leave_alone() { users.store(FREE, std::memory_order_release); }

    // -- who waits ------------------------------------------------------------------------

    // How many asynchronous operations wait.
    void set_operations(int count) {
        int before = operations.exchange(count, std::memory_order_relaxed);
        waiting.value.fetch_add(count - before, std::memory_order_relaxed);
    }

    int count_sleepers() const { return asleep.load(std::memory_order_acquire); }
    bool has_sleepers() const { return count_sleepers() > 0; }

    void add_sleeper(Sleeper *sleeper) {
        std::lock_guard<std::mutex> held(lock);
        sleeper->next = sleepers;
        if (sleepers) sleepers->previous = sleeper;
        sleepers = sleeper;
        asleep.fetch_add(1, std::memory_order_seq_cst);
        waiting.value.fetch_add(1, std::memory_order_seq_cst);
    }

    void remove_sleeper(Sleeper *sleeper) {
        std::lock_guard<std::mutex> held(lock);
        if (sleeper->next) sleeper->next->previous = sleeper->previous;
        (sleeper->previous ? sleeper->previous->next : sleepers) = sleeper->next;
        asleep.fetch_sub(1, std::memory_order_seq_cst);
        waiting.value.fetch_sub(1, std::memory_order_seq_cst);
    }

    // Wake those that wait for one of the events.
    void wake_sleepers(int events) {
        std::lock_guard<std::mutex> held(lock);
        for (Sleeper *sleeper = sleepers; sleeper; sleeper = sleeper->next)
            if (sleeper->waker && sleeper->events & events) sleeper->waker->wake();
    }

    // To close the socket: wake all, and wait for some milliseconds at most until they have gone.
    void wake_to_close() {
        {
            std::lock_guard<std::mutex> held(lock);
            for (Sleeper *sleeper = sleepers; sleeper; sleeper = sleeper->next)
                if (sleeper->waker) sleeper->waker->wake();
        }
        for (int turn = 0; turn < 100 && has_sleepers(); ++turn)
            std::this_thread::sleep_for(std::chrono::microseconds(100));
    }

   private:
    bool can_enter() const {
        int now = users.load(std::memory_order_relaxed);
        return now == FREE || (shared && now > 0);
    }

    bool take(int kind) {
        int now = FREE;
        while (!users.compare_exchange_weak(now, shared ? now + 1 : kind,
                                            std::memory_order_acquire,
                                            std::memory_order_relaxed)) {
            if (now < 0) return false;
            if (now > 0 && !shared && !(kind == BRIEF && now == ASLEEP)) return false;
        }
        return true;
    }

    void give_back() {
        if (shared) {
            users.fetch_sub(1, std::memory_order_release);
        } else if (resting.load(std::memory_order_relaxed) == FREE) {
            users.store(FREE, std::memory_order_release);
        } else {
            users.store(ASLEEP);
            // the sleep may have ended since
            if (resting.load() == FREE) end_sleep();
        }
    }

    void end_sleep() {
        int sleeping = ASLEEP;
        users.compare_exchange_strong(sleeping, FREE);
    }

    // The state that a finished call leaves behind: FREE, or ASLEEP while a send or recv sleeps.
    std::atomic<int> resting{FREE};

    std::atomic<int> operations{0};
    std::atomic<int> asleep{0};
    std::mutex lock;
    Sleeper *sleepers = nullptr;
};

}  // namespace zmqpy
