// Converts C++ exceptions to Python exceptions.
//
// Cython calls __Pyx_CppExn2PyErr when a function declared with "except +" throws. Cython's own
// version of that function names std::ios_base::failure, which links the streams and locales of the
// C++ library into the module: 350 KB. Our functions do not throw that exception.

#pragma once

#include <Python.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <typeinfo>

#ifdef __GLIBCXX__
#include <cxxabi.h>

// Replaces libstdc++'s function, which prints the type's name as in source code. The code for that
// takes 50 KB.
void __gnu_cxx::__verbose_terminate_handler() {
    const std::type_info *type = abi::__cxa_current_exception_type();
    std::fprintf(stderr, "terminate called, exception: %s\n", type ? type->name() : "none");
    std::abort();
}
#endif

#define __Pyx_CppExn2PyErr zmqpy::raise_in_python

namespace zmqpy {

// Call this in a catch block, while you hold the GIL.
inline void raise_in_python() {
    try {
        throw;
    } catch (const std::bad_alloc &) {
        PyErr_NoMemory();
    } catch (const std::exception &error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
    } catch (...) {
        PyErr_SetString(PyExc_RuntimeError, "an exception of C++ that has no text");
    }
}

} // namespace zmqpy
