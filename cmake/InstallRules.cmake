# The files of the package:
#
#   zmq/backend/cython/_zmq*.so   the extension
#   zmq/include/                  zmq.h and zmq_utils.h of the built library, and pyzmq.h
#   zmq/lib/zmq/                  libzmq.a, in the folder that zmq.get_library_dirs() returns. ELF
#                                 systems also get a linker script, so that -lzmq also links the
#                                 C++ library
#   zmq/lib/cmake, lib/pkgconfig  configuration files for CMake and pkg-config. These use paths
#                                 relative to themselves, so that the package may be moved
#   zmq/_build_info.py            the versions and the options of the build
#   <dist-info>/licenses/         the licences of the linked libraries

include_guard(GLOBAL)

install(TARGETS _zmq DESTINATION zmq/backend/cython COMPONENT python)
install(FILES "${ZMQ_LIBZMQ_HEADER_DIR}/zmq.h" "${ZMQ_LIBZMQ_HEADER_DIR}/zmq_utils.h"
        "${ZMQ_C_API_HEADER}" DESTINATION zmq/include COMPONENT python)
install(FILES "$<TARGET_FILE:libzmq-static>" DESTINATION zmq/lib/zmq COMPONENT python)

# The libraries that libzmq.a needs. On macOS and with MSVC, the objects in the archive name these
# libraries (autolink.h). ELF has no such feature, and a C compiler does not link the C++ library.
# So name the C++ library of this compiler.
include(CheckCXXSymbolExists)
check_cxx_symbol_exists(_LIBCPP_VERSION cstddef ZMQ_LIBRARY_IS_LIBCXX)
if(ZMQ_LIBRARY_IS_LIBCXX)
  set(cxx_library c++)
else()
  set(cxx_library stdc++)
endif()
if(WIN32)
  set(ZMQ_LINK_LIBRARIES ws2_32 iphlpapi rpcrt4 advapi32)
  if(MINGW)
    list(APPEND ZMQ_LINK_LIBRARIES ${cxx_library})
  endif()
elseif(APPLE)
  set(ZMQ_LINK_LIBRARIES c++)
else()
  set(ZMQ_LINK_LIBRARIES ${cxx_library} pthread)
endif()

