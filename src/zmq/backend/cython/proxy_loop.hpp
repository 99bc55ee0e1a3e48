// Moves messages between two sockets until it is stopped, with the GIL released.
//
// One loop implements proxy, proxy_steerable (which newer libzmq no longer has) and
// monitored_queue. Only proxy_steerable has a control socket. Only monitored_queue puts an
// additional first part before captured messages, and swaps routing ids.

#pragma once

#include <Python.h>

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include <deque>

namespace zmqpy {

struct ProxyCounters {
    uint64_t messages_in = 0, bytes_in = 0, messages_out = 0, bytes_out = 0;
};

struct ProxyLoop {
    void *frontend = nullptr;
    void *backend = nullptr;
    void *capture = nullptr;   // may be null
    void *control = nullptr;   // may be null
    // The additional first part of captured messages, by direction; null if they are captured
    // unchanged.
    const char *frontend_prefix = nullptr;
    size_t frontend_prefix_size = 0;
    const char *backend_prefix = nullptr;
    size_t backend_prefix_size = 0;
    // For two ROUTERs as front and back end: swap the first two parts, the routing ids of sender
    // and receiver, so that replies reach the right peer.
    bool swap_ids = false;

    // Runs Python's signal handlers. It releases the sockets meanwhile, because a handler may use
    // or close them. Returns -1 if a handler raised or a socket was closed; the exception is set in
    // the thread.
    int (*run_handlers)(void *sockets) = nullptr;
    void *sockets = nullptr;

    bool paused = false;
    // What each end has received and sent.
    ProxyCounters frontend_counters, backend_counters;

    // Returns 0 after TERMINATE, and -1 on an error, with errno set. The errno is EINTR if
    // run_handlers has failed.
    int run() {
        zmq_pollitem_t items[3] = {{frontend, 0, ZMQ_POLLIN, 0},
                                   {backend, 0, ZMQ_POLLIN, 0},
                                   {control, 0, ZMQ_POLLIN, 0}};
        const bool one_socket = frontend == backend;
        // If one REP is both ends, it replies to each request with the content of the request. A
        // REP can send only after it has received the whole request, so a wait for POLLOUT before
        // that would never end.
        const bool echo = one_socket && type_of(frontend) == ZMQ_REP;
        while (true) {
            items[0].events = items[1].events = paused ? 0 : ZMQ_POLLIN;
            if (wait(items) < 0) return -1;
            if (one_socket) {
                // Both items wait for the same events. zmq_poll checks the second item later, and
                // each check clears the signal of the socket's descriptor. If the second item
                // waited for nothing, neither item would notice a message that arrived in between.
                items[0].revents |= items[1].revents;
                items[1].revents = 0;
            }
            if (control && items[2].revents & ZMQ_POLLIN) {
                const int command = obey();
                if (command != 0) return command < 0 ? -1 : 0;
                continue;
            }
            if (echo) {
                if (items[0].revents & ZMQ_POLLIN && answer_request() < 0) return -1;
                continue;
            }
            if (items[0].revents & ZMQ_POLLIN && can_send(backend) &&
                move(frontend, frontend_counters, backend, backend_counters, frontend_prefix,
                     frontend_prefix_size) < 0)
                return -1;
            if (items[1].revents & ZMQ_POLLIN && can_send(frontend) &&
                move(backend, backend_counters, frontend, frontend_counters, backend_prefix,
                     backend_prefix_size) < 0)
                return -1;
            if (!wait_for_room(items, one_socket)) return -1;
        }
    }

   private:
    // After a signal, repeat the call unless a handler raises, so that no message is lost.
    template <typename Call>
    int uninterrupted(Call call) {
        while (true) {
            const int rc = call();
            if (rc >= 0 || errno != EINTR) return rc;
            if (run_handlers(sockets) < 0) {
                errno = EINTR;
                return -1;
            }
        }
    }
    int wait(zmq_pollitem_t *items) {
        return uninterrupted([&] { return zmq_poll(items, control ? 3 : 2, -1); });
    }
    int send(zmq_msg_t *message, void *to, int flags) {
        return uninterrupted([&] { return zmq_msg_send(message, to, flags); });
    }
    int send(const void *data, size_t size, void *to, int flags) {
        return uninterrupted([&] { return zmq_send(to, data, size, flags); });
    }
    int receive(zmq_msg_t *message, void *from, int flags) {
        return uninterrupted([&] { return zmq_msg_recv(message, from, flags); });
    }

