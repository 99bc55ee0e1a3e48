/* Code that the peers in C share: it reads and writes the lines that remote_peer.py explains.
   A peer defines the functions that are declared first, and includes this header in its only
   file. */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define WAIT_MS 30000

typedef struct {
    unsigned char *bytes;
    size_t size;
} part_t;

static const char *peer_version (void);
static int peer_open (int type);
static int peer_option (const char *name, char **words);
static int peer_routing_id (const part_t *id);
static const char *peer_bind (const char *endpoint);
static int peer_connect (const char *endpoint);
static int peer_subscribe (const part_t *topic, int on);
static int peer_send (const part_t *parts, int count);
/* Calls print_part for each part, and returns the number of parts, or -1 if no message came. */
static int peer_receive (int timeout_ms);
static void peer_close (void);

static int type_of (const char *name)
{
    static const struct {
        const char *name;
        int type;
    } types[] = {
        {"PAIR", ZMQ_PAIR}, {"PUB", ZMQ_PUB}, {"SUB", ZMQ_SUB}, {"REQ", ZMQ_REQ}, {"REP", ZMQ_REP},
        {"DEALER", ZMQ_DEALER}, {"ROUTER", ZMQ_ROUTER}, {"PULL", ZMQ_PULL}, {"PUSH", ZMQ_PUSH},
        {"XPUB", ZMQ_XPUB}, {"XSUB", ZMQ_XSUB}, {"STREAM", ZMQ_STREAM}};
    for (size_t n = 0; n < sizeof types / sizeof *types; n++)
        if (!strcmp (types[n].name, name))
            return types[n].type;
    errno = EINVAL;
    return -1;
}

static uint32_t crc_of (const unsigned char *bytes, size_t size)
{
    static uint32_t table[256];
    if (table[1] == 0)
        for (uint32_t n = 0; n < 256; n++) {
            uint32_t entry = n;
            for (int bit = 0; bit < 8; bit++)
                entry = entry & 1 ? (entry >> 1) ^ 0xedb88320u : entry >> 1;
            table[n] = entry;
        }
    uint32_t crc = 0xffffffffu;
    for (size_t n = 0; n < size; n++)
        crc = (crc >> 8) ^ table[(crc ^ bytes[n]) & 255];
    return crc ^ 0xffffffffu;
}

static part_t part_of (const char *word)
{
    part_t part = {NULL, 0};
    if (word[0] == '@') {
        unsigned seed = 0;
        sscanf (word + 1, "%zu.%u", &part.size, &seed);
        part.bytes = malloc (part.size + 1);
        for (size_t n = 0; n < part.size; n++)
            part.bytes[n] = (unsigned char) (7 * (n % 251) + seed);
        return part;
    }
    part.size = word[0] == '-' ? 0 : strlen (word) / 2;
    part.bytes = malloc (part.size + 1);
    for (size_t n = 0; n < part.size; n++) {
        unsigned value = 0;
        sscanf (word + 2 * n, "%2x", &value);
        part.bytes[n] = (unsigned char) value;
    }
    part.bytes[part.size] = 0;
    return part;
}

static int printing = 1;
static part_t last_part; /* the last part that was not printed, at most its first 32 bytes */

static void print_part (const void *data, size_t size)
{
    const unsigned char *bytes = data;
    if (!printing) {
        static unsigned char kept[32];
        last_part.size = size < sizeof kept ? size : sizeof kept;
        last_part.bytes = kept;
        memcpy (kept, bytes, last_part.size);
        return;
    }
    if (size == 0)
        printf (" -");
    else if (size > 32)
        printf (" #%zu.%08x", size, (unsigned) crc_of (bytes, size));
    else {
        putchar (' ');
        for (size_t n = 0; n < size; n++)
            printf ("%02x", bytes[n]);
    }
}

static int failed (void)
{
    printf ("error %s\n", zmq_strerror (zmq_errno ()));
    return 0;
}

static int done (int result)
{
    if (result != 0)
        return failed ();
    printf ("ok\n");
    return 0;
}

static void put_number (unsigned char *bytes, uint64_t number)
{
    for (int n = 7; n >= 0; n--, number >>= 8)
        bytes[n] = (unsigned char) number;
}

static int send_numbers (uint64_t first, uint64_t count)
{
    for (uint64_t number = first; number < first + count; number++) {
        unsigned char bytes[8];
        put_number (bytes, number);
        part_t part = {bytes, sizeof bytes};
        if (peer_send (&part, 1) != 0)
            return failed ();
    }
    return done (0);
}

static int receive_numbers (uint64_t first, uint64_t count)
{
    for (uint64_t number = first; number < first + count; number++) {
        unsigned char expected[8];
        put_number (expected, number);
        printing = 0;
        int parts = peer_receive (WAIT_MS);
        printing = 1;
        if (parts != 1 || last_part.size != 8 || memcmp (last_part.bytes, expected, 8) != 0)
            return printf ("ok wrong: after %llu messages, the next is not the expected one\n",
                           (unsigned long long) (number - first));
    }
    return printf ("ok all\n");
}

static int obey (char **words, int count)
{
    const char *command = words[0];
    if (!strcmp (command, "version"))
        return printf ("ok %s\n", peer_version ());
    if (!strcmp (command, "open")) {
        int type = type_of (words[1]);
        return type < 0 ? failed () : done (peer_open (type));
    }
    if (!strcmp (command, "bind")) {
        const char *bound = peer_bind (words[1]);
        return bound ? printf ("ok %s\n", bound) : failed ();
    }
    if (!strcmp (command, "connect"))
        return done (peer_connect (words[1]));
    if (!strcmp (command, "send-numbers"))
        return send_numbers (strtoull (words[1], NULL, 10), strtoull (words[2], NULL, 10));
    if (!strcmp (command, "receive-numbers"))
        return receive_numbers (strtoull (words[1], NULL, 10), strtoull (words[2], NULL, 10));
    if (!strcmp (command, "receive")) {
        /* The words of the answer follow when a message has come. */
        printf ("ok");
        if (peer_receive (count > 1 ? atoi (words[1]) : WAIT_MS) < 0)
            printf (" nothing");
        return printf ("\n");
    }
    if (!strcmp (command, "close")) {
        peer_close ();
        return done (0);
    }
    int is_send = !strcmp (command, "send");
    int is_subscription = !strcmp (command, "subscribe") || !strcmp (command, "unsubscribe");
    if (!is_send && !is_subscription && strcmp (command, "routing-id"))
        return done (peer_option (command, words + 1));
    part_t *parts = malloc (count * sizeof *parts);
    for (int n = 1; n < count; n++)
        parts[n - 1] = part_of (words[n]);
    int result = is_send ? peer_send (parts, count - 1)
                 : is_subscription ? peer_subscribe (parts, command[0] == 's')
                                   : peer_routing_id (parts);
    for (int n = 1; n < count; n++)
        free (parts[n - 1].bytes);
    free (parts);
    return done (result);
}

int main (void)
{
    char *line = NULL;
    size_t room = 0;
    setvbuf (stdout, NULL, _IOFBF, 1 << 16);
    while (getline (&line, &room, stdin) > 0) {
        char *words[1000];
        int count = 0;
        for (char *word = strtok (line, " \n"); word && count < 1000; word = strtok (NULL, " \n"))
            words[count++] = word;
        if (count > 0)
            obey (words, count);
        fflush (stdout);
    }
    return 0;
}
