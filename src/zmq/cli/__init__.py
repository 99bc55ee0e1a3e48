"""The command line: ``python -m zmq``, or ``zmq``.

Each command is a module here. `main` reads the arguments, runs one, and makes an exit code of
what happened.
"""

from zmq.cli.main import main

__all__ = ["main"]
