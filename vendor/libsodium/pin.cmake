# The pinned release of libsodium. cmake/VendoredLibrary.cmake reads these variables.
set(ZMQ_PIN_libsodium_VERSION 1.0.22)
set(ZMQ_PIN_libsodium_URL
    https://github.com/jedisct1/libsodium/archive/refs/tags/1.0.22-RELEASE.tar.gz)
set(ZMQ_PIN_libsodium_SHA256
    5838bb0c3da6148c24ebe531d1ed1297de9a87aea77d426bcd99f289e681631c)
# The path of the same archive below the root of any Debian repository.
set(ZMQ_PIN_libsodium_DEBIAN_POOL pool/main/libs/libsodium/libsodium_1.0.22.orig.tar.gz)
# The files for a source distribution: those that the build needs, and the licence.
set(ZMQ_PIN_libsodium_BUNDLED AUTHORS LICENSE configure.ac src/libsodium)
set(ZMQ_PIN_libsodium_PROBE src/libsodium/sodium/core.c)
