/* A getsockopt that reports an error of a connection once. Tests preload it. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/socket.h>

int getsockopt (int socket, int level, int option, void *value, socklen_t *size)
{
    static int reported;
    int (*original) (int, int, int, void *, socklen_t *) = dlsym (RTLD_NEXT, "getsockopt");
    const int result = original (socket, level, option, value, size);
    if (result == 0 && level == SOL_SOCKET && option == SO_ERROR
        && !__atomic_exchange_n (&reported, 1, __ATOMIC_SEQ_CST))
        *(int *) value = atoi (getenv ("ERROR_OF_CONNECTION"));
    return result;
}
