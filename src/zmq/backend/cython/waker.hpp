// A descriptor by which one thread wakes another from poll(2).

#pragma once

#include <atomic>
#include <cerrno>
#include <memory>
#include <mutex>
#include <vector>

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX  // otherwise Windows defines macros named min and max
#endif
#include <winsock2.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif
#ifdef __linux__
#include <sys/eventfd.h>
#endif

#include <zmq.h>

#include "process_state.hpp"

namespace zmqpy {

class Waker {
   public:
    // Returns an unused waker, or a null pointer if the process has no descriptor left.
    static std::unique_ptr<Waker> get();
    // Keeps a waker for reuse. No other thread may refer to it any more.
    static void put_back(std::unique_ptr<Waker> waker);

    Waker() = default;
    Waker(const Waker &) = delete;
    Waker &operator=(const Waker &) = delete;
    ~Waker() { close(); }

    // Returns the descriptor that becomes readable on a wake-up.
    zmq_fd_t descriptor() const { return reading; }

    void wake() {
        if (!woken.exchange(true)) send();
    }

   private:
    bool open();
    void send();
    void receive();
    void close();

    bool opened = false;
    std::atomic<bool> woken{false};
    zmq_fd_t reading{};
    zmq_fd_t writing{};
};

// Creating descriptors costs more than a sleep, so wakers are reused.
struct SpareWakers {
    enum { MOST = 8 };

    // Never destroyed: a thread may still use it after static objects are destroyed.
    static SpareWakers &all() {
        static SpareWakers *made = new SpareWakers;
        return *made;
    }

    std::mutex lock;
    std::vector<std::unique_ptr<Waker>> spare;
    int generation = 0;  // fork generation: a child must not use the descriptors of its parent
};

inline std::unique_ptr<Waker> Waker::get() {
    SpareWakers &all = SpareWakers::all();
    std::unique_ptr<Waker> waker;
    // Use try_lock, because in a forked child the lock may be locked for ever.
    if (all.lock.try_lock()) {
        std::lock_guard<std::mutex> held(all.lock, std::adopt_lock);
        if (all.generation != fork_generation) {
            all.generation = fork_generation;
            all.spare.clear();
        }
        if (!all.spare.empty()) {
            waker = std::move(all.spare.back());
            all.spare.pop_back();
            return waker;
        }
    }
    waker.reset(new Waker);
    if (!waker->open()) waker.reset();
    return waker;
}

inline void Waker::put_back(std::unique_ptr<Waker> waker) {
    SpareWakers &all = SpareWakers::all();
    if (waker->woken.exchange(false)) waker->receive();
    if (!all.lock.try_lock()) return;
    std::lock_guard<std::mutex> held(all.lock, std::adopt_lock);
    if (all.generation == fork_generation && all.spare.size() < SpareWakers::MOST)
        all.spare.push_back(std::move(waker));
}

#if defined(__linux__)

inline bool Waker::open() {
    reading = writing = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return opened = reading >= 0;
}

inline void Waker::send() { (void)eventfd_write(writing, 1); }

inline void Waker::receive() {
    eventfd_t count;
    (void)eventfd_read(reading, &count);
}

inline void Waker::close() {
    if (opened) ::close(reading);
}

#elif defined(_WIN32)

// A datagram socket that is connected to its own address.
inline bool Waker::open() {
    reading = writing = socket(AF_INET, SOCK_DGRAM, 0);
    if (reading == INVALID_SOCKET) return false;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = sizeof(address);
    opened = bind(reading, reinterpret_cast<sockaddr *>(&address), size) == 0 &&
             getsockname(reading, reinterpret_cast<sockaddr *>(&address), &size) == 0 &&
             connect(reading, reinterpret_cast<sockaddr *>(&address), size) == 0;
    if (!opened) closesocket(reading);
    return opened;
}

inline void Waker::send() { ::send(writing, "", 1, 0); }

inline void Waker::receive() {
    char byte;
    ::recv(reading, &byte, 1, 0);
}

inline void Waker::close() {
    if (opened) closesocket(reading);
}

#else

inline bool Waker::open() {
    int ends[2];
    if (pipe(ends) < 0) return false;
    for (int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
    reading = ends[0];
    writing = ends[1];
    return opened = true;
}

inline void Waker::send() {
    while (::write(writing, "", 1) < 0 && errno == EINTR) continue;
}

inline void Waker::receive() {
    char byte;
    while (::read(reading, &byte, 1) < 0 && errno == EINTR) continue;
}

inline void Waker::close() {
    if (!opened) return;
    ::close(reading);
    ::close(writing);
}

#endif

}  // namespace zmqpy
