# GNU make. Needs Python 3.10 or newer with its headers, a C++ compiler and make; no root.
# Everything else comes into virtual environments beside this file.
#
#   PYTHON=/path/to/python   the interpreter to use (default: the first one that can build)
#   ARGS="..."               more arguments for the program that a target runs
#   JOBS=4                   how many tests `make test` runs at once (most tests mainly wait)
#   PYTHONS="python3.12 ..." the interpreters for `make test-each` and `make test-wheels`
#   V=1                      show what CMake and the compiler say

PYTHON ?=
PYTHONS ?= python3.10 python3.11 python3.12 python3.13 python3.14 python3.15
ARGS ?=
V ?= 0
JOBS ?= 4

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

export PIP_DISABLE_PIP_VERSION_CHECK = 1
# A user's pip settings may name another target folder, so unset that; the settings of indexes stay.
export PIP_USER = 0
unexport PIP_TARGET PIP_PREFIX PIP_ROOT
# The suite needs its plugins and its assertions, so ignore a user's variables that disable them.
# Pass arguments for pytest in ARGS.
unexport PYTEST_ADDOPTS PYTEST_DISABLE_PLUGIN_AUTOLOAD PYTEST_PLUGINS PYTHONOPTIMIZE

VENV := .venv
BENCH_VENV := .venv-bench
PYZMQ_VENV := .venv-pyzmq
PYOMQ_VENV := .venv-pyomq
COVERAGE_VENV := .venv-coverage
PYZMQ_VERSION := 27.3.0
INTEROP_FOLDER := build/interop

PIP_FLAGS := $(if $(filter 1,$(V)),--verbose,--quiet)
# The editable install and wheels share one build folder, so that each file is compiled once. make
# knows when to rebuild, so an import need not check.
BUILD_DIR := build/{wheel_tag}
BUILD_FLAGS := $(PIP_FLAGS) --no-build-isolation --no-deps \
	--config-settings=build-dir=$(BUILD_DIR)
PY := $(VENV)/bin/python
# Use CMake and ninja from the virtual environment.
BUILD_PATH := PATH="$$(pwd)/$(VENV)/bin:$$PATH"
RUFF_PATHS := .
CYTHON_SOURCES := src/zmq

