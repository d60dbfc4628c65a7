"""The one-command start leaves nothing behind, however it ends, and mends what breaks."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aidtracker.local.cluster import ROOT, Cluster


def eventually(holds: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """The whole program, started as `make run` does, with data of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "MAKELEVEL"}
        }
        self.environment = kept | {"VAR_DIR": str(var), "PORT": str(self.port), "DEMO": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aidtracker.local", "run"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def is_ready(self) -> bool:
        if self.process.poll() is not None and self.process.stdout:
            pytest.fail(f"The program ended and said: {self.process.stdout.read()}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as got:
                return bool(json.load(got)["status"] == "ready")
        except (urllib.error.URLError, OSError):
            return False

    def processes(self) -> dict[int, str]:
        """List what runs with this program's data: process ids with their command lines."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                surroundings = (folder / "environ").read_bytes()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(self.var) in command or f"VAR_DIR={self.var}".encode() in surroundings:
                found[int(folder.name)] = command
        return found

    def pids(self, word: str) -> list[int]:
        return [pid for pid, command in self.processes().items() if word in command]


@pytest.fixture
def program(server_folder: Path) -> Iterator[Program]:
    program = Program(server_folder / "var")
    yield program
    program.process.send_signal(signal.SIGTERM)
    program.process.communicate()
    eventually(lambda: not program.processes(), seconds=10)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_however_it_is_ended(program: Program, sign: int) -> None:
    eventually(program.is_ready)
    assert len(program.processes()) > 8
    program.process.send_signal(sign)
    program.process.wait(10)
    eventually(lambda: not program.processes(), seconds=5)


def test_it_may_be_ended_while_it_starts(program: Program) -> None:
    eventually(lambda: len(program.processes()) > 2)
    program.process.send_signal(signal.SIGTERM)
    program.process.wait(15)
    eventually(lambda: not program.processes(), seconds=5)


@pytest.mark.parametrize(
    "part", ["granian", "celery --app=aidtracker worker", "valkey", "guardian"]
)
def test_a_part_that_is_killed_comes_back(program: Program, part: str) -> None:
    eventually(program.is_ready)
    killed = program.pids(part)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: set(program.pids(part)) - set(killed) and program.is_ready())


def test_a_killed_database_comes_back(program: Program) -> None:
    eventually(program.is_ready)
    killed = Cluster(program.var / "postgresql").pid()
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: Cluster(program.var / "postgresql").pid() not in {0, killed})
    eventually(program.is_ready)


def test_a_second_command_shares_the_database(program: Program) -> None:
    eventually(program.is_ready)
    command = [sys.executable, "manage.py", "shell", "-v0", "-c"]
    script = "from accounts.models import User; print('users', User.objects.count())"
    shown = subprocess.run(
        [*command, script],
        cwd=ROOT,
        env=program.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.startswith("users ")
    assert program.is_ready()


def test_a_second_start_and_a_taken_port_get_a_sentence(program: Program, tmp_path: Path) -> None:
    eventually(program.is_ready)
    for var, sentence in (
        (program.var, "The program already runs here"),
        (tmp_path / "other", f"Port {program.port} of 127.0.0.1 cannot be used"),
    ):
        shown = subprocess.run(
            [sys.executable, "-m", "aidtracker.local", "run"],
            cwd=ROOT,
            env=program.environment | {"VAR_DIR": str(var)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert shown.returncode == 1
        assert shown.stderr.startswith(sentence)
