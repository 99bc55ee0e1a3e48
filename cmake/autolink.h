/* MSVC and macOS builds include this header before each source of libzmq. If a program links the
archive, its linker then adds the libraries that the archive needs. */

#if defined _MSC_VER
#pragma comment(lib, "ws2_32.lib")
#pragma comment(lib, "iphlpapi.lib")
#pragma comment(lib, "rpcrt4.lib")
#pragma comment(lib, "advapi32.lib")
#elif defined __APPLE__ && defined __cplusplus
__asm__(".linker_option \"-lc++\"");
#endif
