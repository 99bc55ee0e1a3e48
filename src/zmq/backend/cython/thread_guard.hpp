// The guard: it notices that two threads use one socket at once, before libzmq would notice and
// abort.
//
// A classic libzmq socket belongs to one thread at a time. It has no lock, and libzmq ends the
// process ("Assertion failed: ...mailbox.cpp") when two threads are in it at once. Python programs
// do this by mistake, and a library must not end the process. So each socket has a ThreadGuard, and
// each call into libzmq takes it first. If the guard is not free, the call raises
// ZMQError(EMTHREAD), or waits if the other call will end in a moment. Shadows of a socket share
// its guard.
//
// With a GIL the guard costs a comparison. Calls into libzmq that keep the GIL cannot overlap each
// other, so they do not change `users`. They only compare `users` with 0, because calls that
// release the GIL change `users`. So the usual send or recv costs one load and one branch. Without
// a GIL each call changes `users`, by an atomic compare-and-swap.
//
// Whether a call waits for another call depends on the kinds of both:
//
//   this call \ the other call      SHORT      BRIEF   LONG      WAITING         ASLEEP
//   SHORT: an attempt to send/recv  refused    waits   refused   refused         refused
//   BRIEF: an option, a connect     waits      waits   refused   ends its wait   goes through
//   LONG: a proxy, an extension     refused    waits   refused   refused         refused
//   WAITING: a send/recv in libzmq  refused    waits   refused   refused         refused
//
// - SHORT against SHORT is refused: two threads that send and receive on one socket are a bug of
//   the program. BRIEF calls are no bug: a program may set an option in any thread.
// - A send or recv that has to wait does so in libzmq (WAITING), which is the fastest way. A BRIEF
//   call of another thread ends that wait by zmq_interrupt, a function of our libzmq. Then the
//   send or recv sleeps like a poll (ASLEEP). It does not hold the socket while it sleeps, so BRIEF
//   calls go through. Sleeping is slower, but happens only after a BRIEF call, a close
//   or a signal.
// - A poll holds no socket while it sleeps. The guard has a list of the sleeping polls, so that
//   each use of the socket can wake them up: any use may clear the signal of the socket's
//   descriptor. aio_waiters.pxi explains the signal.
//
// Thread-safe sockets (SERVER, CLIENT, RADIO, ...) have a lock in libzmq, and any number of threads
// may use them. The guard counts their users, because `close` has to know whether there are any.
//
// socket_calls.pxi has the functions that take and give back a guard around a call.

#pragma once

#include <Python.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "waker.hpp"

// A function of our own libzmq. It makes the send or recv that waits on the socket fail with EINTR.
// If none waits, the next send or recv that would have to wait fails with EINTR. Any thread may
// call it while the socket is open.
extern "C" int zmq_interrupt(void *socket);

namespace zmqpy {

// A value that threads may read and write at the same time. A reader gets a value that was written,
// but not always the latest. It costs as much as a plain variable.
template <typename T>
struct Relaxed {
    std::atomic<T> value{};

    operator T() const { return value.load(std::memory_order_relaxed); }
    T operator=(T other) {
        value.store(other, std::memory_order_relaxed);
        return other;
    }
};

// A sleeping poll, and the events of one socket that it waits for.
struct Sleeper {
    Sleeper(Waker *waker_, int events_) : waker(waker_), events(events_) {}

    Waker *waker;
    int events;
    Sleeper *next = nullptr;
    Sleeper *previous = nullptr;
};

struct ThreadGuard {
    // The present user: none, a call of one of the kinds, or close(). On a thread-safe socket a
    // number above 0 counts the users.
    enum { CLOSING = -1, FREE = 0, SHORT = 1, LONG = 2, BRIEF = 3, WAITING = 4, ASLEEP = 5 };

