"""File locks: the kernel frees them when a process ends in whatever way, which no pid file does."""

import fcntl
import os
import time
from pathlib import Path


class FileLock:
    """A lock on a file, shared or exclusive, held until `release` or the end of the process.

    An exclusive holder leaves its process id in the file, for those who want to wake it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = -1

    def acquire(self, *, shared: bool = False, patience: float | None = None) -> bool:
        """Take the lock, waiting `patience` seconds (None: for ever); say whether it is held."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.descriptor < 0:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            self.descriptor = os.open(self.path, flags, 0o600)
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        if patience is None:
            fcntl.flock(self.descriptor, kind)
        elif not self._try(kind, patience):
            return False
        if not shared:
            os.ftruncate(self.descriptor, 0)
            os.pwrite(self.descriptor, str(os.getpid()).encode(), 0)
        return True

    def _try(self, kind: int, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(self.descriptor, kind | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(0.02)

    def release(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def holder(self) -> int:
        """Return the process id of the exclusive holder, 0 when nobody holds the lock."""
        probe = FileLock(self.path)
        try:
            if not self.path.exists() or probe._try_quietly():
                return 0
            return int(self.path.read_text() or 0)
        finally:
            probe.release()

    def _try_quietly(self) -> bool:
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        return self._try(fcntl.LOCK_SH, 0)
