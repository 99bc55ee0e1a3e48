"""Exit codes, and the exceptions that cause them."""

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
"""The exit code of the program ``timeout``."""
EXIT_INTERRUPTED = 130
"""128 plus the number of SIGINT, as in shells. The next two are formed in the same way."""
EXIT_BROKEN_PIPE = 141
EXIT_TERMINATED = 143


class CommandError(Exception):
    """The command failed; the message is for the user."""


class UsageError(CommandError):
    """The arguments are wrong, or contradict each other."""


class TimeoutExpired(CommandError):
    """The time of ``--timeout`` has passed."""


class Terminated(BaseException):
    """SIGTERM has arrived.

    It is not an Exception, so that ``except Exception`` does not catch it.
    """


class LeaveNow(BaseException):
    """A signal arrived while a closed socket was still sending, which libzmq cannot stop.

    Parameters
    ----------
    exit_code : int
        The exit code of the process, which then exits without terminating its context.
    """

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code
