"""How a command ends: exit codes, and the exceptions that stand for them."""

from __future__ import annotations

__all__ = [
    "EXIT_BROKEN_PIPE",
    "EXIT_FAILURE",
    "EXIT_INTERRUPTED",
    "EXIT_OK",
    "EXIT_TERMINATED",
    "EXIT_TIMEOUT",
    "EXIT_USAGE",
    "CommandError",
    "LeaveNow",
    "Terminated",
    "TimeoutExpired",
    "UsageError",
]

EXIT_OK = 0
EXIT_FAILURE = 1
EXIT_USAGE = 2
EXIT_TIMEOUT = 124
"""As the program ``timeout`` ends."""
EXIT_INTERRUPTED = 130
"""128 and the number of SIGINT, as shells say it; the next two likewise."""
EXIT_BROKEN_PIPE = 141
EXIT_TERMINATED = 143


class CommandError(Exception):
    """The command failed; the message is for the user."""


class UsageError(CommandError):
    """The arguments do not fit together."""


class TimeoutExpired(CommandError):
    """Nothing happened for as long as ``--timeout`` says."""


class Terminated(BaseException):
    """SIGTERM came. Not an Exception, so that nothing catches it on the way."""


class LeaveNow(BaseException):
    """A signal came while a closed socket was still sending: libzmq cannot be told to stop.

    Parameters
    ----------
    exit_code : int
        To leave the process with, without terminating its context.
    """

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code
