/* Requests to callgrind, for a program that ctypes loads this into: count from here to there. */

#include <valgrind/callgrind.h>

void counting_begin (void)
{
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
}

/* Writes what was counted into a file that has `name` in it. */
void counting_end (const char *name)
{
    CALLGRIND_DUMP_STATS_AT (name);
    CALLGRIND_STOP_INSTRUMENTATION;
}
