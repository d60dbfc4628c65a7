"""Workers that import and are killed, one after another, each at a place of its own."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NoReturn

import pytest
from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import User
from shipments.imports.runs import change_import, confirm_import, take_step, undo_import
from shipments.models import DeliveryLine, ImportRun, Shipment
from shipments.models.ledger import Outcome
from tests.database import TestDatabase
from tests.programs import environment_of
from tests.shipments.imports.test_runs import deliveries, upload
from tests.world import World

# Where a worker dies in its second part: before the statement of this number, or at the worst
# place there is, between the facts and their mark.
Place = int | Literal["mark"]
# So many statements does a part take, with what holds the run for the next one.
APPLYING, REPLACING, UNDOING = 25, 79, 22
# Forks a worker for each line it is sent, so that the program is loaded once. Each comes three
# minutes later than the one before, when what that one held is free again.
WORKERS = """
import os, sys
from datetime import UTC, datetime, timedelta

import django

django.setup()
from shipments.imports.kinds.deliveries import Deliveries
from shipments.imports.runs import applying, take_step
from tests.shipments.imports.kills import die_at, forget_guards

for line in sys.stdin:
    worker = os.fork()
    if worker == 0:
        run, chunk, guards, turn, place = line.split()
        applying.CHUNK = Deliveries.undone_at_once = int(chunk)
        if guards == "naive":
            forget_guards()
        if place != "nowhere":
            die_at(place if place == "mark" else int(place))
        late = timedelta(minutes=3 * int(turn))
        take_step(run_id=int(run), now=lambda: datetime.now(UTC) + late)
        os._exit(0)
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


def die_at(place: Place) -> None:
    """This will kill this process in its second part.

    The first is done in full, because three deaths at the same place end an import.
    """
    from django.db import connection

    from shipments.imports.runs import applying, steps

    begun = itertools.count(1)

    def begin(run: ImportRun, at: datetime) -> bool:
        if next(begun) == 2:
            if place == "mark":
                applying.save_fates = die  # type: ignore[attr-defined, assignment]
            else:
                connection.execute_wrappers.append(die_before(place))
        return parts[run.step](run, at)

    parts = steps.STEPS
    steps.STEPS = dict.fromkeys(parts, begin)


def die(*_said: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit


def die_before(number: int) -> Callable[..., Any]:
    """This will make what Django calls for each statement, and at this one no more."""
    left = itertools.count(number - 1, -1)

    def execute(run: Callable[..., Any], *said: Any) -> Any:
        return run(*said) if next(left) else die()

    return execute


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
    places: Iterable[Place],
    chunk: int,
    naive: bool = False,
) -> Result:
    """This will have the run imported by workers of which the first ones die, each at its place."""
    assert forks.stdin is not None
    assert forks.stdout is not None
    said = f"{run.pk} {chunk} {'naive' if naive else 'real'}"
    killed = 0
    for turn, place in enumerate([*places, "nowhere"]):
        forks.stdin.write(f"{said} {turn} {place}\n")
        forks.stdin.flush()
        killed += int(forks.stdout.readline()) == signal.SIGKILL
    run.refresh_from_db()
    return Result(killed, run.status, *in_ledger(shipment))


def in_ledger(shipment: Shipment) -> tuple[int, Decimal]:
    lines = DeliveryLine.objects.filter(line__shipment=shipment, outcome=Outcome.RECEIVED)
    found = lines.aggregate(rows=Count("id"), sum=Sum("quantity"))
    return found["rows"], found["sum"]
