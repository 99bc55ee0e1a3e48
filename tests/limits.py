"""The time limits of tests: a test that waits longer fails."""

TIMEOUT_S = 30
"""A time limit that no working test reaches."""

TIMEOUT_MS = TIMEOUT_S * 1000