    std::atomic<int> users{FREE};
    // Many threads may use a thread-safe draft socket (SERVER, CLIENT, ...) at once. Its users are
    // counted anyway, so that close() can wait for them.
    bool shared = false;
    // The number of waiters that do not hold the socket: asynchronous operations, and polls that
    // sleep. A use of the socket may clear the signal that would have woken them up. So each use
    // compares this number with 0, and wakes up the waiters that can go on.
    Relaxed<int> waiting;
    // Whether the last sent part had SNDMORE. It is set only for types that drop the rest of a
    // message if the peer disconnects in its middle. The flag is in the guard because a socket and
    // its shadows may send the parts of one message.
    Relaxed<bool> mid_message;
    // Whether a thread is closing the socket, and waits until the sleeping polls have noticed.
    Relaxed<bool> closing;
    // Whether a send releases the GIL, as over inproc on a single processor: see _send_msg.
    Relaxed<bool> gives_way;

    bool is_free() const {
        return users.load(std::memory_order_relaxed) == FREE && !has_sleepers();
    }

    // For a call that keeps the GIL.
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

    // For a brief call that keeps the GIL: reading the events, connect.
    bool enter_briefly() {
#ifdef Py_GIL_DISABLED
        return take(BRIEF);
#else
        return can_enter() || is_asleep();
#endif
    }

    // For calls that release the GIL.
    bool enter_blocking() { return take(LONG); }
    bool enter_blocking_briefly() { return take(BRIEF); }
    bool enter_waiting() { return take(WAITING); }
    void leave_blocking() { give_back(); }

    // For a send or recv that sleeps, and does not hold the socket meanwhile.
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

    // Returns whether a send or recv waits in libzmq.
    bool is_waited_in() const {
        return !shared && users.load(std::memory_order_relaxed) == WAITING;
    }
    // Ends the wait of a send or recv in libzmq. `*handle` is NULL if the socket is closed.
    void end_wait(void *const *handle) {
        std::lock_guard<std::mutex> held(lock);
        if (users.load() == WAITING && *handle) zmq_interrupt(*handle);
    }

    // Returns whether a call that cannot get the socket now should wait and try again; see the
    // table above.
    bool is_soon_free(bool briefly) const {
        int now = users.load(std::memory_order_relaxed);
        if (now == FREE) return true;
        if (shared) return false;
        return now == BRIEF ||
               (briefly && (now == SHORT || now == WAITING || now == ASLEEP));
    }
    // Wait until the socket may be free, for at most some milliseconds.
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

    // Takes the socket to close it. Fails if a thread uses it or sleeps on it.
    bool enter_alone() {
        int nobody = FREE;
        if (!users.compare_exchange_strong(nobody, CLOSING, std::memory_order_acquire))
            return false;
        if (!has_sleepers()) {
            // Wait for a thread that is in end_wait(). That thread may still use the socket, even
            // if the wait that it ends is over.
            std::lock_guard<std::mutex> held(lock);
            return true;
        }
        leave_alone();
        return false;
    }
    void leave_alone() { users.store(FREE, std::memory_order_release); }

    // -- waiters ------------------------------------------------------------------------

    // The number of waiting asynchronous operations.
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

    // Wake up the sleepers that wait for one of the events.
    void wake_sleepers(int events) {
        std::lock_guard<std::mutex> held(lock);
        for (Sleeper *sleeper = sleepers; sleeper; sleeper = sleeper->next)
            if (sleeper->waker && sleeper->events & events) sleeper->waker->wake();
    }

    // To close the socket: wake up all sleepers, and wait some milliseconds until they have left.
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
            // The sleep may have ended in the meantime.
            if (resting.load() == FREE) end_sleep();
        }
    }

    void end_sleep() {
        int sleeping = ASLEEP;
        users.compare_exchange_strong(sleeping, FREE);
    }

    // The state after a finished call: FREE, or ASLEEP while a send or recv sleeps.
    std::atomic<int> resting{FREE};

    std::atomic<int> operations{0};
    std::atomic<int> asleep{0};
    std::mutex lock;
    Sleeper *sleepers = nullptr;
};

}  // namespace zmqpy
