// Python buffers lent to libzmq, and how they come home.
//
// libzmq calls the free function on one of its I/O threads. That thread must not take the
// GIL, so it only pushes the buffer onto a lock-free list; whoever holds the GIL next and
// asks (or the pending call that the first push requests) releases all that is on it.

#pragma once

#include <Python.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "process_state.hpp"

extern "C" int zmq_msg_own_memory(zmq_msg_t *msg);  // of our libzmq, not in zmq.h

namespace zmqpy {

// Shared by a message and the trackers that watch it: true once libzmq has let go.
struct SendState {
    std::atomic<int> references{1};
    std::atomic<bool> done{false};

    void retain() { references.fetch_add(1, std::memory_order_relaxed); }
    void release() {
        if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
};

struct LentBuffer {
    LentBuffer *next = nullptr;
    Py_buffer view;
    SendState *state = nullptr;  // null where nobody tracks the message
    bool instead_of_copy = false;  // the caller has asked for a copy, and cannot tell
    bool is_bytes = false;         // the object is exactly a bytes
};

inline bool send_is_done(SendState *state) { return state->done.load(std::memory_order_seq_cst); }

inline bool interpreter_is_exiting() { return interpreter_exiting.load(std::memory_order_relaxed); }

inline std::atomic<LentBuffer *> returned_buffers{nullptr};
inline std::atomic<int> callbacks_running{0};
inline std::atomic<int> tracker_waiters{0};

// Never destroyed: an I/O thread may still use it while the process exits.
struct TrackerSignal {
    std::mutex mutex;
    std::condition_variable condition;
};
inline TrackerSignal *tracker_signal = new TrackerSignal;

// Where the lent memory is, and how often each object is lent. Over inproc a message arrives as
// it was sent: the receiver's Frame is a view of the sender's object, which it must not write to,
// and a receiver of bytes can have the sender's bytes. Never destroyed, as above.
struct Lent {
    size_t count = 0;
    size_t instead_of_copy = 0;
    size_t as_bytes = 0;        // other objects may have the same memory
    PyObject *bytes = nullptr;  // valid while as_bytes is not 0
};
struct LentMemory {
    std::mutex mutex;
    std::unordered_map<const void *, Lent> lent;  // by address
};
inline LentMemory *lent_memory = new LentMemory;
inline std::atomic<size_t> lent_count{0};

// Memory of the program that is lent instead of copied, in bytes: together with what waits to be
// released. Bounded, since a program that copies expects its own objects to be freed when it
// drops them; in one whose main thread sleeps and whose others send no more, nobody releases.
constexpr Py_ssize_t lent_instead_of_copy_max = 256 << 20;
inline std::atomic<Py_ssize_t> lent_instead_of_copy{0};

inline bool may_lend_instead_of_copy(Py_ssize_t size) {
    return lent_instead_of_copy.load(std::memory_order_relaxed) + size <= lent_instead_of_copy_max;
}

inline void note_lent(LentBuffer *buffer) {
    std::lock_guard<std::mutex> lock(lent_memory->mutex);
    Lent &lent = lent_memory->lent[buffer->view.buf];
    ++lent.count;
    if (buffer->instead_of_copy) {
        ++lent.instead_of_copy;
        lent_instead_of_copy.fetch_add(buffer->view.len, std::memory_order_relaxed);
    }
    if (buffer->view.obj && PyBytes_CheckExact(buffer->view.obj)) {
        buffer->is_bytes = true;
        ++lent.as_bytes;
        lent.bytes = buffer->view.obj;
    }
    lent_count.fetch_add(1, std::memory_order_relaxed);
}

inline void note_returned(const LentBuffer *buffer) {
    std::lock_guard<std::mutex> lock(lent_memory->mutex);
    auto entry = lent_memory->lent.find(buffer->view.buf);
    if (entry == lent_memory->lent.end()) return;
    if (buffer->instead_of_copy) --entry->second.instead_of_copy;
    if (buffer->is_bytes) --entry->second.as_bytes;
    if (--entry->second.count == 0) lent_memory->lent.erase(entry);
    lent_count.fetch_sub(1, std::memory_order_relaxed);
}

// The next two are about a message that the caller holds: nobody can return its memory meanwhile.

enum HowLent { NOT_LENT, LENT, LENT_INSTEAD_OF_COPY };

inline HowLent how_lent(const void *memory) {
    if (!lent_count.load(std::memory_order_relaxed)) return NOT_LENT;
    std::lock_guard<std::mutex> lock(lent_memory->mutex);
    auto entry = lent_memory->lent.find(memory);
    if (entry == lent_memory->lent.end()) return NOT_LENT;
    return entry->second.instead_of_copy ? LENT_INSTEAD_OF_COPY : LENT;
}

// The bytes that were lent, if they are the whole message; borrowed. Needs the GIL.
inline PyObject *lent_bytes(const void *memory, size_t size) {
    if (!lent_count.load(std::memory_order_relaxed)) return nullptr;
    std::lock_guard<std::mutex> lock(lent_memory->mutex);
    auto entry = lent_memory->lent.find(memory);
    if (entry == lent_memory->lent.end() || !entry->second.as_bytes) return nullptr;
    PyObject *bytes = entry->second.bytes;
    return bytes && static_cast<size_t>(PyBytes_GET_SIZE(bytes)) == size ? bytes : nullptr;
}

// In a forked child: what an I/O thread of the parent held or counted at that moment would
// stay so for ever.
inline void forget_threads_of_parent() {
    tracker_signal = new TrackerSignal;
    tracker_waiters.store(0);
    lent_memory = new LentMemory;
    lent_count.store(0);
    lent_instead_of_copy.store(0);
    callbacks_running.store(0);
}

// Needs the GIL (or an attached thread state).
inline void release_returned_buffers() {
    LentBuffer *entry = returned_buffers.exchange(nullptr, std::memory_order_acquire);
    while (entry) {
        LentBuffer *next = entry->next;
        if (entry->instead_of_copy)
            lent_instead_of_copy.fetch_sub(entry->view.len, std::memory_order_relaxed);
        PyBuffer_Release(&entry->view);
        delete entry;
        entry = next;
    }
}

inline int release_returned_buffers_pending(void *) {
    release_returned_buffers();
    return 0;
}

// libzmq's zmq_free_fn: runs on any thread, without the GIL.
inline void return_buffer(void *, void *hint) {
    LentBuffer *entry = static_cast<LentBuffer *>(hint);
    note_returned(entry);
    SendState *state = entry->state;
    if (state) {
        state->done.store(true, std::memory_order_seq_cst);
        if (tracker_waiters.load(std::memory_order_seq_cst)) {
            std::lock_guard<std::mutex> lock(tracker_signal->mutex);
            tracker_signal->condition.notify_all();
        }
        state->release();
        entry->state = nullptr;
    }
    // Announced before `interpreter_exiting` is read, so that the exit hook can wait for us.
    callbacks_running.fetch_add(1, std::memory_order_seq_cst);
    if (!interpreter_exiting.load(std::memory_order_seq_cst)) {
        LentBuffer *head = returned_buffers.load(std::memory_order_relaxed);
        do {
            entry->next = head;
        } while (!returned_buffers.compare_exchange_weak(head, entry, std::memory_order_release,
                                                         std::memory_order_relaxed));
        // The list was empty: nobody has asked the interpreter yet. Should its queue of
        // pending calls be full, the next send or tracker does the work.
        if (!head) Py_AddPendingCall(release_returned_buffers_pending, nullptr);
    }
    callbacks_running.fetch_sub(1, std::memory_order_seq_cst);
}

// After this no I/O thread touches the interpreter any more.
inline void stop_returning_buffers() {
    interpreter_exiting.store(true, std::memory_order_seq_cst);
    while (callbacks_running.load(std::memory_order_seq_cst)) std::this_thread::yield();
}

// Without the GIL: waits at most `milliseconds` for `state`, true once it is done.
inline bool wait_for_send(SendState *state, long milliseconds) {
    if (state->done.load(std::memory_order_seq_cst)) return true;
    std::unique_lock<std::mutex> lock(tracker_signal->mutex);
    tracker_waiters.fetch_add(1, std::memory_order_seq_cst);
    bool done = tracker_signal->condition.wait_for(
        lock, std::chrono::milliseconds(milliseconds),
        [state] { return state->done.load(std::memory_order_seq_cst); });
    tracker_waiters.fetch_sub(1, std::memory_order_seq_cst);
    return done;
}

}  // namespace zmqpy
