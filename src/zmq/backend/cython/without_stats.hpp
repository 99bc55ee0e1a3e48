#pragma once

//  Replaces the statistics functions of our libzmq if libzmq was built without them: without the
//  draft API, or without our patches, as for comparisons. Each function fails with ENOTSUP.

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#define ZMQ_DROPPED_REASONS 14
#define ZMQ_REFUSED_REASONS 10

struct zmq_socket_counts_t
{
    uint64_t messages_sent;
    uint64_t messages_received;
    uint64_t messages_out;
    uint64_t bytes_out;
    uint64_t messages_in;
    uint64_t bytes_in;
    uint64_t queued_out;
    uint64_t queued_bytes_out;
    uint64_t queued_in;
    uint64_t queued_bytes_in;
    uint64_t sends_blocked;
    uint64_t connections;
    uint64_t connections_made;
    uint64_t connections_lost;
    uint64_t connections_closed;
    uint64_t connection_retries;
    uint64_t dropped[ZMQ_DROPPED_REASONS];
    uint64_t refused[ZMQ_REFUSED_REASONS];
};

struct zmq_peer_property_t
{
    const char *name;
    const void *value;
    size_t size;
};

struct zmq_peer_stats_t
{
    uint64_t id;
    const char *endpoint;
    const char *local;
    const char *remote;
    const char *address;
    const void *routing_id;
    size_t routing_id_size;
    uint32_t number;
    int state;
    int connects;
    int mechanism;
    const zmq_peer_property_t *properties;
    size_t property_count;
    int64_t connected_at;
    uint64_t connections_made;
    int64_t retry_in;
    int error_kind;
    uint64_t error;
    uint64_t messages_out;
    uint64_t bytes_out;
    uint64_t messages_in;
    uint64_t bytes_in;
    uint64_t queued_out;
    uint64_t queued_bytes_out;
    uint64_t queued_in;
    uint64_t queued_bytes_in;
    uint64_t dropped;
};

struct zmq_peers_t
{
    size_t count;
    const zmq_peer_stats_t *peers;
};

static inline int zmq_socket_stats (void *, zmq_socket_counts_t *, size_t)
{
    errno = ENOTSUP;
    return -1;
}

static inline zmq_peers_t *zmq_socket_peers (void *)
{
    errno = ENOTSUP;
    return NULL;
}

static inline void zmq_peers_free (zmq_peers_t *)
{
}
