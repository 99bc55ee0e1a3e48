#!/bin/sh
# Runs only one command at a time in a folder: waits until an earlier command has ended.
#
# flock locks the folder itself; the lock ends with the processes that hold it. Without flock
# (macOS), a symbolic link contains the process id.

set -u

waiting() {
    echo 'Another make is building here; waiting for it to end'
}

if command -v flock >/dev/null 2>&1; then
    exec 9<.
    flock -n 9
    case $? in
    0) ;;
    1)
        waiting
        flock 9
        ;;
    *) ;; # a file system without locks
    esac
    "$@" 9<&-
    exit $?
fi

lock=.make-lock
said=''
until ln -s "pid-$$" "$lock" 2>/dev/null; do
    [ -w . ] || exec "$@"
    holder=$(readlink "$lock")
    if [ -n "$holder" ] && ! kill -0 "${holder#pid-}" 2>/dev/null; then
        rm -f "$lock" # its holder was killed
        continue
    fi
    [ -n "$said" ] || waiting
    said=yes
    sleep 1
done
trap 'rm -f "$lock"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
"$@"
