# libzmq calls find_package(Sodium), which finds the libsodium that this build compiles. libzmq need
# not link a library, because libsodium's objects are merged into libzmq's static library.
set(SODIUM_INCLUDE_DIRS "${ZMQ_LIBSODIUM_INCLUDE_DIRS}")
set(SODIUM_LIBRARIES "")
set(SODIUM_FOUND TRUE)
set(Sodium_FOUND TRUE)
