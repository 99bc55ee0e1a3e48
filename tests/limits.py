"""How long a test waits before it has failed."""

TIMEOUT_S = 30
"""Longer than anything takes here: what waits this long has failed."""

TIMEOUT_MS = TIMEOUT_S * 1000
