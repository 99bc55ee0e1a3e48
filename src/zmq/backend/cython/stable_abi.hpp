// Replacements for the macros that Python's stable ABI (wheel.py-api=cp312) lacks.

#pragma once

#include <Python.h>

#ifdef Py_LIMITED_API
#define ZMQPY_STABLE_ABI 1
// The macros access the fields of an object directly. The stable ABI has only these functions.
#ifndef PyBytes_AS_STRING
#define PyBytes_AS_STRING(object) PyBytes_AsString(object)
#endif
#ifndef PyBytes_GET_SIZE
#define PyBytes_GET_SIZE(object) PyBytes_Size(object)
#endif
#else
#define ZMQPY_STABLE_ABI 0
#endif
