/* A malloc that fails in one thread when a test requests it. Tests preload it. For glibc only. */

#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

extern void *__libc_malloc (size_t);
extern void *__libc_calloc (size_t, size_t);
extern void *__libc_realloc (void *, size_t);
extern void *__libc_memalign (size_t, size_t);

static long to_go = -1;
static int for_good;
static long failed;
static char target[16];

/* Lets the allocation with this number fail in threads with this name; the next allocation has
 * number 0. With all_others all later allocations fail, too. A negative number lets all
 * allocations succeed. */
void fail_allocations (const char *thread, long number, int all_others)
{
    strncpy (target, thread, sizeof target - 1);
    for_good = all_others;
    if (number >= 0)
        failed = 0;
    __atomic_store_n (&to_go, number, __ATOMIC_SEQ_CST);
}

/* Returns how many allocations have failed since the last request. */
long failed_allocations (void)
{
    return __atomic_load_n (&failed, __ATOMIC_SEQ_CST);
}

static int fails (void)
{
    char name[16];
    if (__atomic_load_n (&to_go, __ATOMIC_SEQ_CST) < 0)
        return 0;
    prctl (PR_GET_NAME, name);
    if (strcmp (name, target) != 0)
        return 0;
    long left = __atomic_load_n (&to_go, __ATOMIC_SEQ_CST);
    if (left > 0) {
        __atomic_store_n (&to_go, left - 1, __ATOMIC_SEQ_CST);
        return 0;
    }
    if (!for_good)
        __atomic_store_n (&to_go, -1, __ATOMIC_SEQ_CST);
    __atomic_fetch_add (&failed, 1, __ATOMIC_SEQ_CST);
    errno = ENOMEM;
    return 1;
}

void *malloc (size_t size) { return fails () ? NULL : __libc_malloc (size); }
void *calloc (size_t n, size_t size) { return fails () ? NULL : __libc_calloc (n, size); }
void *realloc (void *p, size_t size) { return fails () ? NULL : __libc_realloc (p, size); }
int posix_memalign (void **p, size_t alignment, size_t size)
{
    void *found = fails () ? NULL : __libc_memalign (alignment, size);
    if (!found)
        return ENOMEM;
    *p = found;
    return 0;
}
void *aligned_alloc (size_t alignment, size_t size)
{
    return fails () ? NULL : __libc_memalign (alignment, size);
}
