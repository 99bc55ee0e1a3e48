"""The command line: ``python -m zmq``, or ``zmq``.

Each command is a module here. `main` reads the arguments, runs one, and makes an exit code of
what happened.
"""

try:
    from zmq.cli.main import main
except KeyboardInterrupt:
    # Ctrl-C while this is still being read: nothing was begun, and nobody wants a traceback.
    raise SystemExit(130) from None

__all__ = ["main"]