if(UNIX AND NOT APPLE)
  list(TRANSFORM ZMQ_LINK_LIBRARIES PREPEND "-l" OUTPUT_VARIABLE needed)
  list(JOIN needed " " needed)
  set(script "${CMAKE_CURRENT_BINARY_DIR}/libzmq.so")
  file(
    CONFIGURE OUTPUT "${script}" @ONLY
    CONTENT "/* For -lzmq: the archive beside this file and what it needs. A linker script. */
INPUT ( libzmq.a AS_NEEDED ( ${needed} ) )
")
  install(FILES "${script}" DESTINATION zmq/lib/zmq COMPONENT python)
endif()

# ---------------------------------------------------------------- CMake and pkg-config
include(CMakePackageConfigHelpers)
set(package "${CMAKE_CURRENT_BINARY_DIR}/package")
set(ZMQ_ARCHIVE "$<TARGET_FILE_NAME:libzmq-static>")
configure_file("${CMAKE_CURRENT_LIST_DIR}/ZeroMQConfig.cmake.in"
               "${package}/ZeroMQConfig.cmake.in" @ONLY)
# The name of the archive is known only when the build is generated.
file(GENERATE OUTPUT "${package}/ZeroMQConfig.cmake" INPUT "${package}/ZeroMQConfig.cmake.in")
write_basic_package_version_file(
  "${package}/ZeroMQConfigVersion.cmake"
  VERSION "${ZMQ_LIBZMQ_FOUND_VERSION}"
  COMPATIBILITY SameMajorVersion)
install(FILES "${package}/ZeroMQConfig.cmake" "${package}/ZeroMQConfigVersion.cmake"
        DESTINATION zmq/lib/cmake/ZeroMQ COMPONENT python)

list(TRANSFORM ZMQ_LINK_LIBRARIES PREPEND "-l" OUTPUT_VARIABLE ZMQ_PC_LIBRARIES)
list(JOIN ZMQ_PC_LIBRARIES " " ZMQ_PC_LIBRARIES)
configure_file("${CMAKE_CURRENT_LIST_DIR}/zmq.pc.in" "${package}/zmq.pc" @ONLY)
# cppzmq.pc and other files require this name.
file(
  CONFIGURE OUTPUT "${package}/libzmq.pc" @ONLY
  CONTENT "prefix=\${pcfiledir}/../..

Name: libzmq
Description: Another name of the package zmq
Version: ${ZMQ_LIBZMQ_FOUND_VERSION}
Requires: zmq
")
install(FILES "${package}/zmq.pc" "${package}/libzmq.pc" DESTINATION zmq/lib/pkgconfig
        COMPONENT python)

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
zmq_python_tuple(ZMQ_PY_LINK_LIBRARIES ${ZMQ_LINK_LIBRARIES})
zmq_python_tuple(ZMQ_PY_LIBSODIUM_PATCHES ${ZMQ_LIBSODIUM_PATCHES})
foreach(flag IN ITEMS ZMQ_DRAFT_API ZMQ_UNITY_BUILD ZMQ_CYTHON_TRACE ZMQ_STATIC_LIBSTDCXX
                      ZMQ_HARDENING)
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
# An editable install gets no licences: its rebuilds would write into a deleted folder.
if(DEFINED SKBUILD_METADATA_DIR AND NOT SKBUILD_STATE STREQUAL "editable")
  set(licences "${SKBUILD_METADATA_DIR}/licenses")
  # libzmq 4.3.4: LGPL-3.0 with its linking exception
  file(GLOB texts "${LIBZMQ_SOURCE_DIR}/COPYING*" "${LIBZMQ_SOURCE_DIR}/LICENSE*"
       "${LIBZMQ_SOURCE_DIR}/AUTHORS")
  install(FILES ${texts} DESTINATION "${licences}/libzmq" COMPONENT python)
  # the licences of libzmq's third-party code
  set(inside sha1)
  if(WIN32)
    list(APPEND inside wepoll)
  endif()
  foreach(part IN LISTS inside)
    install(FILES "${LIBZMQ_SOURCE_DIR}/external/${part}/license.txt"
            DESTINATION "${licences}/libzmq/${part}" COMPONENT python)
  endforeach()
  file(GLOB texts "${SODIUM_SOURCE_DIR}/LICENSE*" "${SODIUM_SOURCE_DIR}/AUTHORS")
  install(FILES ${texts} DESTINATION "${licences}/libsodium" COMPONENT python)

  # A bill of materials of the linked libraries (PEP 770). A user's own source tree gets none,
  # because its content is unknown.
  if(NOT FETCHCONTENT_SOURCE_DIR_LIBZMQ AND NOT FETCHCONTENT_SOURCE_DIR_LIBSODIUM)
    include("${CMAKE_SOURCE_DIR}/vendor/libzmq/pin.cmake")
    include("${CMAKE_SOURCE_DIR}/vendor/libsodium/pin.cmake")
    set(libraries "")
    foreach(pinned IN ITEMS libzmq libsodium)
      list(APPEND libraries --library ${pinned} "${ZMQ_PIN_${pinned}_VERSION}"
           "${ZMQ_PIN_${pinned}_URL}" "${ZMQ_PIN_${pinned}_SHA256}")
    endforeach()
    set(bill "${CMAKE_CURRENT_BINARY_DIR}/pyzmq.cdx.json")
    execute_process(
      COMMAND
        "${Python_EXECUTABLE}" -I "${CMAKE_CURRENT_LIST_DIR}/write_sbom.py" --output "${bill}"
        --project-version "${SKBUILD_PROJECT_VERSION_FULL}" ${libraries}
        --patches "${CMAKE_SOURCE_DIR}/vendor"
        --applied ${ZMQ_LIBZMQ_PATCHES} ${ZMQ_LIBSODIUM_PATCHES}
        --inside-libzmq ${inside}
      COMMAND_ERROR_IS_FATAL ANY)
    install(FILES "${bill}" DESTINATION "${SKBUILD_METADATA_DIR}/sboms" COMPONENT python)
  endif()
endif()
