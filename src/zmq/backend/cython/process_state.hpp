// The state of the process: forks, the exit of the interpreter, and the clock. It is in C++ because
// I/O threads read it, too, without the GIL.

#pragma once

#include <atomic>
#include <chrono>

#ifndef _WIN32
#include <pthread.h>
#endif

namespace zmqpy {

// Counts forks. Each object stores the count at its creation, so one comparison shows whether the
// object was inherited from a parent process.
inline int fork_generation = 0;

inline std::atomic<bool> interpreter_exiting{false};

// `in_child` runs in each forked child, which has only the forking thread.
inline void watch_forks(void (*in_child)()) {
#ifndef _WIN32
    static void (*child_hook)() = nullptr;
    if (!child_hook) {
        child_hook = in_child;
        pthread_atfork(nullptr, nullptr, [] {
            ++fork_generation;
            child_hook();
        });
    }
#else
    (void)in_child;
#endif
}

inline long long monotonic_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace zmqpy
