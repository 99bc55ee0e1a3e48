"""The projects in examples/extensions, built against the wheel and outside the source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="calls compilers by their POSIX names, cc and c++"),
]


@pytest.fixture(scope="session")
def build_example(environment, source_tree: Path) -> Callable[[str], Path]:
    """Copy an example away from the source tree, and install it; return the copy's folder."""

    def build(name: str) -> Path:
        copy = environment.folder.parent / name
        shutil.copytree(source_tree / "examples" / "extensions" / name, copy)
        environment.pip_install(copy)
        return copy

    return build


@pytest.fixture(scope="session")
def cppzmq(tmp_path_factory: pytest.TempPathFactory) -> None:
    source = tmp_path_factory.mktemp("cppzmq") / "source.cpp"
    source.write_text("#include <zmq_addon.hpp>\n")
    preprocessed = subprocess.run(["c++", "-std=c++17", "-M", source], capture_output=True)
    if preprocessed.returncode:
        pytest.skip("cppzmq's headers (Debian: cppzmq-dev) are not installed")


@pytest.fixture(scope="session")
def sampler(build_example: Callable[[str], Path]) -> Path:
    return build_example("sampler")


@pytest.fixture(scope="session")
def echo_server(build_example: Callable[[str], Path]) -> Path:
    return build_example("echo_server")


@pytest.fixture(scope="session")
def word_counter(cppzmq: None, build_example: Callable[[str], Path]) -> Path:
    return build_example("word_counter")


def needed(environment, module: str) -> str:
    """The shared libraries that a module needs, and its dynamic symbols."""
    for tool in ("objdump", "nm"):
        if sys.platform != "linux" or shutil.which(tool) is None:
            pytest.skip(f"reads ELF with {tool}")
    file = environment.run("-c", f"import {module}; print({module}.__file__)").strip()
    said = ""
    for command in (["objdump", "-p", file], ["nm", "-D", file]):
        said += subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=True
        ).stdout
    return said


def test_the_environment_has_the_wheel(environment) -> None:
    file = environment.run("-c", "import zmq; print(zmq.__file__)").strip()
    assert Path(file).is_relative_to(environment.folder)


# ---------------------------------------------------------------- setuptools and Cython


def test_sampler_prints_the_documented_output(environment, sampler: Path) -> None:
    assert environment.run(sampler / "show.py").splitlines() == [
        "block 0: 1000 samples, the last is -0.536",
        "block 1: 1000 samples, the last is 0.909",
        "3 blocks add up to 175.642",
        "blocks that libzmq still holds: 0",
    ]


def test_sampler_contains_no_libzmq(environment, sampler: Path) -> None:
    said = needed(environment, "sampler")
    assert "zmq_" not in said.replace("pyzmq_", "")
    assert "libstdc++" not in said


def test_sampler_refuses_unusable_sockets(environment, sampler: Path) -> None:
    code = (
        "import sampler, zmq\n"
        "context = zmq.Context()\n"
        "socket = context.socket(zmq.PUSH)\n"
        "socket.sndtimeo = 0\n"
        "for wrong in (None, b'', context, socket, 'closed'):\n"
        "    if wrong == 'closed':\n"
        "        socket.close()\n"
        "        wrong = socket\n"
        "    try:\n"
        "        sampler.send_samples(wrong, 1, 10)\n"
        "    except (TypeError, zmq.ZMQError) as error:\n"
        "        print(type(error).__name__, error)\n"
        "try:\n"
        "    sampler.push_samples(context, 'nonsense', 1, 1)\n"
        "except zmq.ZMQError as error:\n"
        "    print(error)\n"
        "context.term()\n"
        "print(sampler.buffers_in_use())\n"
    )
    lines = environment.run("-c", code).splitlines()
    assert lines[:3] == [
        f"TypeError expected a zmq.Socket, got {name}" for name in ("NoneType", "bytes", "Context")
    ]
    assert lines[3].startswith("Again ")
    assert lines[4].startswith("ZMQError Socket operation on non-socket")
    assert lines[5:] == ["Invalid argument", "0"]


# ---------------------------------------------------------------- a module written for PyZMQ

HANDLE_USER = """
from libc.string cimport memcpy
from zmq cimport Socket, libzmq

def send(Socket sock not None, bytes data):
    cdef libzmq.zmq_msg_t message
    cdef int rc
    libzmq.zmq_msg_init_size(&message, len(data))
    memcpy(libzmq.zmq_msg_data(&message), <const char *> data, len(data))
    with nogil:
        rc = libzmq.zmq_msg_send(&message, sock.handle, 0)
    return rc
"""
HANDLE_USER_SETUP = """
from setuptools import Extension, setup
import zmq

setup(
    name="handle_user",
    ext_modules=[
        Extension(
            "handle_user",
            ["handle_user.pyx"],
            include_dirs=zmq.get_includes(),
            library_dirs=zmq.get_library_dirs(),
            libraries=["zmq"],
        )
    ],
)
"""


