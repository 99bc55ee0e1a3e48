# The pinned release of libzmq. cmake/VendoredLibrary.cmake reads these variables.
set(ZMQ_PIN_libzmq_VERSION 4.3.4)
set(ZMQ_PIN_libzmq_URL https://github.com/zeromq/libzmq/archive/refs/tags/v4.3.4.tar.gz)
set(ZMQ_PIN_libzmq_SHA256 0ff5a531c9ffaf0dfdc7dc78d13d1383088f454896d252934c429b2554d10559)
# The path of the same archive below the root of any Debian repository.
set(ZMQ_PIN_libzmq_DEBIAN_POOL pool/main/z/zeromq3/zeromq3_4.3.4.orig.tar.gz)

# The files for a source distribution: those that the build needs, and the licence.
set(ZMQ_PIN_libzmq_BUNDLED
    AUTHORS COPYING* LICENSE* NEWS CMakeLists.txt builds/cmake external/sha1 external/wepoll
    include src)
set(ZMQ_PIN_libzmq_PROBE include/zmq.h)
