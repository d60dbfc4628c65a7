"""A worker that imports and is killed, again and again, at random moments or at the worst one."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import User
from shipments.imports.kinds.loader import Fate
from shipments.imports.runs import change_import, confirm_import, take_step, undo_import
from shipments.models import DeliveryLine, ImportRun, Shipment
from shipments.models.ledger import Outcome
from tests.database import TestDatabase
from tests.programs import environment_of
from tests.shipments.imports.test_runs import deliveries, upload
from tests.world import World

# About how many seconds a row takes, so that a worker dies anywhere in its next part.
A_ROW = 0.005
# Forks a worker for each line it is sent, so that the program is loaded once. Each comes three
# minutes later than the one before, when what that one held is free again.
WORKERS = """
import os, sys
from datetime import UTC, datetime, timedelta

import django

django.setup()
from shipments.imports.kinds.deliveries import Deliveries
from shipments.imports.runs import applying, take_step
from tests.shipments.imports.kills import forget_guards, stop_before_second_mark

for line in sys.stdin:
    worker = os.fork()
    if worker == 0:
        run, chunk, guards, turn, stops = line.split()
        applying.CHUNK = Deliveries.undone_at_once = int(chunk)
        if guards == "naive":
            forget_guards()
        if stops == "stops":
            stop_before_second_mark()
        late = timedelta(minutes=3 * int(turn))
        take_step(run_id=int(run), now=lambda: datetime.now(UTC) + late)
        os._exit(0)
    print(worker, flush=True)
    print(os.waitpid(worker, 0)[1], flush=True)
