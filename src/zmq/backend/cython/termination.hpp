// Terminates garbage-collected contexts, each in a thread of its own.
//
// zmq_ctx_term() waits until all messages are sent, which may take for ever. A destructor can run
// at any place of a program, so it must not wait. A user could not interrupt the wait either,
// because Python drops exceptions that a signal handler raises in a destructor.

#pragma once

#include <zmq.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "process_state.hpp"

#ifndef _WIN32
#include <errno.h>
#include <poll.h>
#include <signal.h>
#endif

namespace zmqpy {

class Terminations {
   public:
    // Never destroyed: a thread may still use it after static objects are destroyed.
    static Terminations &all() {
        static Terminations *made = new Terminations;
        return *made;
    }

    void begin(void *context) {
        {
            std::lock_guard<std::mutex> held(lock);
            if (generation != fork_generation) {
                // a forked child does not have the threads of the parent
                generation = fork_generation;
                running = 0;
            }
            ++running;
        }
#ifndef _WIN32
        // The new thread inherits the blocked signals, so only Python's threads handle signals.
        sigset_t every, before;
        sigfillset(&every);
        pthread_sigmask(SIG_SETMASK, &every, &before);
#endif
        try {
            std::thread([this, context] {
                while (zmq_ctx_term(context) < 0 && zmq_errno() == EINTR) continue;
                end();
            }).detach();
        } catch (const std::system_error &) {
            // The system refused a thread: leak the context.
            zmq_ctx_shutdown(context);
            end();
        }
#ifndef _WIN32
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
#endif
    }

    // Waits until all contexts are terminated; returns false if that takes longer than this.
    bool wait(int milliseconds) {
        std::unique_lock<std::mutex> held(lock);
        if (generation != fork_generation) return true;
        return changed.wait_for(held, std::chrono::milliseconds(milliseconds),
                                [this] { return running == 0; });
    }

   private:
    void end() {
        std::lock_guard<std::mutex> held(lock);
        --running;
        changed.notify_all();
    }

    std::mutex lock;
    std::condition_variable changed;
    int running = 0;
    int generation = 0;
};

inline void terminate_in_background(void *context) { Terminations::all().begin(context); }
inline bool wait_for_terminations(int milliseconds) {
    return Terminations::all().wait(milliseconds);
}

// Waits for that time, unless all contexts are terminated already. Returns true if a signal with a
// handler ended the wait.
inline bool pause_is_interrupted(int milliseconds) {
    if (wait_for_terminations(0)) return false;
#ifdef _WIN32
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    return false;
#else
    return poll(nullptr, 0, milliseconds) < 0 && errno == EINTR;
#endif
}

}  // namespace zmqpy
