// What the backend must know of the process: has it forked, is the interpreter going away,
// and what time is it. Kept in C++ because I/O threads without the GIL ask, too.

#pragma once

#include <atomic>
#include <chrono>

#ifndef _WIN32
#include <pthread.h>
#endif

namespace zmqpy {

// Counts forks: an object remembers the number it was made under, and one that was
// inherited from a parent process is told apart by one comparison.
inline int fork_generation = 0;

inline std::atomic<bool> interpreter_exiting{false};

// `in_child` runs in each forked child, where only the forking thread is left.
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
