"""Looks after one embedded PostgreSQL: starts it, restarts it, stops it with its last user.

Run as `python -m aidtracker.local.guardian FOLDER [--fast]`; returns at once and goes on in the
background, in a session of its own, so that Ctrl+C in a terminal does not reach it.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from aidtracker.local.account import Account
from aidtracker.local.binaries import major_version, postgres_folder, usable_by
from aidtracker.local.cluster import Cluster
from aidtracker.local.processes import LocalServerError, die_with_parent

LOCALE = [
    "--encoding=UTF8",
    "--locale=C",
    # With C alone pg_trgm finds nothing in Cyrillic or Armenian.
    "--lc-ctype=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
]
BOTH = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_wal_size": "1GB",
}
FAST = {
    # Nothing lives long enough to be worth cleaning, and each of many databases would be looked at.
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    # Concurrency tests of several processes share it.
    "max_connections": "300",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
}
LOG_SIZE = 10_000_000
stopping = False


def stop_soon(_sign: int, _frame: FrameType | None) -> None:
    global stopping
    stopping = True


class Guardian:
    """Holds what is needed to start the server of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.account = Account.for_server()
        self.account.open_path_to(cluster.folder)
        self.account.own_folder(cluster.folder)
        self.account.own_folder(cluster.socket_folder)
        found = postgres_folder()
        self.version = major_version(found)
        self.programs = usable_by(self.account, found, copies=cluster.folder.parent)

    def make_data(self) -> None:
        """Make the data directory aside and rename it: half of one is never taken for whole."""
        data = self.cluster.data
        if data.exists():
            written = (data / "PG_VERSION").read_text().strip()
            if written != str(self.version):
                raise LocalServerError(
                    f"The data in {data} was written by PostgreSQL {written}, and the programs here"
                    f" are version {self.version}. Use PostgreSQL {written} to save the data with"
                    " pg_dump, or remove the folder to begin anew."
                )
            return
        draft = self.cluster.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        arguments = ["--pgdata", str(draft), "--username=postgres", "--auth=trust", *LOCALE]
        arguments += ["--data-checksums", "--no-instructions"]
        arguments += [] if self.cluster.durable else ["--no-sync"]
        made = subprocess.run(  # noqa: S603 - a program we looked for ourselves
            [self.programs / "initdb", *arguments],
            cwd="/",
            umask=0o077,
            check=False,
            **self.account.switch,
        )
        if made.returncode:
            raise LocalServerError(f"The database could not be made; {self.cluster.log} says why.")
        draft.rename(data)

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the server with our options, whatever files in the data directory say."""
        self.clear_the_way()
        options = BOTH | (DURABLE if self.cluster.durable else FAST)
        options["unix_socket_directories"] = str(self.cluster.socket_folder)
        arguments = [f"--{name}={value}" for name, value in options.items()]
        return subprocess.Popen(  # noqa: S603 - a program we looked for ourselves
            [self.programs / "postgres", "-D", str(self.cluster.data), *arguments],
            cwd="/",
            umask=0o077,
            stdin=subprocess.DEVNULL,
            # SIGINT is PostgreSQL's quick but tidy end.
            preexec_fn=lambda: die_with_parent(signal.SIGINT),
            **self.account.switch,
        )

    def clear_the_way(self) -> None:
        """End the server of a guardian that was killed, and remove what a crash left."""
        deadline = time.monotonic() + 60
        while pid := self.cluster.pid():
            os.kill(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
            time.sleep(0.2)
        # A stranger who has the process id in this file by now would keep the server down.
        (self.cluster.data / "postmaster.pid").unlink(missing_ok=True)

    def look_after(self) -> None:
        """Keep the server up for as long as it has users."""
        deaths = 0
        while not stopping:
            started = time.monotonic()
            server = self.start()
            if not self.wait(server):
                return
            # It died by itself. One that cannot live is given up, or the users would wait for ever.
            deaths = deaths + 1 if time.monotonic() - started < 5 else 1
            if deaths > 5:
                raise LocalServerError(
                    f"The database server does not stay up; {self.cluster.log} says why."
                )
            time.sleep(0.2 * deaths)

    def wait(self, server: "subprocess.Popen[bytes]") -> bool:
        """Return True when the server died, False when it was stopped because nobody needs it."""
        users = self.cluster.users
        while server.poll() is None:
            # Held until this process ends: who comes now waits, and starts a server afresh.
            if stopping or users.acquire(patience=0):
                server.send_signal(signal.SIGINT)
                server.wait()
                return False
            time.sleep(0.2)
        users.release()
        return True


def detach(log: Path) -> None:
    """Go on in the background, writing to the log."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    if log.exists() and log.stat().st_size > LOG_SIZE:
        log.replace(log.with_name(f"{log.name}.1"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    written = os.open(log, flags, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((0, nothing), (1, written), (2, written)):
        os.dup2(new, old)


def main(folder: str, *flags: str) -> None:
    cluster = Cluster(Path(folder), durable="--fast" not in flags)
    lock = cluster.guardian
    if not lock.acquire(patience=0):
        return
    detach(cluster.log)
    # The lock went through the fork; only the number in its file is the parent's.
    lock.acquire()
    signal.signal(signal.SIGTERM, stop_soon)
    signal.signal(signal.SIGINT, stop_soon)
    try:
        guardian = Guardian(cluster)
        guardian.make_data()
        guardian.look_after()
    except Exception as error:
        # Whatever it is, those who wait for the server have to be told.
        cluster.failure.write_text(str(error))
        if not isinstance(error, LocalServerError):
            raise


if __name__ == "__main__":
    main(*sys.argv[1:])
