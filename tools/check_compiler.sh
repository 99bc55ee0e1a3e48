#!/bin/sh
# Fails with a line of advice if there is no C++ compiler. CMake would report this minutes later, in
# a long message. The script does not check a compiler that CMake's own settings name.

case "${CMAKE_ARGS:-} ${SKBUILD_CMAKE_ARGS:-}" in *CMAKE_CXX_COMPILER=* | *TOOLCHAIN*) exit 0 ;; esac
[ -z "${CMAKE_TOOLCHAIN_FILE:-}" ] || exit 0

works() {
    printf '#include <string>\nint main() { return 0; }\n' |
        "$@" -x c++ -fsyntax-only - >/dev/null 2>&1
}

if [ -n "${CXX:-}" ]; then
    # shellcheck disable=SC2086 # it may hold arguments
    works $CXX && exit 0
    echo "CXX names '$CXX', which is not found or cannot compile C++. Name a compiler that can," \
        'or unset CXX.' >&2
    exit 1
fi
for compiler in c++ g++ clang++ icpx; do
    works "$compiler" && exit 0
done
echo 'No C++ compiler that works was found. Install one (Debian: apt-get install g++), or name it:' \
    'make CXX=/path/to/g++' >&2
exit 1
