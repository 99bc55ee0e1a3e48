// The sleep of a poll. It holds no socket, so other threads may use the sockets meanwhile.
//
// The descriptor of a socket (ZMQ_FD) is edge-triggered: it signals a change only once, and any use
// of the socket may clear that signal. So each thread that has used a socket with sleepers reads
// the events of the socket, and wakes the sleepers that wait for one of these events.

#pragma once

#ifndef _WIN32
#include <poll.h>
#endif

#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "thread_guard.hpp"
#include "waker.hpp"
#include "without_drafts.hpp"

namespace zmqpy {

class PollSleep {
   public:
    PollSleep() = default;
    PollSleep(const PollSleep &) = delete;
    PollSleep &operator=(const PollSleep &) = delete;
    ~PollSleep() {
        for (Entry &entry : entries) entry.guard->remove_sleeper(&entry.sleeper);
        for (ThreadGuard *guard : held) guard->leave_blocking();
        if (waker) Waker::put_back(std::move(waker));
        if (poller) zmq_poller_destroy(&poller);
    }

    // Wake up when another thread has used the socket. Call this before the last check of the
    // events. From here on no thread can close the socket.
    void watch(ThreadGuard *guard, int events) {
        if (entries.empty()) waker = Waker::get();
        entries.emplace_back(guard, waker.get(), events);
        guard->add_sleeper(&entries.back().sleeper);
    }

    // Wake up when the descriptor is ready.
    void add_descriptor(zmq_fd_t descriptor, short events) {
        item_t item{};
        item.fd = descriptor;
#ifdef _WIN32
        item.events = events;
#else
        if (events & ZMQ_POLLIN) item.events |= POLLIN;
        if (events & ZMQ_POLLOUT) item.events |= POLLOUT;
        if (events & ZMQ_POLLPRI) item.events |= POLLPRI;
#endif
        items.push_back(item);
    }

    // Count as a user of a thread-safe socket, so that no thread closes it. Returns false if a
    // thread is closing it.
    bool hold(ThreadGuard *guard) {
        if (!guard->enter_blocking()) return false;
        held.push_back(guard);
        return true;
    }

    // Wake up when a thread-safe socket has events; such sockets have no descriptor. Returns -1 on
    // an error.
    int add_thread_safe(void *socket, short events) {
        if (!poller && !(poller = zmq_poller_new())) return -1;
        return zmq_poller_add(poller, socket, nullptr, events);
    }

    // Another thread is using one of the sockets: wake up soon to check it again.
    void come_back_soon() { naps = true; }

    // Sleep for at most this many ms, or for ever if negative. Returns -1 on an error, with EINTR
    // for a signal.
    int sleep(long timeout) {
        if (poller) {
            zmq_fd_t descriptor{};
            if (zmq_poller_fd(poller, &descriptor) < 0) return -1;
            add_descriptor(descriptor, ZMQ_POLLIN);
        }
        if (waker)
            add_descriptor(waker->descriptor(), ZMQ_POLLIN);
        else
            naps = true;
        if (naps && (timeout < 0 || timeout > NAP_MS)) timeout = NAP_MS;
#ifdef _WIN32
        return zmq_poll(items.data(), static_cast<int>(items.size()), timeout);
#else
        return poll(items.data(), static_cast<nfds_t>(items.size()), static_cast<int>(timeout));
#endif
    }

   private:
#ifdef _WIN32
    using item_t = zmq_pollitem_t;
#else
    using item_t = pollfd;
#endif
    enum { NAP_MS = 10 };

    struct Entry {
        Entry(ThreadGuard *guard_, Waker *waker, int events)
            : guard(guard_), sleeper(waker, events) {}

        ThreadGuard *guard;
        Sleeper sleeper;
    };

    std::unique_ptr<Waker> waker;  // null if the process has no descriptor left
    std::list<Entry> entries;  // a list, because pointers to entries must stay valid
    std::vector<ThreadGuard *> held;
    std::vector<item_t> items;
    void *poller = nullptr;
    bool naps = false;
};

}  // namespace zmqpy
