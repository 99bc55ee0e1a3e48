# zmq_add_cython_extension(<target> <path of the .pyx file>)
#
# Adds one extension module in C++17 that exports only its init function. All .pyx, .pxi and
# .pxd files of the package are inputs: a changed or a new file starts a new compilation.

include_guard(GLOBAL)

execute_process(
  COMMAND "${Python_EXECUTABLE}" -c "import Cython; print(Cython.__version__)"
  OUTPUT_VARIABLE ZMQ_CYTHON_VERSION
  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT ZMQ_CYTHON_VERSION OR ZMQ_CYTHON_VERSION VERSION_LESS 3.1)
  if(ZMQ_CYTHON_VERSION)
    set(found "Cython ${ZMQ_CYTHON_VERSION}")
  else()
    set(found "no Cython")
  endif()
  message(FATAL_ERROR "The build needs Cython 3.1 or newer, and ${Python_EXECUTABLE} has ${found}. "
                      "Install the build requirements first, or build without "
                      "--no-build-isolation.")
endif()

function(zmq_add_cython_extension target pyx)
  get_filename_component(pyx "${pyx}" ABSOLUTE)
  set(package_root "${CMAKE_CURRENT_SOURCE_DIR}/src")
  set(cpp "${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp")
  file(
    GLOB_RECURSE inputs CONFIGURE_DEPENDS
    "${package_root}/zmq/*.pyx" "${package_root}/zmq/*.pxi" "${package_root}/zmq/*.pxd")

  set(working_directory "${package_root}")
  set(cython_options --cplus -3 -I "${package_root}" --module-name zmq.backend.cython.${target})
  if(ZMQ_CYTHON_TRACE)
    list(APPEND cython_options -X linetrace=True)
    # Traced lines name their file relative to this folder; see tools/cython_coverage.py
    set(working_directory "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  set(merge_member_tables "")
  if(SKBUILD_SABI_VERSION)
    set(merge_member_tables
        COMMAND "${Python_EXECUTABLE}" -I
                "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/merge_member_tables.py" "${cpp}")
  endif()
  add_custom_command(
    OUTPUT "${cpp}"
    COMMAND "${Python_EXECUTABLE}" -m cython ${cython_options} "${pyx}" -o "${cpp}"
    ${merge_member_tables}
    DEPENDS ${inputs}
    WORKING_DIRECTORY "${working_directory}"
    COMMENT "Cython: ${target}"
    VERBATIM)
  # In its own target, Cython does not wait for the libraries, so the longest compilation, that of
  # the generated file, can start early.
  add_custom_target(${target}_cpp DEPENDS "${cpp}")

  if(SKBUILD_SABI_VERSION)
    # This defines Py_LIMITED_API, which changes the code that Cython generates.
    python_add_library(${target} MODULE WITH_SOABI USE_SABI ${SKBUILD_SABI_VERSION} "${cpp}")
  else()
    python_add_library(${target} MODULE WITH_SOABI "${cpp}")
  endif()
  add_dependencies(${target} ${target}_cpp)
  set_target_properties(
    ${target}
    PROPERTIES CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               CXX_STANDARD 17
               CXX_EXTENSIONS ON)
  target_compile_definitions(${target} PRIVATE CYTHON_EXTERN_C=extern\ "C" PYZMQ_BACKEND=1)
  if(ZMQ_CYTHON_TRACE)
    target_compile_definitions(${target} PRIVATE CYTHON_TRACE=1 CYTHON_TRACE_NOGIL=0)
  endif()

  if(MINGW AND CMAKE_SIZEOF_VOID_P EQUAL 8)
    # Python's header for Windows detects 64 bits only with MSVC
    target_compile_definitions(${target} PRIVATE MS_WIN64)
  endif()
  if(MSVC)
    target_compile_options(${target} PRIVATE /W3 /permissive-)
  else()
    target_compile_options(${target} PRIVATE -Wall -Wextra -ffunction-sections -fdata-sections)
    if(ZMQ_HARDENING AND ZMQ_HAVE_STACK_PROTECTOR)
      # Protect only functions with an array larger than a zmq_msg_t, which has 64 bytes. Functions
      # with a zmq_msg_t on their stack do not index its bytes. If they were protected, too, send
      # and recv of 16 B would take 241 ns instead of 226.
      target_compile_options(${target} PRIVATE -fstack-protector
                                               "SHELL:--param ssp-buffer-size=65")
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # Cython's helpers check the type of an object before they access the object. GCC inlines the
      # helpers for a None object, and warns about a branch that never runs.
      target_compile_options(${target} PRIVATE -Wno-array-bounds)
    endif()
  endif()

  # A Windows module exports only named symbols. On other systems a linker script hides the symbols
  # of the static libraries, so that our calls always go to our own copy of libzmq.
  if(APPLE)
    set(list "${CMAKE_CURRENT_BINARY_DIR}/${target}.exports")
    file(CONFIGURE OUTPUT "${list}" CONTENT "_PyInit_${target}\n" @ONLY)
    target_link_options(${target} PRIVATE "LINKER:-exported_symbols_list,${list}" LINKER:-dead_strip)
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${list}")
  elseif(UNIX)
    set(list "${CMAKE_CURRENT_BINARY_DIR}/${target}.map")
    file(CONFIGURE OUTPUT "${list}" CONTENT "{ global: PyInit_${target}; local: *; };\n" @ONLY)
    target_link_options(
      ${target}
      PRIVATE
      "LINKER:--version-script=${list}"
      LINKER:--gc-sections
      LINKER:--as-needed
      LINKER:-z,relro,-z,now
      LINKER:-z,noexecstack)
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${list}")
    if(NOT ZMQ_SANITIZE)

      if(ZMQ_STATIC_LIBSTDCXX)
        target_link_options(${target} PRIVATE -static-libstdc++)
      endif()
      target_link_options(${target} PRIVATE $<$<CONFIG:Release,MinSizeRel>:LINKER:-s>)
    endif()
  endif()
endfunction()
