"""``python -m zmq``: see `zmq.cli`."""

from __future__ import annotations

import sys

from zmq.cli import main

if __name__ == "__main__":
    sys.exit(main())
