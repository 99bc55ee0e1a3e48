#!/bin/sh
# Tries the README's two commands on bare machines. These are minimal Debian systems with Python and
# its headers, a C++ compiler and make, and nothing else. The commands run as an ordinary user, in a
# clone of HEAD.
#
#   tools/bare_machine.sh                            bookworm, trixie and sid
#   tools/bare_machine.sh sid sid:3.15               sid's own Python, and its python3.15
#   tools/bare_machine.sh --folder /somewhere sid    where the systems are kept
#
# It needs root, debootstrap, git, and a network or a mirror. A system is created once, below
# /var/tmp by default, and used again. Remove its folder to create a new one. The systems use the
# mirror and the package index that this machine is set to use. JOBS and ARGS are passed to `make
# test`.
#
# Everything runs in separate namespaces. No mount and no process is left when this script ends,
# even after an error or a signal. A process that `make test` leaves behind is reported as a
# failure.

set -eu

user=tester
project=$(cd "$(dirname "$0")/.." && pwd)
self=$project/tools/bare_machine.sh

fail() {
    echo "bare_machine.sh: $1" >&2
    exit 2
}

# ---------------------------------------------------------------- inside the namespaces

# Processes of the namespace, except this shell and the processes that wait for it.
others() {
    for folder in /proc/[0-9]*; do
        pid=${folder#/proc/}
        [ "$pid" = 1 ] || [ "$pid" = $$ ] && continue
        # A kernel thread or a zombie has no command line.
        command=$(tr '\0' ' ' <"$folder/cmdline" 2>/dev/null) || continue
        case $command in '' | 'tr '* | *bare_machine.sh*) continue ;; esac
        echo "$pid $command"
    done
}

# as_user SECONDS_FILE COMMAND: run the command in the project's folder, and write its duration to
# the file. The command's environment has only pip's settings and basic variables such as HOME.
as_user() {
    seconds_file=$1
    shift
    began=$(date +%s)
    status=0
    # shellcheck disable=SC2046,SC2086 # one word each
    eval "chroot --userspec=$user:$user \"\$root\" env -i HOME=/home/$user USER=$user LOGNAME=$user \
        LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin $(cat "$root/settings") \
        sh -c 'cd ~/project && exec \"\$@\"' sh \"\$@\"" </dev/null || status=$?
    echo $(($(date +%s) - began)) >"$seconds_file"
    return $status
}

inside() {
    root=$1
    result=$2
    python=$3
    mount -t proc proc /proc
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    # Mount or copy the paths of this machine that pip's settings name.
    while read -r path; do
        if [ -d "$path" ]; then
            mkdir -p "$root$path"
            mount --bind -o ro "$path" "$root$path"
        else
            mkdir -p "$root$(dirname "$path")"
            cp -L "$path" "$root$path"
        fi
    done <"$root/paths"

    chroot "$root" c++ --version | head -n 1 >"$result.compiler"
    chroot "$root" "$python" -VV | head -n 1 >"$result.python"
    demo=0
    as_user "$result.demo-seconds" make demo PYTHON="$python" || demo=$?
    echo $demo >"$result.demo"
    tests=0
    as_user "$result.test-seconds" make test PYTHON="$python" ${JOBS:+JOBS="$JOBS"} \
        ${ARGS:+ARGS="$ARGS"} || tests=$?
    echo $tests >"$result.test"
    others >"$result.left"
    if [ -s "$result.left" ]; then
        echo 'Processes that make test has left behind:'
        cat "$result.left"
    fi
}

if [ "${1:-}" = --inside ]; then
    shift
    inside "$@"
    exit 0
fi

# ---------------------------------------------------------------- outside

folder=/var/tmp/pyzmq-bare-machines
if [ "${1:-}" = --folder ]; then
    [ $# -ge 2 ] || fail '--folder needs the name of a folder after it'
    folder=$2
    shift 2
fi
case ${1:-} in
-h | --help)
    sed -n '2,/^$/s/^# \{0,1\}//p' "$self"
    exit 0
    ;;
