"""The account that the embedded PostgreSQL runs as, and folders that it can use."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from aidtracker.local.processes import LocalServerError

# PostgreSQL refuses to run as root. These exist already; making an account is not our business.
UNPRIVILEGED = ("postgres", "nobody")
# A socket's path must fit into 108 bytes; the longest name in the folder takes 18 of them.
LONGEST_SOCKET_FOLDER = 85


class AsAccount(TypedDict, total=False):
    """Keyword arguments for subprocess that change the account, none when it stays."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user id and group id of this machine."""

    uid: int
    gid: int

    @classmethod
    def for_server(cls) -> "Account":
        if os.geteuid() != 0:
            return cls.current()
        for name in UNPRIVILEGED:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise LocalServerError(
            "PostgreSQL does not run as root, and this machine has neither an account postgres"
            " nor nobody. Start as an ordinary user, or set DATABASE_URL."
        )

    @classmethod
    def current(cls) -> "Account":
        return cls(os.geteuid(), os.getegid())

    @property
    def switch(self) -> AsAccount:
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own_folder(self, folder: Path) -> Path:
        """Make the folder, mode 0700, for this account only; refuse one that is somebody else's."""
        try:
            folder.mkdir(mode=0o700, parents=True)
            made = True
        except FileExistsError:
            made = False
        found = folder.lstat()
        if made and found.st_uid != self.uid:
            os.chown(folder, self.uid, self.gid)
        elif found.st_uid != self.uid or not stat.S_ISDIR(found.st_mode):
            raise LocalServerError(
                f"{folder} belongs to another account than the one PostgreSQL would run as."
                " Start as the account that started the program first, or remove the folder."
            )
        folder.chmod(0o700)
        return folder

    def open_path_to(self, folder: Path) -> None:
        """Let this account pass through the parents of the folder: o+x where missing, no more."""
        if os.geteuid() == self.uid:
            return
        for parent in folder.parents:
            found = parent.stat()
            if found.st_mode & stat.S_IXOTH or found.st_uid == self.uid:
                continue
            try:
                parent.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)
            except OSError as error:
                raise LocalServerError(
                    f"The account that PostgreSQL runs as cannot pass through {parent}."
                    f" Run chmod o+x {parent}, or move the checkout."
                ) from error


def socket_folder(near: Path) -> Path:
    """Choose where the sockets stand: beside the data, or in /tmp when that path is too long."""
    beside = near / "socket"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER:
        return beside
    name = hashlib.sha256(os.fsencode(near)).hexdigest()[:12]
    return Path("/tmp") / f"aidtracker-{name}"  # noqa: S108 - own_folder refuses a stranger's
