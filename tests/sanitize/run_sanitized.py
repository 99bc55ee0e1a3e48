"""Build everything with sanitizers and run the tests; fail for findings in our code.

    python tests/sanitize/run_sanitized.py [address|thread ...] [-- PYTEST_ARGUMENTS]

``address``: the address, leak and undefined behaviour sanitizers, and the whole suite.
``thread``: the thread sanitizer, and the tests that use threads.

libsodium, libzmq and the extension are built by GCC into ``build/sanitize``. The interpreter is the
ordinary one, with the sanitizer's library preloaded, and with malloc instead of its own allocator.
The sanitizers do not check the code of CPython, only its memory. The findings stay in the folders
``build/sanitize/*-logs``, a file for each process.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from other_build import environment  # noqa: E402 (found there)

WORK = ROOT / "build" / "sanitize"

#: These tests are left out: they check the build, or they start programs of the system (sshd,
#: Chromium, Valgrind), which do not run with a preloaded sanitizer.
NOT_THESE = [
    "build",
    "typing",
    "test_benchmarks.py",
    "test_browser.py",
    "test_makefile.py",
    "test_ssh.py",
    "test_typing.py",
]

#: These are also left out, for different reasons. An ordinary program cannot be linked with
#: sanitized libraries. The memory of the sanitizer's allocator grows in another way. The leak
#: sanitizer replaces the exit code of a process that has threads. The undefined-behaviour sanitizer
#: needs a free descriptor to check a class. At exit CPython removes the signal handlers, and a
#: sanitized process then runs so long that a frequent signal kills it. The program ps is too slow
#: with a preloaded sanitizer. In a forked child, the lock of the sanitizer's allocator stays locked
#: if another thread held it during the fork.
NOT_THESE_TESTS = [
    "libzmq_patches/test_patches_sockets_draft.py::test_handlers_change_their_timers",
    "libzmq_patches/test_patches_pipes.py::test_conflation_neither_leaks_nor_loses_the_last_message",
    "libzmq_patches/test_patches_security.py::test_a_context_leaves_the_random_source_open",
    "libzmq_patches/test_patches_remote.py::test_message_without_end_is_bounded",
    "libzmq_patches/test_patches_resources.py::test_a_context_without_descriptors",
    "test_cli_commands.py::test_flags_build_a_program",
    "test_cli_security.py::test_curve_refuses_a_client_without_keys",
    "test_fork_and_exit.py::test_multiprocessing_by_fork",
    "test_fork_and_exit.py::test_sys_exit_and_exceptions_end_the_program",
    "test_frequent_signals.py::test_signal_ends_the_wait_for_forgotten_contexts",
    "test_leaks.py::test_a_leak_is_noticed",
    "test_process_owner.py::test_ps_shows_the_mark",
]

THREADED = [
    "asynchronous",
    "contract",
    "green",
    "libzmq_patches",
    "test_auth_handshake.py",
    "test_auth_zap.py",
    "test_called_while_receiving.py",
    "test_context.py",
    "test_devices.py",
    "test_fork_and_exit.py",
    "test_frequent_signals.py",
    "test_full_queues.py",
    "test_poll.py",
    "test_proxy.py",
    "test_random_operations.py",
    "test_security_levels.py",
    "test_shared_objects.py",
    "test_signals.py",
    "test_socket.py",
    "test_spinning.py",
    "test_stats.py",
    "test_stats_drops.py",
    "test_stats_peers.py",
    "test_stats_random.py",
    "test_thread_guard.py",
    "test_threads_of_endpoints.py",
    "test_utils_garbage.py",
    "test_utils_monitor.py",
    "test_zero_copy.py",
]

OPTIONS = {
    "address": {
        # Most memory that is not freed at exit belongs to CPython; see `leaks_of_ours`. A frame too
        # large for memory is not an error here. Freed memory is not quarantined for long, because
        # tests measure the memory of the process.
        "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1:handle_segv=0"
        ":quarantine_size_mb=1:log_path={log}",
        "LSAN_OPTIONS": "exitcode=0:max_leaks=0:print_suppressions=0",
        # Together with the address sanitizer, this sanitizer writes to stderr and ignores log_path.
        # So let the process end after a finding; then the test fails.
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
        "PYTHONMALLOC": "malloc",
    },
    "thread": {
        # A process may exit with an open context, and so with a thread that is not joined.
        "TSAN_OPTIONS": f"suppressions={HERE / 'thread.supp'}:exitcode=0:log_path={{log}}"
        ":second_deadlock_stack=1:die_after_fork=0:report_thread_leaks=0",
        "PYTHONMALLOC": "malloc",
    },
}


def library(name: str) -> str:
    """Return the path of one of GCC's libraries."""
    path = subprocess.check_output(["g++", f"-print-file-name={name}"], text=True).strip()
    if not os.path.isabs(path):
        sys.exit(f"{name} was not found: install GCC with its sanitizers (Debian: g++)")
    return os.path.realpath(path)


