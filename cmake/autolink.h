/*  Included ahead of libzmq's sources with MSVC and on macOS: what the linker of a program that
    uses the archive has to bring along, so that nobody needs to name it.  */

#if defined _MSC_VER
#pragma comment(lib, "ws2_32.lib")
#pragma comment(lib, "iphlpapi.lib")
#pragma comment(lib, "rpcrt4.lib")
#pragma comment(lib, "advapi32.lib")
#elif defined __APPLE__ && defined __cplusplus
__asm__(".linker_option \"-lc++\"");
#endif
