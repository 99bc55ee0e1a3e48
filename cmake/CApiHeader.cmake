# zmq_add_c_api_header(<target>)
#
# Generates two things from the list in src/capi: pyzmq.h, and the table that <target> provides to
# modules that include pyzmq.h. Sets ZMQ_C_API_HEADER to the path of the header.

include_guard(GLOBAL)

function(zmq_add_c_api_header target)
  set(sources "${CMAKE_CURRENT_SOURCE_DIR}/src/capi")
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/capi")
  file(MAKE_DIRECTORY "${generated}")
  set(version_file "${CMAKE_CURRENT_SOURCE_DIR}/src/zmq/sugar/version.py")
  file(STRINGS "${version_file}" version REGEX "^DISTRIBUTION_VERSION")
  string(REGEX REPLACE ".*\"(.*)\".*" "\\1" version "${version}")
  add_custom_command(
    OUTPUT "${generated}/pyzmq.h" "${generated}/c_api_table.hpp"
    COMMAND
      "${Python_EXECUTABLE}" -I "${sources}/generate.py" --header "${generated}/pyzmq.h" --table
      "${generated}/c_api_table.hpp" --version "${version}" --zmq-h
      "${ZMQ_LIBZMQ_HEADER_DIR}/zmq.h"
    DEPENDS "${sources}/generate.py" "${sources}/functions.txt" "${sources}/pyzmq.h.in"
            "${version_file}" "${ZMQ_LIBZMQ_HEADER_DIR}/zmq.h"
    COMMENT "pyzmq.h"
    VERBATIM)
  add_custom_target(${target}_capi DEPENDS "${generated}/pyzmq.h")
  add_dependencies(${target} ${target}_capi)
  target_include_directories(${target} PRIVATE "${generated}")
  set(ZMQ_C_API_HEADER "${generated}/pyzmq.h" PARENT_SCOPE)
endfunction()
