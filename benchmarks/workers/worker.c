/* The workloads of worker.py in C, to measure libzmq without Python: the same command line, the
 * same roles, the same lines for the runner. competitors.py compiles it. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { BACKLOG = 4096, HIGH_WATER_MARK = 1000, CALLS = 500, BLOCKS = 20000 };

static struct {
    char pattern[32], role[16], transport[16], call[64], folder[256], server_key[64];
    char flavour[16], endpoint[600];
    int size, count, peers, topics, curve, patience;
} settings = {.transport = "tcp", .flavour = "sync", .size = 16, .count = 1000, .peers = 1,
              .patience = 10000};

static struct {
    double start, processor_start, created;
    double seconds, processor, connect_seconds, connection_bytes;
    long memory_start, messages;
} meter = {.seconds = -1, .processor = -1, .connect_seconds = -1};

static void *context;
static char *body;
static pthread_barrier_t bound; /* inproc: the client waits for the server */

static void check (int ok, const char *call)
{
    if (!ok) {
        fprintf (stderr, "%s: %s\n", call, zmq_strerror (zmq_errno ()));
        exit (1);
    }
}

static void unsupported (const char *reason)
{
    printf ("unsupported %s\n", reason);
    exit (0);
}

/* The meter */

static double now (void)
{
    struct timespec t;
    clock_gettime (CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double processor_now (void)
{
    struct timespec t;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static long resident_bytes (void)
{
    long pages = 0;
    FILE *statm = fopen ("/proc/self/statm", "r");
    if (statm) {
        if (fscanf (statm, "%*d %ld", &pages) != 1)
            pages = 0;
        fclose (statm);
    }
    return pages * 4096;
}

static void start_meter (void)
{
    meter.start = now ();
    meter.processor_start = processor_now ();
}

static void stop_processor (void)
{
    if (meter.processor < 0)
        meter.processor = processor_now () - meter.processor_start;
}

static void stop_meter (long messages)
{
    meter.seconds = now () - meter.start;
    meter.messages = messages;
    stop_processor ();
}

static void before_connections (void)
{
    meter.memory_start = resident_bytes ();
    meter.created = now ();
}

static void after_connections (int count)
{
    meter.connect_seconds = now () - meter.created;
    meter.connection_bytes = (double) (resident_bytes () - meter.memory_start) / count;
}

static void tell_result (void)
{
    printf ("result {\"processor\": %.9f", meter.processor);
    if (meter.seconds >= 0)
        printf (", \"messages\": %ld, \"seconds\": %.9f", meter.messages, meter.seconds);
    if (meter.connect_seconds >= 0)
        printf (", \"connect_seconds\": %.6f, \"connection_bytes\": %.1f", meter.connect_seconds,
                meter.connection_bytes);
    printf ("}\n");
    fflush (stdout);
}

/* Sockets */

static void set_int (void *socket, int option, int value)
{
    check (zmq_setsockopt (socket, option, &value, sizeof value) == 0, "zmq_setsockopt");
}

static void *open_socket (int kind, int hwm)
{
    void *socket = zmq_socket (context, kind);
    check (socket != NULL, "zmq_socket");
    set_int (socket, ZMQ_LINGER, settings.patience);
    set_int (socket, ZMQ_RCVTIMEO, settings.patience);
    set_int (socket, ZMQ_SNDTIMEO, settings.patience);
    set_int (socket, ZMQ_RCVHWM, hwm);
    set_int (socket, ZMQ_SNDHWM, hwm);
    if (settings.peers > 50)
        set_int (socket, ZMQ_BACKLOG, BACKLOG);
    return socket;
}

static void set_keys (void *socket, char *public_key)
{
    char secret_key[41];
    check (zmq_curve_keypair (public_key, secret_key) == 0, "zmq_curve_keypair");
    check (zmq_setsockopt (socket, ZMQ_CURVE_PUBLICKEY, public_key, 40) == 0, "CURVE_PUBLICKEY");
    check (zmq_setsockopt (socket, ZMQ_CURVE_SECRETKEY, secret_key, 40) == 0, "CURVE_SECRETKEY");
}

static void bind_socket (void *socket, int number, char *endpoint, size_t size)
{
    char address[320];
    if (strcmp (settings.transport, "ipc") == 0)
        snprintf (address, sizeof address, "ipc://%s/%d", settings.folder, number);
    else if (strcmp (settings.transport, "inproc") == 0)
        snprintf (address, sizeof address, "inproc://benchmark-%d", number);
    else
        snprintf (address, sizeof address, "%s://127.0.0.1:*", settings.transport);
    check (zmq_bind (socket, address) == 0, "zmq_bind");
    check (zmq_getsockopt (socket, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0, "LAST_ENDPOINT");
}

static void connect_socket (void *socket, const char *endpoint)
{
    char public_key[41];
    if (settings.curve) {
        check (zmq_setsockopt (socket, ZMQ_CURVE_SERVERKEY, settings.server_key, 40) == 0,
               "CURVE_SERVERKEY");
        set_keys (socket, public_key);
    }
    check (zmq_connect (socket, endpoint) == 0, "zmq_connect");
}

static void announce (const char *endpoints, const char *server_key)
{
    if (strcmp (settings.role, "both") == 0) {
        snprintf (settings.endpoint, sizeof settings.endpoint, "%s", endpoints);
        pthread_barrier_wait (&bound);
    } else {
        printf ("ready %s %s\n", endpoints, server_key);
        fflush (stdout);
    }
}

/* Binds one socket and announces it. */
static void serve (void *socket)
{
    char endpoint[300], public_key[41] = "";
    if (settings.curve) {
        set_int (socket, ZMQ_CURVE_SERVER, 1);
        set_keys (socket, public_key);
    }
    bind_socket (socket, 0, endpoint, sizeof endpoint);
    announce (endpoint, public_key);
}

static void send_body (void *socket)
{
    check (zmq_send (socket, body, settings.size, 0) == settings.size, "zmq_send");
}

static void take (void *socket)
{
    zmq_msg_t message;
    zmq_msg_init (&message);
    check (zmq_msg_recv (&message, socket, 0) >= 0, "zmq_msg_recv");
    zmq_msg_close (&message);
}

/* Sends back all parts of one message. */
static void echo (void *socket)
{
    int more = 1;
    while (more) {
        zmq_msg_t part;
        zmq_msg_init (&part);
        check (zmq_msg_recv (&part, socket, 0) >= 0, "zmq_msg_recv");
        more = zmq_msg_more (&part);
        check (zmq_msg_send (&part, socket, more ? ZMQ_SNDMORE : 0) >= 0, "zmq_msg_send");
    }
}

static int larger (int a, int b)
{
    return a > b ? a : b;
}

/* The patterns; blocking.py describes them. */

static void one_way_server (void)
{
    void *puller = open_socket (ZMQ_PULL, HIGH_WATER_MARK);
    serve (puller);
    take (puller);
    start_meter ();
    for (int i = 0; i < settings.count; ++i)
        take (puller);
    stop_meter (settings.count);
    zmq_close (puller);
}

static void one_way_client (void)
{
    void *pusher = open_socket (ZMQ_PUSH, HIGH_WATER_MARK);
    connect_socket (pusher, settings.endpoint);
    start_meter ();
    for (int i = 0; i <= settings.count; ++i)
        send_body (pusher);
    zmq_close (pusher);
}

static void round_trip_server (void)
{
    void *socket = open_socket (ZMQ_REP, HIGH_WATER_MARK);
    serve (socket);
    echo (socket);
    start_meter ();
    for (int i = 0; i < settings.count; ++i)
        echo (socket);
    zmq_close (socket);
}

static void round_trip_client (void)
{
    void *socket = open_socket (ZMQ_REQ, HIGH_WATER_MARK);
    connect_socket (socket, settings.endpoint);
    send_body (socket);
    take (socket);
    start_meter ();
    for (int i = 0; i < settings.count; ++i) {
        send_body (socket);
        take (socket);
    }
    stop_meter (settings.count);
    zmq_close (socket);
}

static int window (void)
{
    return settings.topics ? 1 : larger (20, 400 / settings.peers);
}

static void publish (void *publisher, int number)
{
    if (settings.topics) {
        char topic[24];
        snprintf (topic, sizeof topic, "topic-%05d ", number % settings.topics);
        memcpy (body, topic, 12);
    }
    send_body (publisher);
}

static void fan_out_server (void)
{
    char endpoints[600], acknowledge[300];
    const int windows = settings.count / window ();
    const int per_window = settings.topics ? settings.peers : window ();
    int number = 0;
    void *publisher = open_socket (ZMQ_XPUB, 0);
    void *acknowledged = open_socket (ZMQ_PULL, HIGH_WATER_MARK);
    set_int (publisher, ZMQ_XPUB_VERBOSE, 1);
    before_connections ();
    bind_socket (publisher, 0, endpoints, 300);
    bind_socket (acknowledged, 1, acknowledge, sizeof acknowledge);
    strcat (strcat (endpoints, ","), acknowledge);
    announce (endpoints, "");
    for (int i = 0; i < (settings.topics ? settings.topics : settings.peers); ++i)
        take (publisher);
    for (int i = 0; i < (settings.topics ? settings.topics : 1); ++i)
        publish (publisher, i);
    take (acknowledged);
    after_connections (settings.peers);
    start_meter ();
    for (int index = 0; index < windows; ++index) {
        if (index >= 2)
            take (acknowledged);
        for (int i = 0; i < per_window; ++i)
            publish (publisher, number++);
    }
    for (int index = 0; index < (windows < 2 ? windows : 2); ++index)
        take (acknowledged);
    zmq_close (publisher);
    zmq_close (acknowledged);
}

static void fan_out_client (void)
{
    const int rounds = settings.count / window () * window ();
    void **subscribers = calloc (settings.peers, sizeof *subscribers);
    void *acknowledger = open_socket (ZMQ_PUSH, HIGH_WATER_MARK);
    char *comma = strchr (settings.endpoint, ',');
    *comma = '\0';
    connect_socket (acknowledger, comma + 1);
    before_connections ();
    for (int peer = 0; peer < settings.peers; ++peer) {
        subscribers[peer] = open_socket (ZMQ_SUB, 0);
        set_int (subscribers[peer], ZMQ_LINGER, 0); /* drop subscriptions if the server is gone */
        if (!settings.topics)
            zmq_setsockopt (subscribers[peer], ZMQ_SUBSCRIBE, "", 0);
        for (int topic = peer; topic < settings.topics; topic += settings.peers) {
            char name[24];
            snprintf (name, sizeof name, "topic-%05d ", topic);
            zmq_setsockopt (subscribers[peer], ZMQ_SUBSCRIBE, name, 12);
        }
        connect_socket (subscribers[peer], settings.endpoint);
    }
    for (int i = 0; i < (settings.topics ? settings.topics : settings.peers); ++i)
        take (subscribers[i % settings.peers]);
    after_connections (settings.peers);
    check (zmq_send (acknowledger, "", 0, 0) == 0, "zmq_send");
    start_meter ();
    for (int index = 1; index <= rounds; ++index) {
        for (int peer = 0; peer < settings.peers; ++peer)
            take (subscribers[peer]);
        if (index % window () == 0)
            check (zmq_send (acknowledger, "", 0, 0) == 0, "zmq_send");
    }
    stop_meter ((long) rounds * settings.peers);
    for (int peer = 0; peer < settings.peers; ++peer)
        zmq_close (subscribers[peer]);
    zmq_close (acknowledger);
    free (subscribers);
}

static void routed_server (void)
{
    void *router = open_socket (ZMQ_ROUTER, larger (1000, 2 * settings.peers));
    before_connections ();
    serve (router);
    for (int i = 0; i < settings.peers; ++i)
        echo (router);
    after_connections (settings.peers);
    start_meter ();
    for (long i = 0; i < (long) settings.count * settings.peers; ++i)
        echo (router);
    zmq_close (router);
}

static void ask_all (void **dealers)
{
    for (int peer = 0; peer < settings.peers; ++peer)
        send_body (dealers[peer]);
    for (int peer = 0; peer < settings.peers; ++peer)
        take (dealers[peer]);
}

static void routed_client (void)
{
    void **dealers = calloc (settings.peers, sizeof *dealers);
    before_connections ();
    for (int peer = 0; peer < settings.peers; ++peer) {
        dealers[peer] = open_socket (ZMQ_DEALER, HIGH_WATER_MARK);
        connect_socket (dealers[peer], settings.endpoint);
    }
    ask_all (dealers);
    after_connections (settings.peers);
    start_meter ();
    for (int i = 0; i < settings.count; ++i)
        ask_all (dealers);
    stop_meter ((long) settings.count * settings.peers);
    for (int peer = 0; peer < settings.peers; ++peer)
        zmq_close (dealers[peer]);
    free (dealers);
}

/* Single calls: the median of many blocks of CALLS, for `count` ms. */

static double times[BLOCKS];

static int smaller (const void *a, const void *b)
{
    const double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static void measure_call (void)
{
    int is_send = 0, is_recv = 0, blocks = 0;
    void *left = open_socket (ZMQ_PAIR, CALLS), *right = open_socket (ZMQ_PAIR, CALLS);
    const double end = now () + settings.count / 1000.0;
    if (strcmp (settings.call, "send and recv in turn, 16 B") != 0) {
        is_send = strncmp (settings.call, "send ", 5) == 0;
        is_recv = !is_send;
        if (strcmp (settings.call + 5, "16 B") == 0)
            settings.size = 16;
        else if (strcmp (settings.call + 5, "4 KB") == 0)
            settings.size = 4096;
        else
            unsupported ("measured in Python alone");
    }
    check (zmq_bind (left, "inproc://calls") == 0, "zmq_bind");
    check (zmq_connect (right, "inproc://calls") == 0, "zmq_connect");
    while (blocks < BLOCKS && (blocks < 5 || now () < end)) {
        const double start = now ();
        double middle = start;
        if (is_send || is_recv) {
            for (int i = 0; i < CALLS; ++i)
                send_body (left);
            middle = now ();
            for (int i = 0; i < CALLS; ++i)
                take (right);
        } else {
            for (int i = 0; i < CALLS; ++i) {
                send_body (left);
                take (right);
            }
        }
        times[blocks++] = is_send ? middle - start : now () - middle;
    }
    qsort (times, blocks, sizeof times[0], smaller);
    meter.seconds = meter.processor = times[blocks / 2];
    meter.messages = CALLS;
    zmq_close (left);
    zmq_close (right);
}

/* The command line */

static const struct {
    const char *name;
    void (*server) (void);
    void (*client) (void);
} patterns[] = {
    {"one_way", one_way_server, one_way_client},
    {"round_trip", round_trip_server, round_trip_client},
    {"fan_out", fan_out_server, fan_out_client},
    {"routed", routed_server, routed_client},
};

static void read_pair (char *argument)
{
    const struct {
        const char *name;
        char *text;
        size_t size;
        int *number;
    } known[] = {
        {"transport", settings.transport, sizeof settings.transport, NULL},
        {"call", settings.call, sizeof settings.call, NULL},
        {"flavour", settings.flavour, sizeof settings.flavour, NULL},
        {"folder", settings.folder, sizeof settings.folder, NULL},
        {"endpoint", settings.endpoint, sizeof settings.endpoint, NULL},
        {"server_key", settings.server_key, sizeof settings.server_key, NULL},
        {"size", NULL, 0, &settings.size},
        {"count", NULL, 0, &settings.count},
        {"peers", NULL, 0, &settings.peers},
        {"topics", NULL, 0, &settings.topics},
        {"curve", NULL, 0, &settings.curve},
        {"patience", NULL, 0, &settings.patience},
    };
    char *value = strchr (argument, '=');
    check (value != NULL, argument);
    *value++ = '\0';
    for (size_t i = 0; i < sizeof known / sizeof known[0]; ++i)
        if (strcmp (known[i].name, argument) == 0) {
            if (known[i].number)
                *known[i].number = atoi (value);
            else
                snprintf (known[i].text, known[i].size, "%s", value);
        }
}

static void *run_server (void *server)
{
    (*(void (**) (void)) server) ();
    return NULL;
}

static void run_pattern (void)
{
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; ++i) {
        if (strcmp (patterns[i].name, settings.pattern) != 0)
            continue;
        if (strcmp (settings.role, "server") == 0)
            patterns[i].server ();
        else if (strcmp (settings.role, "client") == 0)
            patterns[i].client ();
        else {
            void (*server) (void) = patterns[i].server;
            pthread_t thread;
            pthread_barrier_init (&bound, NULL, 2);
            check (pthread_create (&thread, NULL, run_server, &server) == 0, "pthread_create");
            pthread_barrier_wait (&bound);
            patterns[i].client ();
            pthread_join (thread, NULL);
        }
        return;
    }
    unsupported ("measured in Python alone");
}

int main (int argc, char **argv)
{
    if (argc == 2 && strcmp (argv[1], "version") == 0) {
        int major, minor, patch;
        zmq_version (&major, &minor, &patch);
        printf ("%d.%d.%d\n", major, minor, patch);
        return 0;
    }
    check (argc > 2, "usage: worker PATTERN ROLE key=value...");
    snprintf (settings.pattern, sizeof settings.pattern, "%s", argv[1]);
    snprintf (settings.role, sizeof settings.role, "%s", argv[2]);
    for (int i = 3; i < argc; ++i)
        read_pair (argv[i]);
    if (strcmp (settings.flavour, "sync") != 0)
        unsupported ("measured in Python alone");
    body = malloc (larger (settings.size, 4096));
    memset (body, 'm', larger (settings.size, 4096));
    context = zmq_ctx_new ();
    if (settings.peers > 500)
        check (zmq_ctx_set (context, ZMQ_MAX_SOCKETS, 2 * settings.peers) == 0, "zmq_ctx_set");
    if (strcmp (settings.pattern, "call") == 0)
        measure_call ();
    else
        run_pattern ();
    zmq_ctx_term (context);
    stop_processor ();
    tell_result ();
    return 0;
}
