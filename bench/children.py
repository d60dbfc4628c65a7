"""Programs beside this one: what one tells, and how much memory a family of them holds."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

PATIENCE = 600


def told_by(command: list[str]) -> Any:
    """This will run a program to its end and read the JSON that it prints."""
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, check=True, timeout=PATIENCE
    )
    return json.loads(done.stdout)


def megabytes_of(processes: Iterable[int]) -> float:
    """This will add up what processes hold, each its share of what several hold together."""
    return sum(kilobytes_of(pid) for pid in processes) / 1024


def kilobytes_of(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    (line,) = [line for line in text.splitlines() if line.startswith("Pss:")]
    return int(line.split()[1])
