"""Processes: who is alive, and children that end with their parent."""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

SET_PARENT_DEATH_SIGNAL = 1
LINUX = sys.platform == "linux"
# Loaded here, not between fork and exec, where taking the loader's lock could hang.
libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


class LocalServerError(Exception):
    """The embedded part cannot be used; the text is a sentence for the person at the terminal."""


def die_with_parent(sign: int = signal.SIGKILL) -> None:
    """Let the kernel send this process a signal when its parent ends, kill -9 included.

    Linux only; elsewhere the supervisor ends its children when it is able to.
    """
    if libc is not None:
        libc.prctl(SET_PARENT_DEATH_SIGNAL, sign, 0, 0, 0)


def is_alive(pid: int) -> bool:
    """Say whether the process exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    if LINUX:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state not in {"Z", "X"}
    shown = subprocess.run(  # noqa: S603 - no shell, and a number for an argument
        ["/bin/ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(shown.stdout.strip()) and not shown.stdout.startswith("Z")


def is_postmaster_of(pid: int, data: Path) -> bool:
    """Say whether the process is a PostgreSQL server that works in the data directory.

    A process id from a file proves nothing: after a crash it may belong to anybody.
    """
    if pid <= 0 or not is_alive(pid):
        return False
    if LINUX:
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            return name == "postgres" and os.path.samefile(f"/proc/{pid}/cwd", data)
        except OSError:
            return False
    shown = subprocess.run(  # noqa: S603 - no shell, and a number for an argument
        ["/usr/sbin/lsof", "-a", "-p", str(pid), "-d", "cwd", "-Fcn"],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = shown.stdout.splitlines()
    return "cpostgres" in lines and f"n{data.resolve()}" in lines
