# zmq_harden()
#
# Sets hardening flags for every target of the calling directory and below. With these flags a memory
# error ends the process, so that an attacker cannot exploit the error:
#
#   stack protector          a function with an array detects writes beyond the end of the array
#   _FORTIFY_SOURCE          memcpy and similar functions detect a buffer that is too small, if the
#                            compiler knows the size of the buffer
#   CET, branch protection   a return or an indirect call can only reach a valid target (x86-64,
#                            ARM64)
#   RELRO, BIND_NOW          tables of addresses are read-only after the module is loaded
#   noexecstack              a stack cannot contain code
#
# Flags that the compiler or the system does not support are left out. CythonExtension.cmake sets the
# linker flags of the module. It also protects fewer functions in the module; vendor/README.md has the
# figures.

include_guard(GLOBAL)
include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)

function(zmq_harden)
  if(MSVC)
    # /GS is on by default. Control flow guard needs a flag for the compiler and one for the linker.
    add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:/GS> $<$<COMPILE_LANGUAGE:C,CXX>:/guard:cf>)
    add_link_options(LINKER:/guard:cf LINKER:/DYNAMICBASE LINKER:/NXCOMPAT)
    if(CMAKE_SIZEOF_VOID_P EQUAL 8 AND NOT CMAKE_CXX_COMPILER_ARCHITECTURE_ID MATCHES "ARM")
      add_link_options(LINKER:/CETCOMPAT)
    endif()
    return()
  endif()

  # Some systems have the functions of the stack protector in a separate library, so check by
  # linking a program.
  set(CMAKE_REQUIRED_FLAGS -fstack-protector-strong)
  check_cxx_source_compiles(
    "#include <stdio.h>
     int main() { char line[80]; return fgets(line, sizeof line, stdin) != 0; }"
    ZMQ_HAVE_STACK_PROTECTOR)
  if(ZMQ_HAVE_STACK_PROTECTOR)
    add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fstack-protector-strong>)
  endif()

  # _FORTIFY_SOURCE needs an optimizer, because its checks are inlined functions. A sanitizer checks
  # more. MinGW has the checks in its stack protector library; no wheel is built with MinGW.
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
    # Some compilers define _FORTIFY_SOURCE themselves, so undefine it first.
    set(fortify -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${level})
    add_compile_options("$<$<AND:$<COMPILE_LANGUAGE:C,CXX>,$<NOT:$<CONFIG:Debug>>>:${fortify}>")
  endif()

  # Apple's processors have a different kind of branch protection, which only system programs may
  # use.
  if(NOT APPLE AND NOT WIN32)
    unset(CMAKE_REQUIRED_FLAGS)
    foreach(flag IN ITEMS -fcf-protection=full -mbranch-protection=standard)
      string(MAKE_C_IDENTIFIER "ZMQ_HAVE${flag}" have)
      check_cxx_compiler_flag(${flag} ${have})
      if(${have})
        # Assembler code gets the flag, too: the flag makes libsodium's assembler code declare that
        # it supports the protection.
        add_compile_options(${flag})
        break()
      endif()
    endforeach()
  endif()
endfunction()
