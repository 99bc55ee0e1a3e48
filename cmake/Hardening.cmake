# zmq_harden()
#
# Sets, for every target of the calling directory and below, what makes a fault of memory end the
# process in place of being used:
#
#   stack protector          a function with an array notices that something wrote past it
#   _FORTIFY_SOURCE          memcpy and its like notice a buffer that is too small, where the
#                            compiler knows its size
#   CET, branch protection   a return or an indirect call goes where one may go (x86-64, ARM64)
#   RELRO, BIND_NOW          tables of addresses are read-only once the module is loaded
#   noexecstack              no stack holds code
#
# Flags that a compiler or system does not have are left out. CythonExtension.cmake sets the linker
# flags of the module, and protects fewer functions there: vendor/README.md has the figures.

include_guard(GLOBAL)
include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)

function(zmq_harden)
  if(MSVC)
    # /GS is on by itself. Control flow guard needs a flag for the compiler and one for the linker.
    add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:/GS> $<$<COMPILE_LANGUAGE:C,CXX>:/guard:cf>)
    add_link_options(LINKER:/guard:cf LINKER:/DYNAMICBASE LINKER:/NXCOMPAT)
    if(CMAKE_SIZEOF_VOID_P EQUAL 8 AND NOT CMAKE_CXX_COMPILER_ARCHITECTURE_ID MATCHES "ARM")
      add_link_options(LINKER:/CETCOMPAT)
    endif()
    return()
  endif()

  # Some systems have the protector's functions in a separate library, so check by linking a
  # program.
  set(CMAKE_REQUIRED_FLAGS -fstack-protector-strong)
  check_cxx_source_compiles(
    "#include <stdio.h>
     int main() { char line[80]; return fgets(line, sizeof line, stdin) != 0; }"
    ZMQ_HAVE_STACK_PROTECTOR)
  if(ZMQ_HAVE_STACK_PROTECTOR)
    add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fstack-protector-strong>)
  endif()

  # The checks are inlined functions, so they need an optimizer. A sanitizer checks more. MinGW has
  # them in its library for the stack protector, and no wheel is built with MinGW.
  if(NOT ZMQ_SANITIZE AND NOT WIN32)
    set(CMAKE_REQUIRED_FLAGS "-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
    check_cxx_source_compiles(
      "#include <stdlib.h>
       #if !defined __USE_FORTIFY_LEVEL || __USE_FORTIFY_LEVEL < 3
       #error
       #endif
       int main() {}"
      ZMQ_HAVE_FORTIFY_3)
    if(ZMQ_HAVE_FORTIFY_3)
      set(level 3)
    else()
      set(level 2)
    endif()
    # some compilers define it themselves
    set(fortify -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${level})
    add_compile_options("$<$<AND:$<COMPILE_LANGUAGE:C,CXX>,$<NOT:$<CONFIG:Debug>>>:${fortify}>")
  endif()

  # Apple's processors have a different kind, only for programs of the system.
  if(NOT APPLE AND NOT WIN32)
    unset(CMAKE_REQUIRED_FLAGS)
    foreach(flag IN ITEMS -fcf-protection=full -mbranch-protection=standard)
      string(MAKE_C_IDENTIFIER "ZMQ_HAVE${flag}" have)
      check_cxx_compiler_flag(${flag} ${have})
      if(${have})
        # assembler, too: with this flag libsodium's code declares its support
        add_compile_options(${flag})
        break()
      endif()
    endforeach()
  endif()
endfunction()
