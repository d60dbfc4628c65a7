"""The embedded Valkey: where its socket is, and how it is started."""

from pathlib import Path

from aidtracker.local.account import Account, socket_folder
from aidtracker.local.binaries import valkey_server


def broker_folder(var: Path) -> Path:
    """Name the folder that holds the socket, for this account alone."""
    return socket_folder(var / "valkey")


def broker_url(var: Path) -> str:
    """Write the address as kombu reads it."""
    return f"redis+socket://{broker_folder(var)}/valkey.sock?virtual_host=0"


def broker_command(var: Path) -> list[str]:
    """Return the command that runs the server in the foreground.

    Nothing is kept on disk: a message is a wake-up call, what is due stands in PostgreSQL.
    """
    folder = Account.current().own_folder(broker_folder(var))
    options = {
        "port": "0",
        "unixsocket": str(folder / "valkey.sock"),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "dir": str(folder),
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
    }
    pairs = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [str(valkey_server()), *pairs]
