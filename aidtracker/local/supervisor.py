"""The one-command start: every part of the program, watched over by one process."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from aidtracker import environment
from aidtracker.local.broker import broker_command
from aidtracker.local.cluster import ROOT, Cluster
from aidtracker.local.locks import FileLock
from aidtracker.local.processes import LocalServerError, die_with_parent

# Seconds that children have to end by themselves before they are killed. An idle worker of Celery
# takes three; what it may lose, the sweep wakes again.
PATIENCE = 2.0


@dataclass
class Child:
    """One process that has to run: how it is started, and how often it was."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0
    deaths: int = 0
    next_start: float = field(default=0)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl+C in the terminal is for the supervisor, which ends the rest in order.
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.started = time.monotonic()

    def restart_when_dead(self) -> None:
        if self.process is None:
            if time.monotonic() >= self.next_start:
                self.start()
        elif self.process.poll() is not None:
            self.process = None
            lived = time.monotonic() - self.started
            self.deaths = self.deaths + 1 if lived < 10 else 1
            # At once the first time, then more and more slowly.
            self.next_start = time.monotonic() + min(0.5 * (2 ** (self.deaths - 1) - 1), 30)

    def end(self, sign: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)

    def last_lines(self, count: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""


class Supervisor:
    """Starts the parts in order, keeps them up, and ends them in reverse."""

    def __init__(self, var: Path, host: str, port: int) -> None:
        self.var = var
        self.host = host
        self.port = port
        self.children: list[Child] = []
        self.cluster: Cluster | None = None
        self.stopping = False
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "aidtracker.settings",
            "DIE_WITH_PARENT": "1",
            "PROMETHEUS_MULTIPROC_DIR": str(var / "run" / "metrics"),
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def loading(self) -> Path:
        """The file whose presence says that the demonstration is not there yet."""
        return self.var / "run" / "demonstration-loading"

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    def run(self, ready: Callable[[str], None]) -> None:
        """Start everything, call `ready` with the address, and go on until told to stop."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self.stop_soon)
        try:
            self.start()
            if not self.stopping:
                ready(self.address)
            while not self.stopping:
                self.mend()
                time.sleep(0.2)
        finally:
            self.stop()

    def mend(self) -> None:
        """Start again whatever has died."""
        for child in self.children:
            child.restart_when_dead()
        cluster = self.cluster
        if cluster and not cluster.guardian.holder() and not cluster.failure.exists():
            # The next connection would do the same, but nobody should have to wait for it.
            cluster.summon_guardian()

    def stop_soon(self, _sign: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def start(self) -> None:
        self.refuse_taken_port()
        metrics = self.var / "run" / "metrics"
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir(parents=True)
        self.loading.touch()
        if not environment.text("DATABASE_URL"):
            # As a user of the server this process keeps it up between the others.
            self.cluster = Cluster(self.var / "postgresql")
            self.cluster.hold()
        if not environment.text("REDIS_URL"):
            self.add("broker", broker_command(self.var))
        self.prepare("tables")
        if not self.stopping:
            self.add("web", self.web_command())
            self.add("worker", self.celery_command("worker", "--concurrency=2"))
            schedule = str(self.var / "run" / "beat-schedule")
            self.add("beat", self.celery_command("beat", f"--schedule={schedule}", "--pidfile="))
            # Beside the starting site, which says that it is not ready before.
            self.prepare("demo")
            self.loading.unlink(missing_ok=True)
        self.wait_until_ready()

    def add(self, name: str, command: list[str]) -> None:
        log = self.var / "log" / f"{name}.log"
        if log.exists() and log.stat().st_size > 10_000_000:
            log.replace(log.with_suffix(".log.1"))
        self.children.append(Child(name, command, log, self.environment))
        self.children[-1].start()

    def prepare(self, step: str) -> None:
        child = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, "-m", "aidtracker.local.preparation", step],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        while child.poll() is None:
            if self.stopping:
                child.terminate()
            self.mend()
            time.sleep(0.05)
        if child.returncode and not self.stopping:
            raise LocalServerError("The database could not be prepared; the reason stands above.")

    def web_command(self) -> list[str]:
        program = [sys.executable, "-m", "granian", "--interface=wsgi"]
        options = {
            "host": self.host,
            "port": str(self.port),
            "workers": "2",
            "blocking-threads": "2",
            "workers-kill-timeout": "2",
            "log-level": "warning",
        }
        return [
            *program,
            "--no-ws",
            "--respawn-failed-workers",
            *(f"--{name}={value}" for name, value in options.items()),
            "aidtracker.wsgi:application",
        ]

    def celery_command(self, part: str, *options: str) -> list[str]:
        quiet = ["--without-gossip", "--without-mingle"] if part == "worker" else []
        program = [sys.executable, "-m", "celery", "--app=aidtracker", part]
        return [*program, "--loglevel=INFO", *quiet, *options]

    def refuse_taken_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                other = self.port + 1 if self.port < 65535 else 8000
                raise LocalServerError(
                    f"Port {self.port} of {self.host} cannot be used: {error.strerror}."
                    f" Choose another one, for example: make run PORT={other}"
                ) from error

    def wait_until_ready(self, patience: float = 90) -> None:
        deadline = time.monotonic() + patience
        while not self.stopping and not self.answers():
            broken = next((child for child in self.children if child.deaths > 3), None)
            if broken or time.monotonic() > deadline:
                broken = broken or self.children[-1]
                raise LocalServerError(
                    f"The site did not get ready. {broken.log} ends with:\n{broken.last_lines()}"
                )
            self.mend()
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}readyz", timeout=2):  # noqa: S310
                return True
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """End the children, those that need others first; kill what does not end in time."""
        deadline = time.monotonic() + PATIENCE
        for group in (["web", "worker", "beat"], ["broker"]):
            members = [child for child in self.children if child.name in group]
            for child in members:
                child.end(signal.SIGTERM)
            while any(child.process and child.process.poll() is None for child in members):
                if time.monotonic() > deadline:
                    for child in members:
                        child.end(signal.SIGKILL)
                time.sleep(0.05)


def stop_running(var: Path) -> bool:
    """Tell the supervisor of this folder to stop and wait for it; say whether there was one."""
    lock = FileLock(var / "supervisor")
    pid = lock.holder()
    if not pid:
        return False
    os.kill(pid, signal.SIGTERM)
    while lock.holder() == pid:
        time.sleep(0.1)
    return True


def supervise(var: Path, ready: Callable[[str], None]) -> None:
    """Run the program until Ctrl+C; refuse a second start in the same folder."""
    host = environment.text("HOST", "127.0.0.1")
    port = environment.number("PORT", 8000, least=1, most=65535)
    var.mkdir(parents=True, exist_ok=True)
    lock = FileLock(var / "supervisor")
    if not lock.acquire(patience=0):
        raise LocalServerError(
            f"The program already runs here, as process {lock.holder()}. Stop it with: make stop"
        )
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)
    Supervisor(var, host, port).run(ready)
