"""The embedded PostgreSQL: whoever needs it starts it, and it ends with its last user.

Each process that uses the server holds a shared lock. A guardian process starts the server, looks
after it, and stops it as soon as nobody holds the lock any more. The kernel frees locks whichever
way a process ends, so nothing has to be tidied up after a kill -9.
"""

import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from aidtracker.local.account import socket_folder
from aidtracker.local.locks import FileLock
from aidtracker.local.processes import LocalServerError, is_postmaster_of

if TYPE_CHECKING:
    import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
OWNER, APPLICATION, DATABASE = "aidtracker_owner", "aidtracker", "aidtracker"
# By folder: the locks this process holds for as long as it lives.
held: dict[Path, FileLock] = {}


@dataclass(frozen=True)
class Cluster:
    """One data directory and its server; `durable` is given up for throw-away data only."""

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @cached_property
    def socket_folder(self) -> Path:
        return socket_folder(self.folder)

    @property
    def users(self) -> FileLock:
        return FileLock(self.folder.with_name(f"{self.folder.name}.users"))

    @property
    def starting(self) -> FileLock:
        return FileLock(self.folder.with_name(f"{self.folder.name}.starting"))

    @property
    def guardian(self) -> FileLock:
        return FileLock(self.folder.with_name(f"{self.folder.name}.guardian"))

    @property
    def log(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.log")

    @property
    def failure(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.failure")

    def pid(self) -> int:
        """Return the process id of the running server, 0 when none runs."""
        lines = self._pid_file()
        pid = int(lines[0]) if lines and lines[0].strip().isdigit() else 0
        return pid if is_postmaster_of(pid, self.data) else 0

    def is_ready(self) -> bool:
        # The eighth line is how pg_ctl, too, learns that connections are accepted.
        lines = self._pid_file()
        return len(lines) > 7 and lines[7].strip() == "ready" and bool(self.pid())

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []
        except PermissionError as error:
            raise LocalServerError(
                f"{self.folder} belongs to another account."
                " Start as the account that started the program first, or remove the folder."
            ) from error

    def ensure(self) -> None:
        """Return when the server accepts connections, which it then does until this process ends.

        Any number of processes may call this at once, and as often as they like.
        """
        if self.folder in held and self.is_ready():
            return
        starting = self.starting
        starting.acquire()
        try:
            self.hold()
            if not self.is_ready():
                self._start()
            self._make_roles()
        except BaseException:
            if self.folder in held and not self.is_ready():
                held.pop(self.folder).release()
            raise
        finally:
            starting.release()

    def hold(self) -> None:
        """Become a user without starting the server: once it runs, it stays up for us too."""
        if self.folder not in held:
            users = self.users
            # Waits while a guardian stops the server that its last user has just left.
            users.acquire(shared=True)
            held[self.folder] = users

    def leave(self) -> None:
        """Stop being a user; the server ends when this was the last one."""
        if self.folder in held:
            held.pop(self.folder).release()

    def _start(self) -> None:
        self.failure.unlink(missing_ok=True)
        while not self.is_ready():
            if not self.guardian.holder():
                if self.failure.exists():
                    raise LocalServerError(self.failure.read_text())
                self.summon_guardian()
            time.sleep(0.02)

    def summon_guardian(self) -> None:
        """Start a guardian, which starts the server; of two, one gives way."""
        subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "aidtracker.local.guardian", str(self.folder)]
            + ([] if self.durable else ["--fast"]),
            cwd=ROOT,
            check=True,
            stdin=subprocess.DEVNULL,
        )

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """Connect as the superuser of the cluster."""
        # Here, so that the guardian, who never connects, stays small.
        import psycopg

        return psycopg.connect(
            host=str(self.socket_folder), user="postgres", dbname=database, autocommit=True
        )

    def _make_roles(self) -> None:
        with self.connect() as connection:
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            if OWNER not in roles:
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
            if APPLICATION not in roles:
                connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not found.fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
