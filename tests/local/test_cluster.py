"""The embedded PostgreSQL comes with its first user, goes with its last, and survives accidents."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pytest

from aidtracker.local import binaries
from aidtracker.local.account import Account
from aidtracker.local.binaries import postgres_folder
from aidtracker.local.cluster import ROOT, Cluster
from aidtracker.local.processes import LocalServerError

USE = "from aidtracker.local.cluster import *; c = Cluster(Path({folder!r}), durable=False);"


def eventually(holds: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


class User:
    """Another process that uses the cluster until it is ended."""

    def __init__(self, cluster: Cluster) -> None:
        script = USE + "c.ensure(); print(c.pid(), flush=True); input()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", script.format(folder=str(cluster.folder))],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def output(self) -> IO[str]:
        assert self.process.stdout
        return self.process.stdout

    def server(self) -> int:
        """Wait until the server is up; give its process id."""
        return int(self.output.readline())

    def end(self, sign: int = signal.SIGKILL) -> None:
        self.process.send_signal(sign)
        self.process.communicate()


@contextmanager
def in_folder(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(folder, durable=False)
    yield cluster
    cluster.leave()
    eventually(lambda: not cluster.guardian.holder() and not cluster.pid())


@pytest.fixture
def cluster(server_folder: Path) -> Iterator[Cluster]:
    with in_folder(server_folder / "postgresql") as cluster:
        yield cluster


@pytest.fixture(scope="module")
def used() -> Iterator[Path]:
    """The folder of a cluster that was made, used and left."""
    with TemporaryDirectory(prefix="aidtracker-test-") as folder:
        with in_folder(Path(folder) / "postgresql") as cluster:
            cluster.ensure()
        yield cluster.folder


@pytest.fixture
def old_cluster(used: Path, cluster: Cluster) -> Cluster:
    """A cluster that somebody used before: nobody has to make its data directory anew."""
    subprocess.run(["cp", "--archive", used, cluster.folder], check=True)
    return cluster


def test_the_first_user_starts_the_server_and_the_last_one_ends_it(old_cluster: Cluster) -> None:
    first, second = User(old_cluster), User(old_cluster)
    assert first.server() == second.server() == old_cluster.pid()
    first.end(signal.SIGTERM)
    time.sleep(0.5)
    assert old_cluster.is_ready()
    second.end(signal.SIGKILL)
    eventually(lambda: not old_cluster.pid(), seconds=5)


def test_whoever_connects_finds_both_roles_and_the_locale(cluster: Cluster) -> None:
    cluster.ensure()
    with cluster.connect("aidtracker") as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        found = connection.execute("SELECT similarity('шуши', 'шуша') > 0.3, upper('ß')")
        assert found.fetchone() == (True, "SS")
        found = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'aidtracker'"
        )
        assert found.fetchone() == ("aidtracker_owner",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)


def test_a_server_that_is_killed_comes_back_with_what_was_saved(old_cluster: Cluster) -> None:
    old_cluster.ensure()
    with old_cluster.connect() as connection:
        connection.execute("CREATE TABLE saved AS SELECT 1")
        connection.execute("CHECKPOINT")
    killed = old_cluster.pid()
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: old_cluster.is_ready() and old_cluster.pid() != killed)
    with old_cluster.connect() as connection:
        assert connection.execute("SELECT count(*) FROM saved").fetchone() == (1,)


def test_after_a_killed_guardian_the_next_connection_starts_the_server_anew(
    old_cluster: Cluster,
) -> None:
    old_cluster.ensure()
    os.kill(old_cluster.guardian.holder(), signal.SIGKILL)
    eventually(lambda: not old_cluster.pid(), seconds=5)
    old_cluster.ensure()
    assert old_cluster.is_ready()


def test_a_pid_file_with_a_strangers_number_does_not_keep_the_server_down(
    old_cluster: Cluster,
) -> None:
    first = User(old_cluster)
    first.server()
    stale = (old_cluster.data / "postmaster.pid").read_text()
    first.end()
    eventually(lambda: not old_cluster.guardian.holder())
    stranger = subprocess.Popen(["sleep", "60"])
    pid_file = old_cluster.data / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n" + stale.split("\n", 1)[1])
    os.chown(pid_file, Account.for_server().uid, Account.for_server().gid)
    try:
        assert not old_cluster.is_ready()
        old_cluster.ensure()
        assert old_cluster.is_ready()
    finally:
        stranger.kill()
        stranger.wait()


def test_a_long_path_gets_its_socket_elsewhere(server_folder: Path) -> None:
    folder = server_folder.joinpath(*["a_folder_with_quite_a_long_name"] * 4, "postgresql")
    folder.parent.mkdir(parents=True)
    cluster = Cluster(folder, durable=False)
    cluster.ensure()
    try:
        assert len(str(cluster.socket_folder)) < 86 < len(str(folder))
        assert cluster.socket_folder.stat().st_mode & 0o777 == 0o700
    finally:
        cluster.leave()
        eventually(lambda: not cluster.guardian.holder())
        cluster.socket_folder.rmdir()


def test_a_data_directory_that_was_made_by_half_is_made_again(cluster: Cluster) -> None:
    Account.for_server().own_folder(cluster.folder)
    (cluster.folder / "data.draft").mkdir()
    (cluster.folder / "data.draft" / "PG_VERSION").write_text("18\n")
    cluster.ensure()
    assert cluster.is_ready()


def test_data_of_another_version_is_refused_with_a_sentence(cluster: Cluster) -> None:
    Account.for_server().own_folder(cluster.folder)
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(LocalServerError, match=r"was written by PostgreSQL 17, .* version 18\."):
        cluster.ensure()


def test_a_folder_of_another_account_is_refused_with_a_sentence(tmp_path: Path) -> None:
    other = Account(os.geteuid() + 1, os.getegid() + 1)
    (tmp_path / "postgresql").mkdir()
    with pytest.raises(LocalServerError, match="belongs to another account"):
        other.own_folder(tmp_path / "postgresql")


def test_a_closed_folder_on_the_way_is_opened_for_passing_through_only(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    open_already = closed / "open"
    open_already.mkdir(mode=0o755)
    Account(os.geteuid() + 1, os.getegid() + 1).open_path_to(open_already / "postgresql")
    assert closed.stat().st_mode & 0o777 == 0o701
    assert open_already.stat().st_mode & 0o777 == 0o755


def test_nobody_else_may_enter_data_or_socket(cluster: Cluster) -> None:
    cluster.ensure()
    with cluster.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    for folder in (cluster.folder, cluster.data, cluster.socket_folder):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_programs_in_a_closed_folder_are_copied_for_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = postgres_folder()
    runs = binaries.runs_as
    monkeypatch.setattr(binaries, "runs_as", lambda a, f: f != folder and runs(a, f))
    account = Account.current()
    copy = binaries.usable_by(account, folder, tmp_path)
    assert copy.is_relative_to(tmp_path)
    assert binaries.version(copy) == binaries.version(folder)
    made = copy.stat().st_ctime_ns
    assert binaries.usable_by(account, folder, tmp_path) == copy
    assert copy.stat().st_ctime_ns == made
