# libzmq asks find_package(Sodium): the answer is the libsodium that this build compiles. There is
# nothing to link: libsodium's objects are merged into the static library.
set(SODIUM_INCLUDE_DIRS "${ZMQ_LIBSODIUM_INCLUDE_DIRS}")
set(SODIUM_LIBRARIES "")
set(SODIUM_FOUND TRUE)
set(Sodium_FOUND TRUE)
