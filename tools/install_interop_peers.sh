#!/bin/sh
# Installs more implementations for `make interop`, in addition to PyZMQ and pyomq: zeromq.js and
# jszmq from npm, czmq and JeroMQ from unpacked Debian packages. It needs no root, and nothing else
# uses these copies.
#
#   sh tools/install_interop_peers.sh FOLDER
#
# The script skips a package that it cannot install; the tests report this.

set -u
folder=$1
mkdir -p "$folder/node" "$folder/debian"
cd "$folder" || exit 1

if command -v npm >/dev/null; then
    [ -e node/package.json ] || echo '{"private": true}' >node/package.json
    if ! npm install --prefix node --no-audit --no-fund --loglevel=error \
        zeromq@6 jszmq@0.1 >npm.log 2>&1; then
        tail -n 5 npm.log
        echo 'zeromq.js and jszmq are left out: npm could not install them'
    fi
else
    echo 'zeromq.js and jszmq are left out: npm is not installed (Debian: nodejs, npm)'
fi

# A package that is already installed is used.
wanted=''
[ -e /usr/include/czmq.h ] || [ -e debian/usr/include/czmq.h ] || wanted='libczmq4 libczmq-dev'
[ -e /usr/share/java/jeromq.jar ] || [ -e debian/usr/share/java/jeromq.jar ] ||
    wanted="$wanted libjeromq-java"
if [ -n "$wanted" ]; then
    mkdir -p packages
    if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
        for package in $wanted; do
            if ! (cd packages && apt-get download -qq "$package" >/dev/null 2>&1); then
                echo "$package is left out: apt-get cannot download it (try apt-get update)"
                continue
            fi
            for archive in packages/"$package"_*.deb; do
                dpkg-deb --extract "$archive" debian
            done
        done
    else
        echo 'czmq and JeroMQ are left out: their packages need apt-get and dpkg-deb'
    fi
fi