    static int type_of(void *socket) {
        int type = -1;
        size_t size = sizeof type;
        return zmq_getsockopt(socket, ZMQ_TYPE, &type, &size) == 0 ? type : -1;
    }

    static bool can_send(void *socket) {
        int events = 0;
        size_t size = sizeof events;
        return zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) == 0 && events & ZMQ_POLLOUT;
    }

    // If one side has messages and the queues of the other are full, polling only for input would
    // spin. Wait for room, for input on the other side, or for a command.
    bool wait_for_room(const zmq_pollitem_t *seen, bool one_socket) {
        const bool to_backend = seen[0].revents & ZMQ_POLLIN && !can_send(backend);
        const bool to_frontend =
            !one_socket && seen[1].revents & ZMQ_POLLIN && !can_send(frontend);
        if (!to_backend && !to_frontend) return true;
        zmq_pollitem_t items[3] = {{frontend, 0, 0, 0}, {backend, 0, 0, 0},
                                   {control, 0, ZMQ_POLLIN, 0}};
        // Do not poll a side for input while the other side has no room: the poll would return at
        // once.
        if (to_backend) items[1].events |= ZMQ_POLLOUT;
        if (to_frontend) items[0].events |= ZMQ_POLLOUT;
        if (!to_backend) items[0].events |= ZMQ_POLLIN;
        if (!to_frontend && !one_socket) items[1].events |= ZMQ_POLLIN;
        return wait(items) >= 0;
    }

    int obey() {
        zmq_msg_t message;
        zmq_msg_init(&message);
        int rc = receive(&message, control, ZMQ_DONTWAIT);
        if (rc < 0) {
            close_keeping_errno(&message);
            return errno == EAGAIN ? 0 : -1;
        }
        const char *text = static_cast<const char *>(zmq_msg_data(&message));
        const size_t size = zmq_msg_size(&message);
        const bool whole = !zmq_msg_more(&message);
        auto is = [=](const char *word) {
            return whole && size == strlen(word) && memcmp(text, word, size) == 0;
        };
        int answer = 0;
        bool statistics = false;
        if (is("PAUSE"))
            paused = true;
        else if (is("RESUME"))
            paused = false;
        else if (is("TERMINATE"))
            answer = 1;
        else if (is("STATISTICS"))
            statistics = true;
        zmq_msg_close(&message);
        // A REP has to reply to each request before it can receive the next one. Ignore everything
        // except the four commands: a stray message must not stop the proxy.
        bool more = !whole;
        while (more) {
            zmq_msg_init(&message);
            if (receive(&message, control, 0) < 0) {
                close_keeping_errno(&message);
                return -1;
            }
            more = zmq_msg_more(&message);
            zmq_msg_close(&message);
        }
        if (statistics) return send_statistics();
        if (type_of(control) == ZMQ_REP && send("", 0, control, 0) < 0) return -1;
        return answer;
    }

    int send_statistics() {
        const uint64_t numbers[8] = {
            frontend_counters.messages_in,  frontend_counters.bytes_in,
            frontend_counters.messages_out, frontend_counters.bytes_out,
            backend_counters.messages_in,   backend_counters.bytes_in,
            backend_counters.messages_out,  backend_counters.bytes_out};
        for (int i = 0; i < 8; ++i)
            if (send(&numbers[i], sizeof numbers[i], control, i < 7 ? ZMQ_SNDMORE : 0) < 0)
                return -1;
        return 0;
    }

    int send_captured(zmq_msg_t *part, int flags) {
        if (!capture) return 0;
        zmq_msg_t duplicate;
        zmq_msg_init(&duplicate);
        if (zmq_msg_copy(&duplicate, part) < 0 || send(&duplicate, capture, flags) < 0) {
            const int errnum = errno;
            zmq_msg_close(&duplicate);
            errno = errnum;
            return -1;
        }
        return 0;
    }

