/* What libsodium's sources ask of the machine, told by the compiler's own macros.
 *
 * Included ahead of every libsodium source in place of the definitions that its configure script
 * would pass. Nothing is probed at configure time, so a cross build is configured right too.
 * Every SIMD source is compiled where the compiler can: which one runs is decided at run time.
 */
#ifndef ZMQ_SODIUM_CONFIG_H
#define ZMQ_SODIUM_CONFIG_H

#define CONFIGURED 1
#define MINIMAL 1

/* This file is included by assembler sources too: no C below this line but in the last part. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define NATIVE_BIG_ENDIAN 1
#else
#define NATIVE_LITTLE_ENDIAN 1
#endif

#if defined(__SIZEOF_INT128__) && defined(NATIVE_LITTLE_ENDIAN)
#define HAVE_TI_MODE 1
#endif

#if defined(__GNUC__) || defined(__clang__)
#define HAVE_INLINE_ASM 1
#define HAVE_ATOMIC_OPS 1
#define HAVE_GCC_MEMORY_FENCES 1
#define HAVE_C_VARARRAYS 1
#ifndef _WIN32
#define TLS __thread
#endif
#if defined(__ELF__)
#define HAVE_WEAK_SYMBOLS 1
#define ASM_HIDE_SYMBOL .hidden
#elif defined(__APPLE__)
#define HAVE_WEAK_SYMBOLS 1
#define ASM_HIDE_SYMBOL .private_extern
#endif

#if defined(__x86_64__) || defined(__i386__)
#define HAVE_CPUID 1
#define HAVE_MMINTRIN_H 1
#define HAVE_EMMINTRIN_H 1
#define HAVE_PMMINTRIN_H 1
#define HAVE_TMMINTRIN_H 1
#define HAVE_SMMINTRIN_H 1
#define HAVE_AVXINTRIN_H 1
#define HAVE_AVX2INTRIN_H 1
#define HAVE_AVX512FINTRIN_H 1
#define HAVE_WMMINTRIN_H 1
#if defined(__has_include)
#if __has_include(<cet.h>)
#define HAVE_CET_H 1
#endif
#endif
#endif /* x86 */

/* The assembler sources follow the System V calling convention. */
#if defined(__x86_64__) && !defined(_WIN32) && !defined(__CYGWIN__)
#define HAVE_AMD64_ASM 1
#define HAVE_AVX_ASM 1
#endif

#if defined(__aarch64__)
#define HAVE_ARMCRYPTO 1
#endif
#endif /* GNU C; for MSVC, libsodium's private/common.h does the same */

#ifndef __ASSEMBLER__
#if defined(_MSC_VER) && !defined(__clang__)
#define inline __inline
#endif

#if defined(__has_include)
#if __has_include(<sys/auxv.h>)
#define HAVE_SYS_AUXV_H 1
#if defined(__linux__)
#define HAVE_GETAUXVAL 1
#elif defined(__FreeBSD__) || defined(__OpenBSD__)
#define HAVE_ELF_AUX_INFO 1
#endif
#endif
#if __has_include(<alloca.h>)
#define HAVE_ALLOCA_H 1
#endif
#endif

#ifdef _WIN32
#define HAVE_RAISE 1
#else
#define HAVE_ALLOCA 1
#define HAVE_PTHREAD 1
#define HAVE_RAISE 1
#define HAVE_SYSCONF 1
#define HAVE_GETPID 1
#define HAVE_MMAP 1
#define HAVE_MLOCK 1
#define HAVE_MADVISE 1
#define HAVE_MPROTECT 1
#define HAVE_POSIX_MEMALIGN 1
#define HAVE_NANOSLEEP 1
#define HAVE_CLOCK_GETTIME 1
#define HAVE_SYS_MMAN_H 1
#define HAVE_SYS_PARAM_H 1

#include <limits.h> /* brings in the C library's own version macros */
#if defined(__GLIBC__)
#if __GLIBC_PREREQ(2, 25)
#define ZMQ_SODIUM_MODERN_LIBC 1
#endif
#elif defined(__linux__) && !defined(__ANDROID__)
#define ZMQ_SODIUM_MODERN_LIBC 1 /* musl: since 1.1.20, of 2018 */
#endif
#ifdef ZMQ_SODIUM_MODERN_LIBC
#define HAVE_SYS_RANDOM_H 1
#define HAVE_GETRANDOM 1
#define HAVE_GETENTROPY 1
#define HAVE_EXPLICIT_BZERO 1
#endif
#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__)
#define HAVE_ARC4RANDOM 1
#define HAVE_ARC4RANDOM_BUF 1
#endif
#if defined(__APPLE__)
#define HAVE_MEMSET_S 1
#elif defined(__FreeBSD__) || defined(__OpenBSD__)
#define HAVE_EXPLICIT_BZERO 1
#elif defined(__NetBSD__)
#define HAVE_EXPLICIT_MEMSET 1
#endif
#endif /* !_WIN32 */
#endif /* !__ASSEMBLER__ */

#endif