"""


@pytest.fixture(scope="module")
def workers(
    test_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["subprocess.Popen[str]"]:
    """Runs the program that forks workers, which connect to the database of the moment."""
    environment = environment_of(test_database, tmp_path_factory.mktemp("workers"))
    with subprocess.Popen(
        [sys.executable, "-c", WORKERS],
        env=environment | {"DJANGO_SETTINGS_MODULE": "aidtracker.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as forks:
        yield forks
        assert forks.stdin is not None
        forks.stdin.close()


@dataclass(frozen=True)
class Result:
    """What stands in the ledger after an import, and how many workers died on the way."""

    kills: int
    status: str
    rows: int
    sum: Decimal


def forget_guards() -> None:
    """This will apply a chunk in one transaction and mark it in another, without keys."""
    from uuid import uuid4

    from django.db import transaction

    from shipments.imports.kinds.deliveries import Deliveries
    from shipments.imports.runs import applying, steps
    from shipments.imports.runs.checking import reader_for, said_in

    def apply_and_mark(run: ImportRun, at: datetime) -> bool:
        rows = applying.next_rows(run)
        if not rows.exists():
            with transaction.atomic():
                applying.finish(run, at)
            return False
        reader = reader_for(run, at)
        loader = Deliveries(run.sender, at)
        with transaction.atomic():
            fates = loader.apply([reader.read(*said) for said in said_in(rows)])
        with transaction.atomic():
            applying.save_fates(run, fates)  # type: ignore[attr-defined]
            done = ImportRun.objects.get(pk=run.pk).rows_done + len(fates)
            ImportRun.objects.filter(pk=run.pk).update(rows_done=done)
        return True

    Deliveries.key_of = lambda *_said: uuid4()  # type: ignore[method-assign]
    steps.STEPS["apply"] = apply_and_mark


def stop_before_second_mark() -> None:
    """This will stop this process when the facts of its second chunk are written, their mark not.

    The first chunk is done in full, because three deaths at the same place end an import.
    """
    from shipments.imports.runs import applying

    step: Any = applying
    save, marks = step.save_fates, []

    def save_or_stop(run: ImportRun, fates: list[Fate]) -> None:
        marks.append(len(fates))
        if len(marks) == 2:
            os.kill(os.getpid(), signal.SIGSTOP)
        save(run, fates)

    step.save_fates = save_or_stop


def checked(world: World, by: User, rows: int) -> tuple[ImportRun, Shipment]:
    """This will upload and confirm deliveries of 1 to 9 blankets each, all to one shipment."""
    shipment = world.sent(rows * 20)
    said = (f"1,2020-11-{25 + number % 5},{number % 9 + 1},,,,G-{number}" for number in range(rows))
    run = upload(deliveries(shipment, *said), "deliveries", by)
    return confirm_import(run=run, mode="all_or_nothing", by=by, at=timezone.now()), shipment


def checked_again(world: World, by: User, rows: int) -> tuple[ImportRun, Shipment]:
    """This will import rows, change each in the file by one, and decide that the file holds."""
    run, shipment = checked(world, by, rows)
    take_step(run_id=run.pk, now=timezone.now)
    said = (f"1,2020-11-25,{number % 9 + 2},,,,G-{number}" for number in range(rows))
    run = upload(deliveries(shipment, *said), "deliveries", by)
    change_import(run=run, by=by, decisions={"all": "replace"})
    take_step(run_id=run.pk, now=timezone.now)
    return confirm_import(run=run, mode="all_or_nothing", by=by, at=timezone.now()), shipment


def checked_to_undo(world: World, by: User, rows: int) -> tuple[ImportRun, Shipment]:
    """This will import rows and ask for all of them to be taken back."""
    run, shipment = checked(world, by, rows)
    take_step(run_id=run.pk, now=timezone.now)
    return undo_import(run=run, by=by, at=timezone.now()), shipment


def expected(rows: int) -> Decimal:
    return Decimal(sum(number % 9 + 1 for number in range(rows)))


def import_with_kills(
    run: ImportRun,
    shipment: Shipment,
    forks: "subprocess.Popen[str]",
    *,
    kills: int,
    chunk: int,
    seed: int,
    naive: bool = False,
    at_mark: bool = False,
) -> Result:
    """This will have the run imported by workers of which the first ones are killed.

    Each dies at a random moment, or ``at_mark``: between its facts and their mark.
    """
    luck, killed = Random(seed), 0
    assert forks.stdin is not None
    assert forks.stdout is not None
    said = f"{run.pk} {chunk} {'naive' if naive else 'real'}"
    for turn in range(10 * kills):
        dies = killed < kills
        forks.stdin.write(f"{said} {turn} {'stops' if dies and at_mark else 'goes'}\n")
        forks.stdin.flush()
        worker = int(forks.stdout.readline())
        if dies and at_mark and wait_for_stop(worker):
            kill(worker)
        elif dies and not at_mark and wait_for_progress(run, worker):
            time.sleep(luck.random() * min(chunk * A_ROW, 0.1))
            kill(worker)
        killed += int(forks.stdout.readline()) == signal.SIGKILL
        run.refresh_from_db()
        if not run.step:
            break
    return Result(killed, run.status, *in_ledger(shipment))


def kill(worker: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(worker, signal.SIGKILL)


def is_alive(worker: int) -> bool:
    try:
        os.kill(worker, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_progress(run: ImportRun, worker: int) -> bool:
    """This will wait until the worker has done a part, and say whether it goes on.

    One that finds the run still locked by the last wish of a dead one goes home at once.
    """
    before = run.rows_done
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        run.refresh_from_db()
        if not run.step or not is_alive(worker):
            return False
        if run.rows_done > before:
            return True
        time.sleep(0.01)
    raise TimeoutError("The worker does nothing.")


def wait_for_stop(worker: int) -> bool:
    """This will wait until the worker has stopped itself, and say whether it did before its end."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state in "TZ":
            return state == "T"
        time.sleep(0.005)
    raise TimeoutError("The worker does not stop.")


def in_ledger(shipment: Shipment) -> tuple[int, Decimal]:
    lines = DeliveryLine.objects.filter(line__shipment=shipment, outcome=Outcome.RECEIVED)
    found = lines.aggregate(rows=Count("id"), sum=Sum("quantity"))
    return found["rows"], found["sum"]
