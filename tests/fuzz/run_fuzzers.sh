#!/bin/sh
# Build the fuzz targets and run each for a while, one at a time, at low priority.
#
#   tests/fuzz/run_fuzzers.sh [SECONDS_FOR_EACH] [TARGET...]
#
# Default: 60 s each, all targets. Each starts from the seeds of tests/fuzz/make_seeds.py. New
# inputs go to build/fuzz/corpus. A failing input goes to build/fuzz/findings, together with its
# log. SECONDS_FOR_EACH is elapsed time; the script also prints the processor time of each target.
# The exit code is 1 if there is a finding.
#
#   CC=clang CXX=clang++   the compilers; by default the newest Clang that is found
#   BUILD=build/fuzz       where to build

set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
[ $# -gt 0 ] && shift
all="address decoder udp socks options zmtp ws curve"
targets=${*:-$all}
build=${BUILD:-$root/build/fuzz}

newest_clang() {
    for version in '' -25 -24 -23 -22 -21 -20 -19 -18 -17 -16 -15 -14; do
        if command -v "clang++$version" >/dev/null && command -v "clang$version" >/dev/null &&
            echo 'extern "C" int LLVMFuzzerTestOneInput (const unsigned char *, unsigned long) { return 0; }' |
            "clang++$version" -x c++ -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null; then
            echo "$version"
            return
        fi
    done
    echo "no Clang with libFuzzer found: install clang and its runtime (libclang-rt-*-dev)" >&2
    exit 2
}
if [ -z "${CXX:-}" ]; then
    version=$(newest_clang)
    CC=clang$version CXX=clang++$version
fi

mkdir -p "$(dirname "$build")"
if ! cmake -S "$root/tests/fuzz" -B "$build" \
    -DCMAKE_C_COMPILER="${CC:-clang}" -DCMAKE_CXX_COMPILER="$CXX" >"$build.log" 2>&1 ||
    ! nice cmake --build "$build" --parallel 2 >>"$build.log" 2>&1; then
    tail -n 30 "$build.log" >&2
    exit 2
fi

"$build/check_pipe_termination"
mkdir -p "$build/findings"

# Set `cpu` to the processor time of all child processes so far, in seconds.
look_at_cpu() {
    times >"$build/findings/times"
    cpu=$(awk 'NR == 2 { split($1, u, /[ms]/); split($2, s, /[ms]/)
        printf "%d", 60 * (u[1] + s[1]) + u[2] + s[2] }' "$build/findings/times")
}
look_at_cpu
start=$cpu
before=$cpu

status=0
for target in $targets; do
    mkdir -p "$build/corpus/$target"
    log=$build/findings/$target.log
    if nice -n 19 "$build/fuzz_$target" -max_total_time="$seconds" -timeout=25 -print_final_stats=1 \
        -artifact_prefix="$build/findings/$target-" "$build/corpus/$target" \
        "$build/seeds/$target" >"$log" 2>&1 &&
        ! grep -q 'runtime error' "$log"; then
        finding='no finding'
    else
        status=1
        finding="FINDING, see $log"
        grep -E 'runtime error|ERROR|Assertion' "$log" | head -n 5
    fi
    look_at_cpu
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs" \
        "in $((cpu - before)) s of processor time, $finding"
    before=$cpu
done
echo "all: $((before - start)) s of processor time"
exit $status
