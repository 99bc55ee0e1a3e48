"""The measured package, as `zmq`: the one in BENCHMARK_PACKAGE, by default ``zmq``."""

from __future__ import annotations

import importlib
import os
from typing import Any

NAME = os.environ.get("BENCHMARK_PACKAGE", "zmq")
zmq: Any = importlib.import_module(NAME)