-*) fail "unknown option $1; --help shows the usage" ;;
esac
[ $# -gt 0 ] || set -- bookworm trixie sid
[ "$(id -u)" = 0 ] || fail 'it needs root, for debootstrap and chroot'
for tool in debootstrap git setpriv unshare apt-get; do
    command -v $tool >/dev/null || fail "it needs $tool"
done

# When this shell ends, the namespace ends, too, with its mounts and processes. unshare ignores
# SIGTERM, so it gets SIGKILL.
apart() {
    setpriv --pdeathsig KILL -- unshare --mount --pid --fork --kill-child --propagation private -- "$@"
}

make_root() {
    suite=$1
    packages=$2
    mirrors=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
        'Origin: Debian' 'Label: Debian' | sort -u)
    [ -n "$mirrors" ] || fail 'apt is not set to use a mirror of Debian'
    for mirror in $mirrors; do
        rm -rf "$root"
        if apart debootstrap --variant=minbase --include="$packages" "$suite" "$root" \
            "$mirror" >"$root.debootstrap.log" 2>&1; then
            chroot "$root" useradd --create-home --shell /bin/sh "$user"
            touch "$root/made"
            return 0
        fi
        tail -n 5 "$root.debootstrap.log" >&2
    done
    fail "debootstrap could not create $root; see $root.debootstrap.log"
}

# Print pip's settings, from all files and variables, as shell assignments of environment variables.
settings_of_pip() {
    python3 -m pip config list 2>/dev/null |
        sed -n "s/^\(global\|:env:\)\.\([a-z-]*\)=\('.*'\)\$/\2 \3/p" |
        while read -r name value; do
            echo "PIP_$(echo "$name" | tr a-z- A-Z_)=$value"
        done
}

# Use the parent folder of an index, because its pages link to files in neighbouring folders.
paths_of_pip() {
    settings_of_pip | sed "s/^[^=]*='\(.*\)'\$/\1/" | tr ' ' '\n' |
        sed -n 's#^\(file://\)\{0,1\}/#/#p' | sed 's#/simple/*$##' | sort -u |
        while read -r path; do
            if [ -e "$path" ]; then echo "$path"; fi
        done
}

mkdir -p "$folder"
status=0
table="$folder/table"
cat >"$table" <<'HEAD'
| system | Python | compiler | make demo | make test | passed | skipped | failed |
|---|---|---|--:|--:|--:|--:|--:|
HEAD
reasons="$folder/reasons"
: >"$reasons"

for system in "$@"; do
    suite=${system%%:*}
    version=${system#"$suite"}
    version=${version#:}
    python=python3${version:+.${version#3.}}
    name=$suite${version:+-$version}
    root=$folder/$name
    packages=ca-certificates,g++,make,$python,$python-dev,$python-venv
    [ -e "$root/made" ] || { echo "$name: debootstrap"; make_root "$suite" "$packages"; }

    rm -rf "$root/home/$user/project" "$root/home/$user/.cache/pyzmq"
    git clone --quiet --no-hardlinks "$project" "$root/home/$user/project"
    chroot "$root" chown -R "$user:$user" "/home/$user"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    settings_of_pip | tr '\n' ' ' >"$root/settings"
    paths_of_pip >"$root/paths"

    log=$folder/$name.log
    result=$folder/$name.result
    rm -f "$result".*
    echo "$name: make demo, make test; see $log"
    apart sh "$self" --inside "$root" "$result" "$python" >"$log" 2>&1 || status=1

    count() {
        sed -n 's/^=* *\(.*\) in [0-9.]*s.*$/\1/p' "$log" | tail -n 1 | tr ',' '\n' |
            sed -n "s/^ *\([0-9]*\) $1\$/\1/p" | grep . || echo 0
    }
    failed=$(count failed)
    errors=$(count 'errors\{0,1\}')
    [ "$errors" = 0 ] || failed="$failed, errors $errors"
    [ "$(cat "$result.demo" 2>/dev/null)" = 0 ] || { failed="$failed, make demo"; status=1; }
    [ "$(cat "$result.test" 2>/dev/null)" = 0 ] || { failed="$failed, make test"; status=1; }
    [ ! -s "$result.left" ] || { failed="$failed, processes left"; status=1; }
    [ "$failed" != 0 ] || failed=none
    echo "| $name | $(cut -d' ' -f2 "$result.python") | $(sed 's/.* //' "$result.compiler") \
| $(cat "$result.demo-seconds") s | $(cat "$result.test-seconds") s \
| $(count passed) | $(count skipped) | $failed |" >>"$table"
    {
        echo "Skipped on $name:"
        sed -n 's/^SKIPPED \[\([0-9]*\)\] [^ ]*: \(.*\)$/\1 \2/p' "$log" |
            awk '{ n = $1; $1 = ""; count[$0] += n } END { for (why in count) print count[why] why }' |
            sort -rn
        echo
    } >>"$reasons"
done

echo
cat "$reasons" "$table"
exit $status
