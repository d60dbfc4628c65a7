"""Every task may come never, once, twice or five times: after the first, nothing changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from accounts.models import User
from shipments import tasks
from shipments.imports.runs import confirm_import, start_import
from shipments.models import ExportFile, ImportRun, OverdueNotice
from shipments.services.exports import request_export
from tests import build
from tests.world import World

Run = Callable[[], object]


@pytest.fixture
def export(world: World, chen: User) -> ExportFile:
    return request_export(by=chen, resource="donors", query="", file_format="csv", rows=1)


def started_import(world: World, by: User) -> ImportRun:
    """This will upload a sheet of two deliveries, of which nothing is read yet."""
    shipment = world.sent()
    text = "Shipment,Line,Date,Received,GRN\n" + "".join(
        f"{shipment.reference},1,2020-11-2{day},{day},G-{day}\n" for day in (5, 6)
    )
    file = ContentFile(text.encode(), name="sheet.csv")
    return start_import(file=file, name="sheet.csv", kind="deliveries", by=by, at=timezone.now())


def confirmed_import(world: World, by: User) -> ImportRun:
    run = started_import(world, by)
    tasks.go_on_with_import(run.pk)
    run.refresh_from_db()
    return confirm_import(run=run, mode="good_rows", by=by, at=timezone.now())


def old_export(export: ExportFile) -> None:
    tasks.make_export_file(str(export.pk))
    long_ago = timezone.now() - timedelta(days=30)
    ExportFile.objects.filter(pk=export.pk).update(finished_at=long_ago, created_at=long_ago)


def late_shipment(world: World) -> None:
    world.sent(10, expected_at=build.NOW)


@pytest.fixture
def due(world: World, omar: User, export: ExportFile) -> dict[str, list[Callable[[], Run]]]:
    """Names for each task how to make it have something to do; each gives the call to repeat."""

    def import_of(begin: Callable[[World, User], ImportRun]) -> Run:
        run = begin(world, omar)
        return lambda: tasks.go_on_with_import(run.pk)

    def after(prepare: Callable[[], None], task: Run) -> Run:
        prepare()
        return task

    return {
        "detect_overdue": [lambda: after(lambda: late_shipment(world), tasks.detect_overdue)],
        "go_on_with_import": [
            lambda: import_of(started_import),
            lambda: import_of(confirmed_import),
        ],
        "make_export_file": [lambda: lambda: tasks.make_export_file(str(export.pk))],
        "sweep": [lambda: tasks.sweep],
        "tidy_exports": [lambda: after(lambda: old_export(export), tasks.tidy_exports)],
    }


# It only sends messages; what they wake is held by the others.
WRITES_NOTHING = {"sweep"}
LEFT_OUT = ("auth_", "axes_", "django_")


def state() -> dict[str, str]:
    """This will fingerprint every table of ours, row by row and column by column."""
    names = [n for n in connection.introspection.table_names() if not n.startswith(LEFT_OUT)]
    found = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {name} t")
            (found[name],) = cursor.fetchone() or ("",)
    return found


def test_every_task_stands_here(due: dict[str, Any]) -> None:
    ours = {n.rpartition(".")[2] for n in current_app.tasks if n.startswith("shipments.tasks.")}
    assert ours == due.keys()


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("detect_overdue", 0),
        ("go_on_with_import", 0),
        ("go_on_with_import", 1),
        ("make_export_file", 0),
        ("sweep", 0),
        ("tidy_exports", 0),
    ],
)
def test_a_task_that_comes_again_changes_nothing(
    due: dict[str, list[Callable[[], Run]]], name: str, way: int
) -> None:
    run = due[name][way]()
    states = [state()]
    for _time in range(5):
        run()
        states.append(state())
    never, once, *again = states
    assert (once == never) is (name in WRITES_NOTHING)
    assert [found == once for found in again] == [True] * 4


def test_a_task_that_writes_each_time_is_found(world: World) -> None:
    """The control: a task that does not look first leaves another state each time."""
    late_shipment(world)
    shipment = world.sent(10)

    def naive() -> None:
        OverdueNotice.objects.create(shipment=shipment, expected_at=timezone.now())

    naive()
    once = state()
    naive()
    assert state() != once