# The sources of the extension. Python files are used in place, so only a new or a removed Python
# file requires another install. make notices it by the file python-files, which lists the Python
# files: the time of python-files changes only when that list changes.
NATIVE_SOURCES := pyproject.toml $(wildcard CMakeLists.txt src/capi/*.py) $(shell find src cmake vendor -type f \
	! -name '*.py' ! -name '*.pyi' ! -name '*.pyc' ! -name '*.so' ! -name '*~' \
	! -path 'vendor/*/source/*' 2>/dev/null)

.PHONY: help
help: ## list the targets
	@echo 'usage: make TARGET [PYTHON=...] [ARGS=...] [V=1]'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: $(VENV)/.package ## build, then watch messages flow between processes
	@$(PY) examples/demo $(ARGS)

.PHONY: test
test: $(VENV)/.package $(VENV)/.jupyter ## build, then run the test suite
	@$(PY) -m pytest --numprocesses=$(JOBS) --dist=loadgroup $(ARGS)

.PHONY: test-each
test-each: ## run the test suite on each of PYTHONS, in virtual environments of their own
	@for python in $(PYTHONS); do \
		tag=$$($$python -c 'import sys; print(sys.implementation.cache_tag + sys.abiflags)') && \
		echo "$$tag: $$python" && \
		$(MAKE) --no-print-directory test VENV=.venv-$$tag PYTHON="$$python" || exit 1; \
	done

.PHONY: test-wheels
test-wheels: $(VENV)/.made ## build, repair and test a wheel for each of PYTHONS, as cibuildwheel would
	@$(PY) tools/test_wheels.py $(PYTHONS)

# Coverage of the Cython code needs an extension that traces its lines; such an extension is about
# three times slower.
.PHONY: coverage
coverage: ## run the test suite and tell which lines, of Python and Cython code, it runs
	@CMAKE_ARGS="$$CMAKE_ARGS -DZMQ_CYTHON_TRACE=ON" $(MAKE) --no-print-directory \
		VENV=$(COVERAGE_VENV) BUILD_DIR='build/coverage-{wheel_tag}' $(COVERAGE_VENV)/.package
	@PYTHON=$(COVERAGE_VENV)/bin/python JOBS=$(JOBS) sh tools/measure_coverage.sh $(ARGS)

# Other projects' own tests, on our wheel and on PyZMQ. For a project whose tests are not on PyPI,
# name a copy of its repository: ARGS="--repository circus=/path/to/it"; the names are in
# dependents.toml.
.PHONY: dependents
dependents: $(VENV)/.package ## run other projects' tests on our wheel and on PyZMQ (long); ARGS="name..."
	@rm -rf build/dependents/wheel
	@$(BUILD_PATH) $(LOCK) $(PY) -m pip wheel $(BUILD_FLAGS) --wheel-dir build/dependents/wheel .
	@$(PY) tests/dependents/run_dependents.py --wheel build/dependents/wheel $(ARGS)

# Tests with the peers that can be installed here; the tests with the others are skipped, with the
# reason.
.PHONY: interop
interop: $(VENV)/.package $(PYZMQ_VENV)/.package $(PYOMQ_VENV)/.package ## talk to every other implementation: PyZMQ, pyomq, libzmq, czmq, zeromq.js, jszmq, JeroMQ
	@sh tools/install_interop_peers.sh $(INTEROP_FOLDER)
	@rm -f $(INTEROP_FOLDER)/results.jsonl
	@INTEROP=whole INTEROP_RESULTS=$(INTEROP_FOLDER)/results.jsonl $(PY) -m pytest \
		--numprocesses=$(JOBS) --dist=loadgroup tests/interop $(ARGS); status=$$?; \
	$(PY) tools/write_interoperability.py $(INTEROP_FOLDER)/results.jsonl && exit $$status

.PHONY: docs
docs: $(VENV)/.docs ## build the documentation into build/docs/html
	@$(PY) -m sphinx --fail-on-warning --keep-going --nitpicky --quiet $(ARGS) docs build/docs/html
	@echo build/docs/html/index.html

.PHONY: bench
bench: $(VENV)/.package $(BENCH_VENV)/.package $(PYZMQ_VENV)/.package $(PYOMQ_VENV)/.package ## measure beside PyZMQ, pyomq and libzmq in C (25 minutes); ARGS=--quick
	@$(PY) -m benchmarks --ours $(BENCH_VENV)/bin/python --pyzmq $(PYZMQ_VENV)/bin/python \
		--pyomq $(PYOMQ_VENV)/bin/python $(ARGS)

.PHONY: bench-calls
bench-calls: $(VENV)/.package $(BENCH_VENV)/.package $(PYZMQ_VENV)/.package ## count the instructions of calls (needs Valgrind), compare with those kept; ARGS=--write
	@$(PY) -m benchmarks.call_counts --ours $(BENCH_VENV)/bin/python \
		--pyzmq $(PYZMQ_VENV)/bin/python $(ARGS)

.PHONY: fuzz
fuzz: ## fuzz libzmq's engines and decoders (needs Clang); ARGS="seconds-for-each target..."
	@tests/fuzz/run_fuzzers.sh $(ARGS)

.PHONY: fuzz-random
fuzz-random: $(VENV)/.package ## do random things with sockets of all types; ARGS="seed... --threads N"
	$(PY) tests/fuzz/random_operations.py $(ARGS)

.PHONY: sanitize
sanitize: $(VENV)/.requirements ## run the tests under GCC's sanitizers (long); ARGS="address" or "thread" for one
	@$(BUILD_PATH) $(PY) tests/sanitize/run_sanitized.py $(ARGS)

.PHONY: lint
lint: $(VENV)/.requirements ## check style and types
	$(PY) -m ruff check $(RUFF_PATHS)
	$(PY) -m ruff format --check $(RUFF_PATHS)
	$(PY) -m mypy --strict src/zmq
	$(BUILD_PATH) cython-lint --max-line-length=100 $(CYTHON_SOURCES)

.PHONY: wheel
wheel: $(VENV)/.package ## build a wheel into dist/
	@$(BUILD_PATH) $(LOCK) $(PY) -m pip wheel $(BUILD_FLAGS) --wheel-dir dist .
	@ls -l dist/*.whl

.PHONY: sdist
sdist: $(VENV)/.requirements ## build the source distribution into dist/
	@$(BUILD_PATH) $(LOCK) $(PY) -m build --sdist --no-isolation --outdir dist .
	@ls -l dist/*.tar.gz

.PHONY: clean
clean: ## remove everything that was built, the virtual environments too
	rm -rf build dist wheelhouse .venv .venv-* .coverage .coverage.* htmlcov \
		.mypy_cache .pytest_cache .ruff_cache .hypothesis
	@# in an unpacked source distribution these sources are the originals
	test ! -e .git || rm -rf vendor/*/source
	find src tests benchmarks examples tools -type d -name __pycache__ -exec rm -rf {} +

.PHONY: FORCE
FORCE:

# Environments and their packages. A make that starts while another one builds here must wait, and
# check only then which steps are left. So a separate make, which holds the lock, builds each
# environment.
ENVIRONMENT_FILES := $(addprefix $(VENV)/,.made .requirements .package .jupyter .docs) \
	$(addsuffix /.package,$(BENCH_VENV) $(PYZMQ_VENV) $(PYOMQ_VENV))
LOCK := sh tools/one_at_a_time.sh

ifneq ($(LOCKED),1)

.NOTPARALLEL:
$(ENVIRONMENT_FILES): FORCE
	@$(LOCK) $(MAKE) --silent --no-print-directory LOCKED=1 '$@'

else

# Each run checks the environment. The time of this file changes only after a rebuild.
$(VENV)/.made: FORCE
	@test -e $@ || sh tools/check_compiler.sh
	@PYTHON='$(PYTHON)' sh tools/make_environment.sh $(VENV)

$(VENV)/.requirements: pyproject.toml tools/requirements.py $(VENV)/.made
	@echo 'Installing the build requirements and the tools into $(VENV)'
	@$(PY) tools/requirements.py build test plots green demo lint coverage > $(VENV)/requirements.txt
	@$(PY) -m pip install $(PIP_FLAGS) --prefer-binary --requirement $(VENV)/requirements.txt
	@touch $@

$(VENV)/python-files: FORCE | $(VENV)/.made
	@find src -name '*.py' -o -name '*.pyi' | sort > $@.new
	@if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi

$(VENV)/.package: $(NATIVE_SOURCES) $(VENV)/.requirements $(VENV)/python-files
	@sh tools/check_compiler.sh
	@echo 'Building (minutes the first time, seconds after a change; V=1 shows how)'
	@# The build imports installed packages to find their CMake files. Uninstall ours first: its import
	@# would fail while the extension is older than the Python files beside it.
	@$(PY) -m pip uninstall --quiet --quiet --yes pyzmq
	@$(BUILD_PATH) $(PY) -m pip install $(BUILD_FLAGS) --editable .
	@touch $@

# Jupyter requires pyzmq, and pip keeps ours, which is already installed.
$(VENV)/.jupyter: pyproject.toml tools/requirements.py $(VENV)/.made | $(VENV)/.package
	@echo 'Installing Jupyter, whose kernels run on ours, into $(VENV)'
	@$(PY) tools/requirements.py jupyter > $(VENV)/jupyter.txt
	@$(PY) -m pip install $(PIP_FLAGS) --requirement $(VENV)/jupyter.txt
	@$(PY) -c 'import pathlib, zmq; zmq.has("draft") or exit(f"pip put another pyzmq in place of ours: {pathlib.Path(zmq.__file__)}")'
	@touch $@

# autodoc imports the package that was just built.
$(VENV)/.docs: pyproject.toml tools/requirements.py $(VENV)/.package
	@echo 'Installing Sphinx into $(VENV)'
	@$(PY) tools/requirements.py docs > $(VENV)/docs.txt
	@$(PY) -m pip install $(PIP_FLAGS) --requirement $(VENV)/docs.txt
	@touch $@

# Measure the package as users install it: from a wheel, on the same interpreter.
$(BENCH_VENV)/.package: $(VENV)/.package $(shell find src -name '*.py' 2>/dev/null)
	@echo 'Installing our wheel into $(BENCH_VENV)'
	@$(PY) -m venv --clear $(BENCH_VENV)
	@rm -rf build/bench-wheel
	@$(BUILD_PATH) $(PY) -m pip wheel $(BUILD_FLAGS) --wheel-dir build/bench-wheel .
	@$(BENCH_VENV)/bin/python -m pip install $(PIP_FLAGS) --force-reinstall --no-deps \
		build/bench-wheel/*.whl
	@$(BENCH_VENV)/bin/python -m pip install $(PIP_FLAGS) anyio uvloop || echo 'Without uvloop'
	@touch $@

$(PYZMQ_VENV)/.package: $(VENV)/.made | $(VENV)/.requirements
	@echo 'Installing PyZMQ $(PYZMQ_VERSION) into $(PYZMQ_VENV)'
	@$(PY) -m venv --clear $(PYZMQ_VENV)
	@$(PYZMQ_VENV)/bin/python -m pip install $(PIP_FLAGS) --only-binary pyzmq \
		pyzmq==$(PYZMQ_VERSION)
	@$(PYZMQ_VENV)/bin/python -m pip install $(PIP_FLAGS) uvloop || echo 'Without uvloop'
	@touch $@

# Install pyomq's newest version for this Python; if there is none, the tables omit pyomq.
$(PYOMQ_VENV)/.package: $(VENV)/.made | $(VENV)/.requirements
	@echo 'Installing pyomq into $(PYOMQ_VENV)'
	@$(PY) -m venv --clear $(PYOMQ_VENV)
	@$(PYOMQ_VENV)/bin/python -m pip install $(PIP_FLAGS) --only-binary pyomq pyomq uvloop || \
		echo 'Without pyomq'
	@touch $@

endif
