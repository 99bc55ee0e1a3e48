# Where things lie in the package:
#
#   zmq/backend/cython/_zmq*.so   the extension
#   zmq/include/                  zmq.h, zmq_utils.h, as the library was built
#   zmq/lib/zmq/                  libzmq.a: what zmq.get_library_dirs() names; on ELF systems also a
#                                 linker script, so that -lzmq brings the C++ library along
#   zmq/_build_info.py            what was built, and how
#   <dist-info>/licenses/         the licences of what is linked in

include_guard(GLOBAL)

install(TARGETS _zmq DESTINATION zmq/backend/cython COMPONENT python)
install(FILES "${ZMQ_LIBZMQ_HEADER_DIR}/zmq.h" "${ZMQ_LIBZMQ_HEADER_DIR}/zmq_utils.h"
        DESTINATION zmq/include COMPONENT python)
install(FILES "$<TARGET_FILE:libzmq-static>" DESTINATION zmq/lib/zmq COMPONENT python)

if(UNIX AND NOT APPLE)
  # An archive cannot say what it needs, and a C compiler's driver does not link libstdc++.
  set(script "${CMAKE_CURRENT_BINARY_DIR}/libzmq.so")
  file(
    CONFIGURE OUTPUT "${script}" @ONLY
    CONTENT "/* For -lzmq: the archive beside this file and what it needs. A linker script. */
INPUT ( libzmq.a -lpthread AS_NEEDED ( -lstdc++ ) )
")
  install(FILES "${script}" DESTINATION zmq/lib/zmq COMPONENT python)
endif()

# ---------------------------------------------------------------- _build_info.py
function(zmq_python_tuple out)
  set(text "")
  foreach(item IN LISTS ARGN)
    string(APPEND text "\"${item}\", ")
  endforeach()
  string(STRIP "(${text}" text)
  set(${out} "${text})" PARENT_SCOPE)
endfunction()
zmq_python_tuple(ZMQ_PY_LIBZMQ_PATCHES ${ZMQ_LIBZMQ_PATCHES})
zmq_python_tuple(ZMQ_PY_LIBSODIUM_PATCHES ${ZMQ_LIBSODIUM_PATCHES})
foreach(flag IN ITEMS ZMQ_DRAFT_API ZMQ_UNITY_BUILD ZMQ_CYTHON_TRACE ZMQ_STATIC_LIBSTDCXX)
  if(${flag})
    set(${flag}_PY True)
  else()
    set(${flag}_PY False)
  endif()
endforeach()
configure_file("${CMAKE_CURRENT_LIST_DIR}/_build_info.py.in"
               "${CMAKE_CURRENT_BINARY_DIR}/_build_info.py" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/_build_info.py" DESTINATION zmq COMPONENT python)

# ---------------------------------------------------------------- licences
# Not for an editable install: its rebuilds would write into a folder long gone.
if(DEFINED SKBUILD_METADATA_DIR AND NOT SKBUILD_STATE STREQUAL "editable")
  set(licences "${SKBUILD_METADATA_DIR}/licenses")
  # libzmq: LGPL-3.0 with its linking exception up to 4.3.4, MPL-2.0 from 4.3.5
  file(GLOB texts "${LIBZMQ_SOURCE_DIR}/COPYING*" "${LIBZMQ_SOURCE_DIR}/LICENSE*"
       "${LIBZMQ_SOURCE_DIR}/AUTHORS")
  install(FILES ${texts} DESTINATION "${licences}/libzmq" COMPONENT python)
  file(GLOB texts "${SODIUM_SOURCE_DIR}/LICENSE*" "${SODIUM_SOURCE_DIR}/AUTHORS")
  install(FILES ${texts} DESTINATION "${licences}/libsodium" COMPONENT python)
endif()