def test_module_with_cimported_socket_shares_libzmq(environment, tmp_path: Path) -> None:
    (tmp_path / "handle_user.pyx").write_text(HANDLE_USER)
    (tmp_path / "setup.py").write_text(HANDLE_USER_SETUP)
    environment.pip_install(tmp_path)
    code = (
        "import handle_user, zmq\n"
        "with zmq.Context() as context:\n"
        "    left, right = context.socket(zmq.PAIR), context.socket(zmq.PAIR)\n"
        "    left.bind('inproc://pair')\n"
        "    right.connect('inproc://pair')\n"
        "    print(handle_user.send(left, b'shared'), right.recv())\n"
    )
    assert environment.run("-c", code) == "6 b'shared'\n"
    assert "zmq_msg_send" not in needed(environment, "handle_user")


# ---------------------------------------------------------------- CMake and Cython


def test_echo_server_prints_the_documented_output(environment, echo_server: Path) -> None:
    assert environment.run(echo_server / "show.py").splitlines() == [
        "answer: two",
        "answer: copies",
        "answer: of libzmq, one process",
    ]


def test_echo_server_answers_over_ipc_and_reports_errors(environment, echo_server: Path) -> None:
    code = (
        "import echo_server, zmq\n"
        "assert echo_server.libzmq_version() == zmq.zmq_version_info()\n"
        "context = zmq.Context()\n"
        "with echo_server.EchoServer('ipc://echo.sock') as server:\n"
        "    client = context.socket(zmq.REQ)\n"
        "    client.rcvtimeo = 60_000\n"
        "    client.connect(server.endpoint)\n"
        "    client.send_multipart([b'a', b'', b'c' * 100_000])\n"
        "    assert client.recv_multipart() == [b'a', b'', b'c' * 100_000]\n"
        "client.close()\n"
        "context.term()\n"
        "server.stop()\n"
        "try:\n"
        "    echo_server.EchoServer('nonsense')\n"
        "except OSError as error:\n"
        "    print(error)\n"
    )
    assert environment.run("-c", code) == "nonsense: Invalid argument\n"


def test_echo_server_exports_nothing_of_its_libzmq(environment, echo_server: Path) -> None:
    defined = [line.split()[-1] for line in needed(environment, "echo_server").splitlines()
               if len(line.split()) == 3 and line.split()[1] in "TWDBVu"]  # fmt: skip
    assert "PyInit_echo_server" in defined
    assert [name for name in defined if name.startswith(("zmq_", "_ZN3zmq", "crypto_"))] == []


# ---------------------------------------------------------------- CMake and C++


def test_word_counter_prints_the_documented_output(environment, word_counter: Path) -> None:
    counted = ["be 2", "is 1", "not 1", "or 1", "question 1", "that 1", "the 1", "to 2"]
    lines = [f"  {line.encode()}" for line in counted]
    assert environment.run(word_counter / "show.py").splitlines() == [
        "a thread counted:",
        *lines,
        "the socket counted:",
        *lines,
    ]


def test_word_counter_contains_no_libzmq(environment, word_counter: Path) -> None:
    assert "zmq_" not in needed(environment, "word_counter")


def test_word_counter_turns_errors_of_cppzmq_into_pythons(environment, word_counter: Path) -> None:
    code = (
        "import word_counter, zmq\n"
        "context = zmq.Context()\n"
        "socket = context.socket(zmq.PAIR)\n"
        "for call in (lambda: word_counter.start(context, 'nonsense'),\n"
        "             lambda: word_counter.start(socket, 'inproc://x'),\n"
        "             lambda: (context.term, word_counter.serve(b''))):\n"
        "    try:\n"
        "        call()\n"
        "    except (TypeError, zmq.ZMQError) as error:\n"
        "        print(type(error).__name__, error)\n"
        "word_counter.start(context, 'inproc://never-bound')\n"
        "socket.close()\n"
        "context.term()\n"
        "print('the thread has gone')\n"
    )
    assert environment.run("-c", code).splitlines() == [
        "ZMQError Invalid argument",
        "TypeError expected a zmq.Context, got Socket",
        "TypeError expected a zmq.Socket, got bytes",
        "the thread has gone",
    ]


# ---------------------------------------------------------------- pkg-config and CMake alone

