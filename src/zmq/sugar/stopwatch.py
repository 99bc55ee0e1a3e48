"""A clock for benchmarks, kept for old programs."""

from __future__ import annotations

import time
import warnings


class Stopwatch:
    """Measures elapsed time in microseconds.

    Deprecated: use :func:`time.perf_counter` or :func:`time.monotonic`. Creating a
    Stopwatch causes a warning.
    """

    def __init__(self) -> None:
        warnings.warn(
            "zmq.Stopwatch is deprecated: use time.perf_counter() or time.monotonic()",
            DeprecationWarning,
            stacklevel=2,
        )
        self._start = time.monotonic()

    def start(self) -> None:
        """Start the measurement."""
        self._start = time.monotonic()

    def stop(self) -> int:
        """Return the time since the last :meth:`start`, in whole microseconds.

        The clock goes on: a later call returns a longer time.
        """
        return int(1e6 * (time.monotonic() - self._start))


__all__ = ["Stopwatch"]
