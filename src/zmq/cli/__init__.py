"""The command line: ``python -m zmq``, or ``zmq``.

Each command is a module here. `main` parses the arguments, runs a command, and returns the exit
code.
"""

try:
    from zmq.cli.main import main
except KeyboardInterrupt:
    # Ctrl-C during this import: no command has started, so a traceback would not help the user.
    raise SystemExit(130) from None

__all__ = ["main"]
