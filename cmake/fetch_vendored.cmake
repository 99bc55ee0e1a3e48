# Fetch, check, unpack and patch a vendored library, without a build:
#
#   cmake -DLIBRARY=libzmq -DFETCHCONTENT_BASE_DIR=<folder> -P cmake/fetch_vendored.cmake
#
# Prints the folder of the source tree and the applied patches. Also stores the archive in the
# user's cache.
cmake_minimum_required(VERSION 3.24...4.4)
include("${CMAKE_CURRENT_LIST_DIR}/VendoredLibrary.cmake")
zmq_vendored_library("${LIBRARY}" OUT_DIR tree OUT_PATCHES patches)
message(STATUS "tree: ${tree}")
foreach(patch IN LISTS patches)
  message(STATUS "patch: ${patch}")
endforeach()