def build(kind: str) -> Path:
    """Build the package; return the folder that it is in."""
    target = WORK / kind
    sanitizers = "address,undefined" if kind == "address" else "thread"
    shutil.rmtree(target, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--no-build-isolation", "--no-deps", "--target", str(target)]
    pip += [f"-Ccmake.define.ZMQ_SANITIZE={sanitizers}", "-Ccmake.build-type=RelWithDebInfo"]
    pip += [f"-Cbuild-dir={WORK / (kind + '-build')}", str(ROOT)]
    subprocess.run(
        pip,
        check=True,
        env={**os.environ, "CC": "gcc", "CXX": "g++"},
    )
    return target


def leaks_of_ours(log: str) -> list[str]:
    """Return the reported leaks of memory that our extension allocated.

    CPython does not free all its memory at exit, nor the memory of its remaining objects.
    """
    found = []
    for leak in re.split(r"\n\n", log):
        if not leak.lstrip().startswith("Direct leak"):
            continue
        frames = re.findall(r"^ *#\d+ .*$", leak, re.MULTILINE)
        asked = [frame for frame in frames if "/libasan" not in frame and "/libstdc++" not in frame]
        if asked and "_zmq." in asked[0]:
            found.append(leak)
    return found


def findings(kind: str, logs: Path) -> list[str]:
    found = []
    for path in sorted(logs.iterdir()):
        text = path.read_text(errors="replace")
        if kind == "thread":
            found += re.findall(r"WARNING: ThreadSanitizer.*?SUMMARY[^\n]*", text, re.DOTALL)
            continue
        found += re.findall(r"ERROR: AddressSanitizer.*?SUMMARY[^\n]*", text, re.DOTALL)
        found += re.findall(r"[^\n]*runtime error:.*?(?=\n\n|\Z)", text, re.DOTALL)
        found += leaks_of_ours(text)
    return found


def run(kind: str, arguments: list[str]) -> bool:
    """Return whether the tests passed without findings."""
    python = environment(WORK / f"{kind}-venv", build(kind))
    logs = WORK / f"{kind}-logs"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    preload = ["libasan.so", "libubsan.so"] if kind == "address" else ["libtsan.so"]
    # the C++ library, too, otherwise the sanitizer does not find the function that throws
    # exceptions
    preload += ["libstdc++.so"]
    env = {**os.environ, "LD_PRELOAD": " ".join(library(name) for name in preload)}
    for name, value in OPTIONS[kind].items():
        env[name] = value.format(log=logs / "log")
    tests = ROOT / "tests"
    if kind == "thread":
        chosen = [str(tests / name) for name in THREADED]
    else:
        chosen = [str(tests), *(f"--ignore={tests / name}" for name in NOT_THESE)]
    # Sanitized code is several times slower.
    options = ["-q", "--numprocesses=2", "--dist=loadgroup", "--timeout=600"]
    options += [f"--deselect={tests.relative_to(ROOT)}/{name}" for name in NOT_THESE_TESTS]
    print(f"{kind}: running the tests", flush=True)
    done = subprocess.run(
        [str(python), "-m", "pytest", *options, *chosen, *arguments], env=env, cwd=ROOT, check=False
    )
    found = findings(kind, logs)
    for text in dict.fromkeys(found):
        print(f"\n{text}")
    print(f"{kind}: the tests ended with {done.returncode}, {len(found)} findings in our code")
    return done.returncode == 0 and not found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kinds", nargs="*", choices=[*OPTIONS, []], metavar="address|thread")
    given = sys.argv[1:]
    cut = given.index("--") if "--" in given else len(given)
    kinds = parser.parse_args(given[:cut]).kinds or list(OPTIONS)
    clean = [run(kind, given[cut + 1 :]) for kind in kinds]
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
