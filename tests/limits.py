"""How long a test waits before it has failed."""

TIMEOUT_S = 30
"""A time limit that no working test reaches."""

TIMEOUT_MS = TIMEOUT_S * 1000
