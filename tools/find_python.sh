#!/bin/sh
# Prints the path of the first Python that can build the package, or says what each one lacks.
# PYTHON names the only one to try. Candidates are run, not just looked up: a version manager's
# shim can exist for a version that is not active, and fails when it is called.

probe='
import os, sys, sysconfig
if sys.version_info < (3, 10):
    sys.exit("is Python %d.%d, and 3.10 is the oldest that will do" % sys.version_info[:2])
try:
    import ensurepip, venv
except ImportError as error:
    sys.exit("lacks the module %s (Debian: apt-get install python3-venv)" % error.name)
header = os.path.join(sysconfig.get_path("include"), "Python.h")
if not os.path.exists(header):
    sys.exit("lacks its C header %s (Debian: apt-get install python3-dev)" % header)
print(sys.executable)
'

if [ -n "$PYTHON" ]; then
    set -- "$PYTHON"
else
    set -- python3 python3.14 python3.13 python3.12 python3.15 python3.11 python3.10 python
fi

reasons=''
for candidate in "$@"; do
    if ! command -v "$candidate" >/dev/null 2>&1; then
        reasons="$reasons
  $candidate: not found"
        continue
    fi
    if answer="$("$candidate" -c "$probe" 2>&1)"; then
        echo "$answer"
        exit 0
    fi
    reasons="$reasons
  $candidate: $(echo "$answer" | head -n 1)"
done

cat >&2 <<MESSAGE
No Python 3.10 or newer that can build the package was found. Tried:$reasons
Install one with its headers, or name it: make PYTHON=/path/to/python3
MESSAGE
exit 1
