#!/bin/sh
# Run the test suite under coverage, and print which lines of the Python files and of the Cython
# files ran. PYTHON is an interpreter whose zmq was built with ZMQ_CYTHON_TRACE; see `make
# coverage`. Further arguments go to pytest.
set -u
cd "$(dirname "$0")/.."

# the plugin of coverage.py is in tools
export PYTHONPATH="$PWD/tools"

# Code in child processes of the tests is not counted. The tests of the build, of libzmq and of
# types run only child processes.
"$PYTHON" -m pytest --cov --cov-report= --numprocesses="${JOBS:-4}" --dist=loadgroup \
    --ignore=tests/build --ignore=tests/libzmq_patches --ignore=tests/test_typing.py "$@"
tests=$?
status=0
echo 'Python:'
"$PYTHON" -m coverage report --include='src/zmq/**/*.py' || status=1
echo 'Cython:'
"$PYTHON" -m coverage report --include='src/zmq/**/*.pyx,src/zmq/**/*.pxi' \
    --fail-under=90 || status=1
[ $tests -eq 0 ] || status=1
exit $status
