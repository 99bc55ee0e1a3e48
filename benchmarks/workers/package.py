"""The package that is measured, as `zmq`: what BENCHMARK_PACKAGE names, or else ``zmq``."""

from __future__ import annotations

import importlib
import os
from typing import Any

NAME = os.environ.get("BENCHMARK_PACKAGE", "zmq")
zmq: Any = importlib.import_module(NAME)
