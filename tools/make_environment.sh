#!/bin/sh
# Creates a virtual environment, or replaces an existing one that does not fit.
#
#   PYTHON=/path/to/python sh tools/make_environment.sh FOLDER
#
# FOLDER/.made is written last: without this file, the environment is incomplete. The lines of this
# file are the folder, the interpreter that created the environment, and the version of that
# interpreter. The time of the file does not change as long as the environment is kept.

set -u
environment=$1
python=$environment/bin/python
stamp=$environment/.made

absolute() {
    (cd "$environment" && pwd -P)
}

# Prints the interpreter's version, or nothing if the interpreter does not run or has no pip.
version() {
    "$python" -I -c '
import importlib.util, sys
if importlib.util.find_spec("pip"):
    print(sys.implementation.cache_tag + sys.abiflags)' 2>/dev/null | tail -n 1
}

identity() {
    "$1" -I -c 'import os, sys; print(os.path.realpath(sys.executable))' 2>/dev/null | tail -n 1
}

base=''
if [ -n "${PYTHON:-}" ]; then
    base=$(sh tools/find_python.sh) || exit 1
fi

reason=''
if [ -e "$stamp" ]; then
    {
        IFS= read -r made_in
        IFS= read -r made_with
        IFS= read -r made_for
    } <"$stamp"
    now=$(version)
    if [ "$made_in" != "$(absolute)" ]; then
        reason="it was made in $made_in"
    elif [ -z "$now" ]; then
        reason="its Python, $made_with, does not run or has no pip"
    elif [ "$now" != "$made_for" ]; then
        reason="its Python was $made_for and is $now"
    elif [ -n "$base" ] && [ "$(identity "$base")" != "$made_with" ]; then
        reason="its Python is $made_with, not $base"
    else
        exit 0
    fi
elif [ -e "$environment/.making" ]; then
    reason='it is half made'
elif [ -n "$(ls -A "$environment" 2>/dev/null)" ]; then
    # The folder may belong to somebody else: do not remove it.
    if [ -z "$(version)" ]; then
        echo "make did not make $environment, and its Python does not run or has no pip." \
            "Remove it (make clean), or name another: make VENV=.venv-other" >&2
        exit 1
    fi
    made_with=$(identity "$python")
    if [ -n "$base" ] && [ "$(identity "$base")" != "$made_with" ]; then
        echo "make did not make $environment, and its Python is $made_with, not $base." \
            "Remove it (make clean), or name another: make VENV=.venv-other" >&2
        exit 1
    fi
    { absolute; echo "$made_with"; version; } >"$stamp"
    exit 0
fi

if [ -z "$base" ]; then
    base=$(sh tools/find_python.sh) || exit 1
fi
if [ -n "$reason" ]; then
    echo "Creating $environment anew with $base: $reason"
else
    echo "Creating $environment with $base"
fi
rm -rf "$environment" && mkdir -p "$environment" && : >"$environment/.making" || exit 1
"$base" -m venv "$environment" || exit 1
{ absolute; identity "$base"; version; } >"$environment/.making"
if [ "$(wc -l <"$environment/.making")" -ne 3 ]; then
    echo "$base made an environment in $environment that has no pip, or whose Python does not run" >&2
    exit 1
fi
# Empty values here override those in the user's own pip.conf, which would install into another
# folder.
for section in global install; do
    printf '[%s]\ntarget =\nprefix =\nroot =\n' "$section"
done >"$environment/pip.conf" || exit 1
mv "$environment/.making" "$stamp"