PROGRAM = """
#include <stdio.h>
#include <zmq.h>
int main(void)
{
    void *poller = zmq_poller_new(); /* of the draft API */
    int major, minor, patch;
    zmq_version(&major, &minor, &patch);
    printf("%d.%d.%d %d\\n", major, minor, patch, zmq_has("curve"));
    return zmq_poller_destroy(&poller);
}
"""


@pytest.fixture(scope="session")
def moved(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed package, moved to a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("moved") / "a place elsewhere"
    shutil.copytree(installed / "zmq", folder / "zmq")
    return folder / "zmq"


def said_by(program: Path) -> str:
    done = subprocess.run([program], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.mark.parametrize("name", ["zmq", "libzmq"])
def test_pkg_config_in_a_moved_package(name: str, moved: Path, tmp_path: Path) -> None:
    tool = shutil.which("pkg-config")
    if tool is None:
        pytest.skip("pkg-config is not installed")
    source = tmp_path / "program.c"
    source.write_text(PROGRAM)
    environment = os.environ | {"PKG_CONFIG_PATH": str(moved / "lib" / "pkgconfig")}
    subprocess.run(
        f"cc program.c $({tool} --cflags {name}) -o program $({tool} --libs {name})"
        if " " not in str(moved)
        else f"eval cc program.c $({tool} --cflags --libs {name}) -o program",
        shell=True,
        cwd=tmp_path,
        env=environment,
        check=True,
        timeout=120,
    )
    assert said_by(tmp_path / "program") == "4.3.4 1\n"


CMAKE_PROJECT = """
cmake_minimum_required(VERSION 3.24...4.4)
project(client LANGUAGES {language})
find_package({package} REQUIRED CONFIG)
add_executable(client {source})
target_link_libraries(client PRIVATE {target})
"""


def build_with_cmake(
    cmake: str, folder: Path, moved: Path, *, source: str, **project: str
) -> subprocess.CompletedProcess[str]:
    (folder / "CMakeLists.txt").write_text(CMAKE_PROJECT.format(source=source, **project))
    command = [cmake, "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={moved}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode == 0:
        subprocess.run([cmake, "--build", folder / "build"], check=True, timeout=240)
    return done


def test_cmake_finds_a_package_that_was_moved(cmake: str, moved: Path, tmp_path: Path) -> None:
    (tmp_path / "client.c").write_text(PROGRAM)
    build_with_cmake(
        cmake, tmp_path, moved,
        language="C", package="ZeroMQ", target="libzmq-static", source="client.c",
    )  # fmt: skip
    assert said_by(tmp_path / "build" / "client") == "4.3.4 1\n"


@pytest.mark.parametrize("target", ["cppzmq", "cppzmq-static"])
def test_cppzmqs_own_cmake_package_finds_ours(
    target: str, cppzmq: None, cmake: str, moved: Path, tmp_path: Path
) -> None:
    (tmp_path / "client.cpp").write_text(
        "#include <zmq.hpp>\n#include <iostream>\n"
        "int main()\n{\n"
        "    zmq::context_t context;\n"
        "    zmq::socket_t server(context, zmq::socket_type::server);  // draft\n"
        "    std::cout << zmq_has(\"draft\") << '\\n';\n}\n"
    )
    done = build_with_cmake(
        cmake, tmp_path, moved,
        language="CXX", package="cppzmq", target=target, source="client.cpp",
    )  # fmt: skip
    if "cppzmqConfig.cmake" in done.stderr and "not" in done.stderr and done.returncode:
        pytest.skip("cppzmq's CMake package is not installed, only its headers")
    assert said_by(tmp_path / "build" / "client") == "1\n"


def test_cmake_refuses_another_major_version(cmake: str, moved: Path, tmp_path: Path) -> None:
    (tmp_path / "client.c").write_text(PROGRAM)
    done = build_with_cmake(
        cmake, tmp_path, moved / "lib" / "cmake" / "ZeroMQ",
        language="C", package="ZeroMQ 5.0", target="libzmq-static", source="client.c",
    )  # fmt: skip
    assert done.returncode != 0
    assert "version: 4.3.4" in done.stderr


def test_cmake_reports_a_missing_library(cmake: str, moved: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(moved, broken)
    (broken / "lib" / "zmq" / "libzmq.a").unlink()
    (tmp_path / "client.c").write_text(PROGRAM)
    done = build_with_cmake(
        cmake, tmp_path, broken,
        language="C", package="ZeroMQ", target="libzmq-static", source="client.c",
    )  # fmt: skip
    assert done.returncode != 0
    assert "install pyzmq again" in done.stderr
