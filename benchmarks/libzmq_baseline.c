/* What libzmq itself needs for what scenarios/ measures, with no Python in between.
 * Prints the same JSON lines. Built and run by __main__.py where a compiler is at hand. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { CALLS = 500, BLOCKS = 2000, PATIENCE_MS = 20000, LARGEST = 65536 };

static char body[LARGEST];
static double times[BLOCKS];

static double now (void)
{
    struct timespec t;
    clock_gettime (CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void check (int ok, const char *what)
{
    if (!ok) {
        fprintf (stderr, "%s: %s\n", what, zmq_strerror (zmq_errno ()));
        exit (1);
    }
}

static void tell (const char *name, double value, const char *unit)
{
    printf ("{\"name\": \"%s\", \"value\": %f, \"unit\": \"%s\"}\n", name, value, unit);
    fflush (stdout);
}

static void *open_socket (void *context, int kind, int hwm)
{
    void *socket = zmq_socket (context, kind);
    int patience = PATIENCE_MS;
    check (socket != NULL, "zmq_socket");
    zmq_setsockopt (socket, ZMQ_LINGER, &patience, sizeof patience);
    zmq_setsockopt (socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt (socket, ZMQ_SNDTIMEO, &patience, sizeof patience);
    zmq_setsockopt (socket, ZMQ_RCVHWM, &hwm, sizeof hwm);
    zmq_setsockopt (socket, ZMQ_SNDHWM, &hwm, sizeof hwm);
    return socket;
}

static void send_all (void *socket, size_t size, int count)
{
    for (int i = 0; i < count; ++i)
        check (zmq_send (socket, body, size, 0) == (int) size, "zmq_send");
}

static void recv_all (void *socket, size_t size, int count)
{
    zmq_msg_t message;
    for (int i = 0; i < count; ++i) {
        zmq_msg_init (&message);
        check (zmq_msg_recv (&message, socket, 0) == (int) size, "zmq_msg_recv");
        zmq_msg_close (&message);
    }
}

static void take_turns (void *left, void *right, size_t size)
{
    for (int i = 0; i < CALLS; ++i) {
        send_all (left, size, 1);
        recv_all (right, size, 1);
    }
}

static int smaller (const void *a, const void *b)
{
    const double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static double median_ns_per_call (void)
{
    qsort (times, BLOCKS, sizeof times[0], smaller);
    return times[BLOCKS / 2] / CALLS * 1e9;
}

static void calls (size_t size, const char *send_name, const char *recv_name, const char *both_name)
{
    void *context = zmq_ctx_new ();
    void *left = open_socket (context, ZMQ_PAIR, CALLS);
    void *right = open_socket (context, ZMQ_PAIR, CALLS);
    static double recv_times[BLOCKS];
    check (zmq_bind (left, "inproc://calls") == 0, "zmq_bind");
    check (zmq_connect (right, "inproc://calls") == 0, "zmq_connect");
    for (int block = 0; block < BLOCKS; ++block) {
        const double start = now ();
        send_all (left, size, CALLS);
        const double middle = now ();
        recv_all (right, size, CALLS);
        times[block] = middle - start;
        recv_times[block] = now () - middle;
    }
    tell (send_name, median_ns_per_call (), "ns");
    memcpy (times, recv_times, sizeof times);
    tell (recv_name, median_ns_per_call (), "ns");
    for (int block = 0; block < BLOCKS && both_name != NULL; ++block) {
        const double start = now ();
        take_turns (left, right, size);
        times[block] = now () - start;
    }
    if (both_name != NULL)
        tell (both_name, median_ns_per_call (), "ns");
    zmq_close (left);
    zmq_close (right);
    zmq_ctx_term (context);
}

struct job {
    void *context;
    size_t size;
    int count;
};

static void *push_in_thread (void *argument)
{
    const struct job *job = argument;
    void *pusher = open_socket (job->context, ZMQ_PUSH, 1000);
    check (zmq_connect (pusher, "inproc://threads") == 0, "zmq_connect");
    send_all (pusher, job->size, job->count);
    zmq_close (pusher);
    return NULL;
}

static void threads (size_t size, int count, const char *name)
{
    struct job job = {zmq_ctx_new (), size, count};
    void *puller = open_socket (job.context, ZMQ_PULL, 1000);
    pthread_t thread;
    check (zmq_bind (puller, "inproc://threads") == 0, "zmq_bind");
    check (pthread_create (&thread, NULL, push_in_thread, &job) == 0, "pthread_create");
    recv_all (puller, size, 1);
    const double start = now ();
    recv_all (puller, size, count - 1);
    tell (name, (count - 1) / (now () - start), "msg/s");
    pthread_join (thread, NULL);
    zmq_close (puller);
    zmq_ctx_term (job.context);
}

/* The parent forks before it has a context: the endpoint comes through a pipe. */
static void processes (size_t size, int count, int curve, const char *name, const char *unit)
{
    char public_key[41], secret_key[41], endpoint[256] = "";
    size_t length = sizeof endpoint;
    int pipe_ends[2], status, yes = 1;
    if (curve && zmq_curve_keypair (public_key, secret_key) != 0)
        return;
    check (pipe (pipe_ends) == 0, "pipe");
    const pid_t child = fork ();
    check (child >= 0, "fork");
    void *context = zmq_ctx_new ();
    if (child == 0) {
        void *pusher = open_socket (context, ZMQ_PUSH, 1000);
        if (curve) {
            zmq_setsockopt (pusher, ZMQ_CURVE_PUBLICKEY, public_key, 41);
            zmq_setsockopt (pusher, ZMQ_CURVE_SECRETKEY, secret_key, 41);
            zmq_setsockopt (pusher, ZMQ_CURVE_SERVERKEY, public_key, 41);
        }
        check (read (pipe_ends[0], endpoint, sizeof endpoint) > 0, "read");
        check (zmq_connect (pusher, endpoint) == 0, "zmq_connect");
        send_all (pusher, size, count);
        zmq_close (pusher);
        zmq_ctx_term (context);
        _exit (0);
    }
    void *puller = open_socket (context, ZMQ_PULL, 1000);
    if (curve) {
        zmq_setsockopt (puller, ZMQ_CURVE_SERVER, &yes, sizeof yes);
        zmq_setsockopt (puller, ZMQ_CURVE_SECRETKEY, secret_key, 41);
    }
    check (zmq_bind (puller, "tcp://127.0.0.1:*") == 0, "zmq_bind");
    zmq_getsockopt (puller, ZMQ_LAST_ENDPOINT, endpoint, &length);
    check (write (pipe_ends[1], endpoint, sizeof endpoint) > 0, "write");
    recv_all (puller, size, 1);
    const double start = now ();
    recv_all (puller, size, count - 1);
    const double rate = (count - 1) / (now () - start);
    tell (name, strcmp (unit, "MB/s") == 0 ? rate * size / 1e6 : rate, unit);
    waitpid (child, &status, 0);
    close (pipe_ends[0]);
    close (pipe_ends[1]);
    zmq_close (puller);
    zmq_ctx_term (context);
}

int main (void)
{
    memset (body, 'm', sizeof body);
    calls (16, "send 16 B", "recv 16 B", "send and recv in turn, 16 B");
    calls (4096, "send 4 KB", "recv 4 KB", NULL);
    threads (16, 400000, "inproc, two threads, 16 B");
    threads (4096, 200000, "inproc, two threads, 4 KB");
    processes (16, 500000, 0, "tcp, two processes, 16 B", "msg/s");
    processes (4096, 150000, 0, "tcp, two processes, 4 KB", "msg/s");
    processes (1024, 150000, 1, "CURVE, tcp, two processes, 1 KB", "MB/s");
    processes (65536, 6000, 1, "CURVE, tcp, two processes, 64 KB", "MB/s");
    return 0;
}
