/* A peer that calls the functions of the system's libzmq. */

#include <unistd.h>
#include "protocol.h"

static void *context, *sock;
static char password_user[256], password[256];

static const char *peer_version (void)
{
    static char text[32];
    int major, minor, patch;
    zmq_version (&major, &minor, &patch);
    snprintf (text, sizeof text, "%d.%d.%d", major, minor, patch);
    return text;
}

static int set_int (int option, int value)
{
    return zmq_setsockopt (sock, option, &value, sizeof value);
}

static int set_text (int option, const char *value)
{
    return zmq_setsockopt (sock, option, value, strlen (value));
}

static int peer_open (int type)
{
    context = zmq_ctx_new ();
    sock = zmq_socket (context, type);
    if (type == ZMQ_ROUTER)
        set_int (ZMQ_ROUTER_MANDATORY, 1);
    return sock ? set_int (ZMQ_LINGER, WAIT_MS) : -1;
}

static void check_passwords (void *handler)
{
    for (;;) {
        char frames[16][256];
        size_t sizes[16];
        int count = 0, more = 1;
        while (more && count < 16) {
            int size = zmq_recv (handler, frames[count], 255, 0);
            if (size < 0) {
                zmq_close (handler);
                return;
            }
            size = size > 255 ? 255 : size;
            frames[count][size] = 0;
            sizes[count++] = size;
            size_t length = sizeof more;
            zmq_getsockopt (handler, ZMQ_RCVMORE, &more, &length);
        }
        int allowed = count == 8 && !strcmp (frames[6], password_user)
                      && !strcmp (frames[7], password);
        zmq_send (handler, frames[0], sizes[0], ZMQ_SNDMORE);
        zmq_send (handler, frames[1], sizes[1], ZMQ_SNDMORE);
        zmq_send (handler, allowed ? "200" : "400", 3, ZMQ_SNDMORE);
        zmq_send (handler, "", 0, ZMQ_SNDMORE);
        zmq_send (handler, "", 0, ZMQ_SNDMORE);
        zmq_send (handler, "", 0, 0);
    }
}

static int plain_server (char **words)
{
    strcpy (password_user, words[0]);
    strcpy (password, words[1]);
    void *handler = zmq_socket (context, ZMQ_REP);
    if (zmq_bind (handler, "inproc://zeromq.zap.01") != 0)
        return -1;
    zmq_threadstart (check_passwords, handler);
    return set_int (ZMQ_PLAIN_SERVER, 1);
}

static int peer_option (const char *name, char **words)
{
    if (!strcmp (name, "plain-server"))
        return plain_server (words);
    if (!strcmp (name, "plain-client"))
        return set_text (ZMQ_PLAIN_USERNAME, words[0]) | set_text (ZMQ_PLAIN_PASSWORD, words[1]);
    if (!strcmp (name, "curve-server"))
        return set_int (ZMQ_CURVE_SERVER, 1) | set_text (ZMQ_CURVE_SECRETKEY, words[1]);
    if (!strcmp (name, "curve-client"))
        return set_text (ZMQ_CURVE_SERVERKEY, words[0]) | set_text (ZMQ_CURVE_PUBLICKEY, words[1])
               | set_text (ZMQ_CURVE_SECRETKEY, words[2]);
    if (!strcmp (name, "heartbeat"))
        return set_int (ZMQ_HEARTBEAT_IVL, atoi (words[0]))
               | set_int (ZMQ_HEARTBEAT_TIMEOUT, atoi (words[1]));
    errno = EINVAL;
    return -1;
}

static int peer_routing_id (const part_t *id)
{
    return zmq_setsockopt (sock, ZMQ_ROUTING_ID, id->bytes, id->size);
}

static const char *peer_bind (const char *endpoint)
{
    static char bound[256];
    size_t length = sizeof bound;
    if (zmq_bind (sock, endpoint) != 0
        || zmq_getsockopt (sock, ZMQ_LAST_ENDPOINT, bound, &length) != 0)
        return NULL;
    return bound;
}

static int peer_connect (const char *endpoint)
{
    return zmq_connect (sock, endpoint);
}

static int peer_subscribe (const part_t *topic, int on)
{
    int type;
    size_t length = sizeof type;
    zmq_getsockopt (sock, ZMQ_TYPE, &type, &length);
    if (type == ZMQ_SUB)
        return zmq_setsockopt (sock, on ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, topic->bytes,
                               topic->size);
    zmq_msg_t message;
    zmq_msg_init_size (&message, topic->size + 1);
    *(char *) zmq_msg_data (&message) = (char) on;
    memcpy ((char *) zmq_msg_data (&message) + 1, topic->bytes, topic->size);
    return zmq_msg_send (&message, sock, 0) < 0;
}

static int peer_send (const part_t *parts, int count)
{
    for (int n = 0; n < count; n++) {
        int flags = n + 1 < count ? ZMQ_SNDMORE : 0, sent;
        int tries = WAIT_MS / 5; /* until the peer with this routing id has connected */
        while ((sent = zmq_send (sock, parts[n].bytes, parts[n].size, flags)) < 0
               && errno == EHOSTUNREACH && tries-- > 0)
            usleep (5000);
        if (sent < 0)
            return -1;
    }
    return 0;
}

static int peer_receive (int timeout_ms)
{
    int count = 0, more = 1;
    set_int (ZMQ_RCVTIMEO, timeout_ms);
    for (; more; count++) {
        zmq_msg_t message;
        zmq_msg_init (&message);
        if (zmq_msg_recv (&message, sock, 0) < 0)
            return -1;
        print_part (zmq_msg_data (&message), zmq_msg_size (&message));
        more = zmq_msg_more (&message);
        zmq_msg_close (&message);
    }
    return count;
}

static void peer_close (void)
{
    zmq_close (sock);
    zmq_ctx_term (context);
}