    int forward(zmq_msg_t *part, void *to, int flags) {
        if (send_captured(part, flags) < 0) return -1;
        return send(part, to, flags) < 0 ? -1 : 0;
    }

    // Moves up to a thousand messages, so that one direction does not starve the other.
    int move(void *from, ProxyCounters &from_counters, void *to, ProxyCounters &to_counters,
             const char *prefix, size_t prefix_size) {
        for (int i = 0; i < 1000; ++i) {
            zmq_msg_t first, second;
            zmq_msg_init(&first);
            if (receive(&first, from, ZMQ_DONTWAIT) < 0) {
                close_keeping_errno(&first);
                return errno == EAGAIN ? 0 : -1;
            }
            uint64_t bytes = zmq_msg_size(&first);
            int rc = 0;
            if (capture && prefix) {
                // the prefix is a separate part
                rc = send(prefix, prefix_size, capture, ZMQ_SNDMORE) < 0 ? -1 : 0;
            }
            bool more = zmq_msg_more(&first);
            if (rc == 0 && swap_ids && more) {
                zmq_msg_init(&second);
                rc = receive(&second, from, 0) < 0 ? -1 : 0;
                if (rc == 0) {
                    bytes += zmq_msg_size(&second);
                    more = zmq_msg_more(&second);
                    rc = forward(&second, to, ZMQ_SNDMORE);
                }
                if (rc < 0) close_keeping_errno(&second);
            }
            if (rc == 0) rc = forward(&first, to, more ? ZMQ_SNDMORE : 0);
            if (rc < 0) {
                close_keeping_errno(&first);
                return -1;
            }
            while (more) {
                zmq_msg_t part;
                zmq_msg_init(&part);
                rc = receive(&part, from, 0) < 0 ? -1 : 0;
                if (rc == 0) {
                    bytes += zmq_msg_size(&part);
                    more = zmq_msg_more(&part);
                    rc = forward(&part, to, more ? ZMQ_SNDMORE : 0);
                }
                if (rc < 0) {
                    close_keeping_errno(&part);
                    return -1;
                }
            }
            ++from_counters.messages_in;
            from_counters.bytes_in += bytes;
            ++to_counters.messages_out;
            to_counters.bytes_out += bytes;
            // Checking for room costs more than sending. So check only if there is a control
            // socket, because a command must not wait for room.
            if (control && !can_send(to)) return 0;
        }
        return 0;
    }

    // Sends a whole request back to its sender: a REP sends nothing before it has received the last
    // part.
    int answer_request() {
        std::deque<zmq_msg_t> parts; // a deque, because messages must not move
        uint64_t bytes = 0;
        int rc = 0;
        do {
            parts.emplace_back();
            zmq_msg_init(&parts.back());
            rc = receive(&parts.back(), frontend, parts.size() == 1 ? ZMQ_DONTWAIT : 0);
            if (rc >= 0) bytes += zmq_msg_size(&parts.back());
        } while (rc >= 0 && zmq_msg_more(&parts.back()));
        const bool nothing_there = rc < 0 && errno == EAGAIN && parts.size() == 1;
        if (rc >= 0 && capture && frontend_prefix)
            rc = send(frontend_prefix, frontend_prefix_size, capture, ZMQ_SNDMORE);
        for (size_t i = 0; rc >= 0 && i < parts.size(); ++i)
            rc = forward(&parts[i], backend, i + 1 < parts.size() ? ZMQ_SNDMORE : 0);
        for (zmq_msg_t &part : parts) close_keeping_errno(&part);
        if (rc < 0) return nothing_there ? 0 : -1;
        ++frontend_counters.messages_in;
        frontend_counters.bytes_in += bytes;
        ++backend_counters.messages_out;
        backend_counters.bytes_out += bytes;
        return 0;
    }

    static void close_keeping_errno(zmq_msg_t *message) {
        const int errnum = errno;
        zmq_msg_close(message);
        errno = errnum;
    }
};

}  // namespace zmqpy
