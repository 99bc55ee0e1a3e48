#!/bin/sh
# Prints the path of the first Python that can build the package, or prints what is missing in each.
# If PYTHON is set, the script tries only that Python. The script runs each candidate, because the
# shim of a version manager can exist for a version that is not active, and then fails when it is
# called.

# The result is the last line of stdout, because a .pth file may print lines before it. stderr may
# contain warnings and the output of PYTHONVERBOSE.
probe='
import os, sys, sysconfig
def lacks(thing, package):
    version = "python%d.%d" % sys.version_info[:2]
    if os.path.realpath("/usr/bin/python3") == "/usr/bin/" + version:
        version = "python3"
    print("lacks %s (Debian: apt-get install %s-%s)" % (thing, version, package))
    sys.exit(1)
if sys.version_info < (3, 10):
    print("is Python %d.%d, but 3.10 or newer is needed" % sys.version_info[:2])
    sys.exit(1)
try:
    import ensurepip, venv
except ImportError as error:
    lacks("the module " + error.name, "venv")
header = os.path.join(sysconfig.get_path("include"), "Python.h")
if not os.path.exists(header):
    lacks("its C header " + header, "dev")
print(sys.executable)
'

if [ -n "$PYTHON" ]; then
    set -- "$PYTHON"
else
    set -- python3 python3.14 python3.13 python3.12 python3.15 python3.11 python3.10 python
fi

# Print the last line in which a failed program mentions an error, or else its last line.
last_words() {
    words=$(sed '/^[[:space:]]*$/d')
    line=$(printf '%s\n' "$words" | grep -i -e error -e 'not found' | tail -n 1)
    [ -n "$line" ] || line=$(printf '%s\n' "$words" | tail -n 1)
    printf '%s\n' "${line:-failed, and did not say why}"
}

reasons=''
for candidate in "$@"; do
    if ! command -v "$candidate" >/dev/null 2>&1; then
        reasons="$reasons
  $candidate: not found"
        continue
    fi
    if answer="$("$candidate" -c "$probe" 2>/dev/null)"; then
        printf '%s\n' "$answer" | tail -n 1
        exit 0
    fi
    if [ -n "$answer" ]; then
        reason=$(printf '%s\n' "$answer" | tail -n 1)
    else
        reason=$("$candidate" -c "$probe" 2>&1 >/dev/null | last_words)
    fi
    reasons="$reasons
  $candidate: $reason"
done

cat >&2 <<MESSAGE
No Python 3.10 or newer that can build the package was found. Tried:$reasons
Install one with its headers, or name it: make PYTHON=/path/to/python3
MESSAGE
exit 1
