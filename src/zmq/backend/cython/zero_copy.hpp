// Zero-copy: lends memory of Python to libzmq, and releases it afterwards.
//
// With copy=False, libzmq sends from the memory of a Python object: zmq_msg_init_data takes a
// pointer and a function to call when libzmq no longer uses the memory. Until then the object must
// stay alive, and keep its memory in place. So a LentBuffer holds a Py_buffer of the object, and
// `return_buffer` is the function that libzmq calls. The difficulty is the thread that calls this
// function:
//
// - It is one of libzmq's I/O threads, which Python does not know. Such a thread must not use
//   Python objects, and PyBuffer_Release needs the GIL.
// - Taking the GIL there would be the obvious solution, but a bad one. The I/O thread serves all
//   sockets of the context. While it waits for the GIL, no message moves. At the interpreter's
//   exit, a thread that asks for the GIL hangs or is ended, and zmq_ctx_term waits for that thread
//   for ever.
//
// So the I/O thread does only work that never waits for the GIL. It marks the memory as returned,
// under a mutex that other threads hold only for moments. Then it pushes the buffer onto
// `returned_buffers`, a linked list whose head is an atomic pointer. A push is a compare-and-swap,
// and taking all entries is an exchange with null. No thread pops a single entry, so there is no
// ABA problem. Code that holds the GIL releases all buffers on the list: the next send with
// copy=False, a MessageTracker, or the interpreter itself. The interpreter does so for programs
// that neither send nor use trackers for a long time: a thread that pushes onto an *empty* list
// asks the interpreter by Py_AddPendingCall to release the buffers soon. If the list was not empty,
// an earlier request is still pending. So a burst of messages makes one request, and the queue of
// pending calls, which has 32 places, cannot overflow.
//
// At exit, `stop_returning_buffers` stops these requests: it sets `interpreter_exiting`, and waits
// until no I/O thread is between its check of that flag and its last use of Python's API. Buffers
// that return later are freed when the process ends.

#pragma once

#include <Python.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "process_state.hpp"

extern "C" int zmq_msg_own_memory(zmq_msg_t *msg);  // a function of our libzmq, not in zmq.h

namespace zmqpy {

// The state that a message shares with the trackers that watch it. `done` is true when libzmq no
// longer uses the message's memory.
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
    SendState *state = nullptr;  // null if the message is not tracked
    bool instead_of_copy = false;  // lent although the caller has asked for a copy
    bool is_bytes = false;         // the object is exactly a bytes
};

inline bool send_is_done(SendState *state) { return state->done.load(std::memory_order_seq_cst); }

inline bool interpreter_is_exiting() { return interpreter_exiting.load(std::memory_order_relaxed); }

inline std::atomic<LentBuffer *> returned_buffers{nullptr};
inline std::atomic<int> callbacks_running{0};
inline std::atomic<int> tracker_waiters{0};

// Never destroyed, because an I/O thread may still use it while the process exits.
struct TrackerSignal {
    std::mutex mutex;
    std::condition_variable condition;
};
inline TrackerSignal *tracker_signal = new TrackerSignal;

// The addresses of the lent memory, and the number of times that each object is lent. They are
// needed because inproc does not copy a message. The receiver's Frame is a view of the sender's
// object, and must not write to it. A receiver of bytes gets the sender's bytes object. Never
// destroyed, as above.
struct Lent {
    size_t count = 0;
    size_t instead_of_copy = 0;
    size_t as_bytes = 0;        // several objects may share this memory
    PyObject *bytes = nullptr;  // valid while as_bytes is not 0
};
struct LentMemory {
    std::mutex mutex;
    std::unordered_map<const void *, Lent> lent;  // lent memory by address
};
inline LentMemory *lent_memory = new LentMemory;
inline std::atomic<size_t> lent_count{0};

// The number of bytes that are lent although the program has asked for copies, including buffers
// that wait to be released. The number is bounded, because such a program expects that its objects
// are freed when it drops them. But while the main thread sleeps and no other thread sends, nobody
// releases the returned buffers.
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

// The caller of the next two functions holds the message, so its memory cannot be released
// meanwhile.

enum HowLent { NOT_LENT, LENT, LENT_INSTEAD_OF_COPY };

inline HowLent how_lent(const void *memory) {
    if (!lent_count.load(std::memory_order_relaxed)) return NOT_LENT;
    std::lock_guard<std::mutex> lock(lent_memory->mutex);
    auto entry = lent_memory->lent.find(memory);
    if (entry == lent_memory->lent.end()) return NOT_LENT;
    return entry->second.instead_of_copy ? LENT_INSTEAD_OF_COPY : LENT;
}

// Returns the lent bytes object if it is the complete message, as a borrowed reference. Needs the
// GIL.
inline PyObject *lent_bytes(const void *memory, size_t size) {
    if (!lent_count.load(std::memory_order_relaxed)) return nullptr;
    std::lock_guard<std::mutex> lock(lent_memory->mutex);
    auto entry = lent_memory->lent.find(memory);
    if (entry == lent_memory->lent.end() || !entry->second.as_bytes) return nullptr;
    PyObject *bytes = entry->second.bytes;
    return bytes && static_cast<size_t>(PyBytes_GET_SIZE(bytes)) == size ? bytes : nullptr;
}

// A forked child needs new locks and counts. A lock that an I/O thread of the parent held during
// the fork would stay locked, and a count would never change again.
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

// The zmq_free_fn for libzmq: runs on any thread, without the GIL.
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
    // Count this thread before it reads `interpreter_exiting`, so that the exit hook waits for it.
    callbacks_running.fetch_add(1, std::memory_order_seq_cst);
    if (!interpreter_exiting.load(std::memory_order_seq_cst)) {
        LentBuffer *head = returned_buffers.load(std::memory_order_relaxed);
        do {
            entry->next = head;
        } while (!returned_buffers.compare_exchange_weak(head, entry, std::memory_order_release,
                                                         std::memory_order_relaxed));
        // The list was empty, so no thread has asked the interpreter yet. If its queue of pending
        // calls is full, the next send or tracker does the work.
        if (!head) Py_AddPendingCall(release_returned_buffers_pending, nullptr);
    }
    callbacks_running.fetch_sub(1, std::memory_order_seq_cst);
}

// After this, no I/O thread uses the interpreter any more.
inline void stop_returning_buffers() {
    interpreter_exiting.store(true, std::memory_order_seq_cst);
    while (callbacks_running.load(std::memory_order_seq_cst)) std::this_thread::yield();
}

// Waits without the GIL, for at most `milliseconds`, until `state` is done; returns whether it is.
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
