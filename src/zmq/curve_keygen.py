"""Make CURVE keys: ``python -m zmq.curve_keygen``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

import zmq
from zmq.error import ZMQError

__all__: list[str] = []


def _main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m zmq.curve_keygen",
        description="Make a key pair for CURVE: a public and a secret key, 40 characters of Z85"
        " text each. See also: python -m zmq keygen.",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--secret", help="print the public key of this secret key; make no new one")
    options = parser.parse_args(arguments)
    try:
        if options.secret is None:
            public, secret = (key.decode() for key in zmq.curve_keypair())
        else:
            public, secret = zmq.curve_public(options.secret).decode(), options.secret
    except (ValueError, ZMQError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({"public": public, "secret": secret}, indent=1))
    else:
        print(f"== CURVE PUBLIC KEY ==\n{public}\n\n== CURVE SECRET KEY ==\n{secret}")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
