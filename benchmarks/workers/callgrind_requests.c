/* Tells callgrind when to count. The measured program loads this library with ctypes. */

#include <valgrind/callgrind.h>

void counting_begin (void)
{
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
}

/* Writes the counts into a file that contains `name`. */
void counting_end (const char *name)
{
    CALLGRIND_DUMP_STATS_AT (name);
    CALLGRIND_STOP_INSTRUMENTATION;
}
