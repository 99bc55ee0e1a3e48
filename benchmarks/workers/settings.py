"""The command line of worker.py and worker.c: ``worker.py PATTERN ROLE key=value...``."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass
class Settings:
    """The settings of one worker."""

    pattern: str
    role: str
    """``server`` binds, ``client`` connects, ``both`` runs both in one process."""
    transport: str = "tcp"
    size: int = 16
    count: int = 1000
    """Messages, round trips, or rounds in which each peer has its turn."""
    peers: int = 1
    topics: int = 0
    """The number of topics, shared out among the subscribers; 0: each subscribes to everything."""
    flavour: str = "sync"
    many: int = 0
    """True to send messages in batches, if the package has calls for that."""
    curve: int = 0
    patience: int = 10_000
    """No send or receive waits longer than this, in ms."""
    call: str = ""
    """The call that the pattern ``call`` measures."""
    folder: str = "."
    """A folder for the sockets of ipc."""
    endpoint: str = ""
    """The server's endpoints for a client, with commas between."""
    server_key: str = ""

    @property
    def endpoints(self) -> list[str]:
        """Return the server's endpoints."""
        return self.endpoint.split(",")

    def arguments(self) -> list[str]:
        """Return the command line for these settings."""
        pairs = [f"{field.name}={getattr(self, field.name)}" for field in fields(self)[2:]]
        return [self.pattern, self.role, *pairs]


def parse(arguments: list[str]) -> Settings:
    """Return the settings of a command line."""
    settings = Settings(arguments[0], arguments[1])
    for argument in arguments[2:]:
        name, value = argument.split("=", 1)
        kind = type(getattr(settings, name))
        setattr(settings, name, kind(value))
    return settings
