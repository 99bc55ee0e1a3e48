/* A peer that calls czmq: zsock, zmsg, zframe, zcert and the actor zauth. */

#include <czmq.h>
#include "protocol.h"

static zsock_t *sock;
static zactor_t *auth;
static char bound[256];

static const char *peer_version (void)
{
    static char text[64];
    int major, minor, patch;
    zmq_version (&major, &minor, &patch);
    snprintf (text, sizeof text, "%d.%d.%d with libzmq %d.%d.%d", CZMQ_VERSION_MAJOR,
              CZMQ_VERSION_MINOR, CZMQ_VERSION_PATCH, major, minor, patch);
    return text;
}

static int peer_open (int type)
{
    zsys_handler_set (NULL);
    sock = zsock_new (type);
    if (!sock)
        return -1;
    if (type == ZMQ_ROUTER)
        zsock_set_router_mandatory (sock, 1);
    zsock_set_linger (sock, WAIT_MS);
    return 0;
}

static int plain_server (char **words)
{
    char path[] = "/tmp/czmq-peer-XXXXXX";
    int descriptor = mkstemp (path);
    if (descriptor < 0)
        return -1;
    dprintf (descriptor, "%s=%s\n", words[0], words[1]);
    close (descriptor);
    auth = zactor_new (zauth, NULL);
    zstr_sendx (auth, "PLAIN", path, NULL);
    zsock_wait (auth);
    unlink (path);
    zsock_set_zap_domain (sock, "global");
    zsock_set_plain_server (sock, 1);
    return 0;
}

static zcert_t *certificate (const char *public_text, const char *secret_text)
{
    byte public_key[32], secret_key[32];
    zmq_z85_decode (public_key, public_text);
    zmq_z85_decode (secret_key, secret_text);
    return zcert_new_from (public_key, secret_key);
}

static int peer_option (const char *name, char **words)
{
    if (!strcmp (name, "plain-server"))
        return plain_server (words);
    if (!strcmp (name, "plain-client")) {
        zsock_set_plain_username (sock, words[0]);
        zsock_set_plain_password (sock, words[1]);
        return 0;
    }
    if (!strcmp (name, "curve-server")) {
        zcert_t *keys = certificate (words[0], words[1]);
        zcert_apply (keys, sock);
        zcert_destroy (&keys);
        zsock_set_curve_server (sock, 1);
        return 0;
    }
    if (!strcmp (name, "curve-client")) {
        zcert_t *keys = certificate (words[1], words[2]);
        zcert_apply (keys, sock);
        zcert_destroy (&keys);
        zsock_set_curve_serverkey (sock, words[0]);
        return 0;
    }
    if (!strcmp (name, "heartbeat")) {
        zsock_set_heartbeat_ivl (sock, atoi (words[0]));
        zsock_set_heartbeat_timeout (sock, atoi (words[1]));
        return 0;
    }
    errno = EINVAL;
    return -1;
}

static int peer_routing_id (const part_t *id)
{
    zsock_set_identity (sock, (const char *) id->bytes);
    return 0;
}

static const char *peer_bind (const char *endpoint)
{
    if (zsock_bind (sock, "%s", endpoint) < 0)
        return NULL;
    snprintf (bound, sizeof bound, "%s", zsock_endpoint (sock));
    return bound;
}

static int peer_connect (const char *endpoint)
{
    return zsock_connect (sock, "%s", endpoint);
}

static int peer_subscribe (const part_t *topic, int on)
{
    if (zsock_type (sock) == ZMQ_SUB) {
        /* czmq's topics are C strings, so they cannot contain zeros. */
        if (on)
            zsock_set_subscribe (sock, (const char *) topic->bytes);
        else
            zsock_set_unsubscribe (sock, (const char *) topic->bytes);
        return 0;
    }
    zframe_t *frame = zframe_new (NULL, topic->size + 1);
    zframe_data (frame)[0] = (byte) on;
    memcpy (zframe_data (frame) + 1, topic->bytes, topic->size);
    return zframe_send (&frame, sock, 0);
}

static int peer_send (const part_t *parts, int count)
{
    zmsg_t *message = zmsg_new ();
    for (int n = 0; n < count; n++)
        zmsg_addmem (message, parts[n].bytes, parts[n].size);
    int tries = WAIT_MS / 5, result; /* until the peer with this routing id has connected */
    while ((result = zmsg_send (&message, sock)) != 0 && errno == EHOSTUNREACH && tries-- > 0)
        zclock_sleep (5);
    return result;
}

static int peer_receive (int timeout_ms)
{
    int count = 0;
    zsock_set_rcvtimeo (sock, timeout_ms);
    zmsg_t *message = zmsg_recv (sock);
    if (!message)
        return -1;
    for (zframe_t *frame = zmsg_first (message); frame; frame = zmsg_next (message), count++)
        print_part (zframe_data (frame), zframe_size (frame));
    zmsg_destroy (&message);
    return count;
}

static void peer_close (void)
{
    zsock_destroy (&sock);
    zactor_destroy (&auth);
    zsys_shutdown ();
}
