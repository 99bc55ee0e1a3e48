#pragma once

//  Replaces the functions that zmq.h omits in a build without libzmq's draft API
//  (-DZMQ_DRAFT_API=OFF), so that builds with and without it use the same sources. Each function
//  fails with ENOTSUP, like the functions of a missing transport or mechanism.

#include <errno.h>
#include <stdint.h>

#include <zmq.h>

#ifndef ZMQ_BUILD_DRAFT_API

#define ZMQ_SERVER 12
#define ZMQ_CLIENT 13
#define ZMQ_RADIO 14
#define ZMQ_DISH 15
#define ZMQ_GATHER 16
#define ZMQ_SCATTER 17
#define ZMQ_DGRAM 18
#define ZMQ_PEER 19
#define ZMQ_CHANNEL 20

#define ZMQ_EVENT_PIPES_STATS 0x10000
#define ZMQ_CURRENT_EVENT_VERSION_DRAFT 2

struct zmq_poller_event_t
{
    void *socket;
    zmq_fd_t fd;
    void *user_data;
    short events;
};

static inline int zmq_not_supported ()
{
    errno = ENOTSUP;
    return -1;
}

static inline int zmq_ctx_set_ext (void *, int, const void *, size_t)
{
    return zmq_not_supported ();
}

static inline int zmq_join (void *, const char *)
{
    return zmq_not_supported ();
}

static inline int zmq_leave (void *, const char *)
{
    return zmq_not_supported ();
}

static inline uint32_t zmq_connect_peer (void *, const char *)
{
    zmq_not_supported ();
    return 0;
}

static inline int zmq_disconnect_peer (void *, uint32_t)
{
    return zmq_not_supported ();
}

static inline int zmq_msg_set_routing_id (zmq_msg_t *, uint32_t)
{
    return zmq_not_supported ();
}

//  No message has a routing id.
static inline uint32_t zmq_msg_routing_id (zmq_msg_t *)
{
    return 0;
}

static inline int zmq_msg_set_group (zmq_msg_t *, const char *)
{
    return zmq_not_supported ();
}

static inline const char *zmq_msg_group (zmq_msg_t *)
{
    return "";
}

static inline void *zmq_poller_new ()
{
    zmq_not_supported ();
    return NULL;
}

static inline int zmq_poller_destroy (void **)
{
    return zmq_not_supported ();
}

static inline int zmq_poller_add (void *, void *, void *, short)
{
    return zmq_not_supported ();
}

static inline int zmq_poller_modify (void *, void *, short)
{
    return zmq_not_supported ();
}

static inline int zmq_poller_remove (void *, void *)
{
    return zmq_not_supported ();
}

static inline int zmq_poller_wait (void *, zmq_poller_event_t *, long)
{
    return zmq_not_supported ();
}

static inline int zmq_poller_wait_all (void *, zmq_poller_event_t *, int, long)
{
    return zmq_not_supported ();
}

static inline int zmq_poller_fd (void *, zmq_fd_t *)
{
    return zmq_not_supported ();
}

static inline int zmq_poller_add_fd (void *, zmq_fd_t, void *, short)
{
    return zmq_not_supported ();
}

static inline int zmq_poller_modify_fd (void *, zmq_fd_t, short)
{
    return zmq_not_supported ();
}

static inline int zmq_poller_remove_fd (void *, zmq_fd_t)
{
    return zmq_not_supported ();
}

static inline int zmq_socket_get_peer_state (void *, const void *, size_t)
{
    return zmq_not_supported ();
}

static inline int zmq_socket_monitor_versioned (void *, const char *, uint64_t, int, int)
{
    return zmq_not_supported ();
}

static inline int zmq_socket_monitor_pipes_stats (void *)
{
    return zmq_not_supported ();
}

#include "without_stats.hpp"

#endif
