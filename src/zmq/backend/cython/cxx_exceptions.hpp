// Exceptions of C++ that reach Python.
//
// Cython calls __Pyx_CppExn2PyErr where a function declared with "except +" throws. Its own names
// std::ios_base::failure, and with that the streams and locales of the C++ library are linked in:
// 350 KB. None of ours throws that.

#pragma once

#include <Python.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <typeinfo>

#ifdef __GLIBCXX__
#include <cxxabi.h>

// In place of libstdc++'s, which writes the type's name as in a source, and for that brings 50 KB.
void __gnu_cxx::__verbose_terminate_handler() {
    const std::type_info *type = abi::__cxa_current_exception_type();
    std::fprintf(stderr, "terminate called, exception: %s\n", type ? type->name() : "none");
    std::abort();
}
#endif

#define __Pyx_CppExn2PyErr zmqpy::raise_in_python

namespace zmqpy {

// Called in a handler of the exception, with the interpreter's lock.
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
