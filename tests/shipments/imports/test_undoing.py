"""Taking an import back: many rows at once, in parts that show how far it is."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from shipments.imports.kinds import replacing
from shipments.imports.kinds.deliveries import Deliveries
from shipments.imports.runs import applying, cancel_import, confirm_import, undo_import
from shipments.models import DeliveryEvent, ImportRun
from tests.build import reverse
from tests.shipments.imports.test_decisions import decided, outcomes, received
from tests.shipments.imports.test_runs import NOW, deliveries, imported, upload, work
from tests.world import World


def fetched(world: World, by: User, rows: int) -> ImportRun:
    """This will import deliveries of one blanket each, all to one shipment."""
    said = (f"1,2020-11-25,1,,,,G-{number}" for number in range(rows))
    return imported(upload(deliveries(world.sent(), *said), "deliveries", by), by)


def undone(run: ImportRun) -> ImportRun:
    return work(undo_import(run=run, by=run.sender, at=NOW))


def test_undoing_goes_part_by_part_and_says_how_far_it_is(
    world: World, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = fetched(world, amina, 5)
    monkeypatch.setattr(Deliveries, "undone_at_once", 2)
    step: Any = applying
    save, seen = step.save_fates, []

    def save_and_see(run: ImportRun, fates: Any) -> None:
        save(run, fates)
        now = ImportRun.objects.get(pk=run.pk)
        seen.append((now.rows_done, now.rows_total, [fate.number for fate in fates]))

    monkeypatch.setattr(applying, "save_fates", save_and_see)
    run = undone(run)
    assert seen == [(0, 5, [6, 5]), (2, 5, [4, 3]), (4, 5, [2])]
    assert (run.status, run.rows_done, run.rows_total) == ("undone", 5, 5)


def test_undoing_asks_no_more_of_many_rows_than_of_few(world: World, amina: User) -> None:
    asked = []
    for rows in (2, 20):
        run = fetched(world, amina, rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert undone(run).status == "undone"
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_what_cannot_go_back_stays_and_the_rest_goes(world: World, amina: User) -> None:
    run = fetched(world, amina, 3)
    middle = run.rows.get(number=3)
    reverse(DeliveryEvent.objects.get(import_rows=middle), by=amina)
    run = undone(run)
    assert outcomes(run) == {"kept": 1, "taken_back": 2}
    middle.refresh_from_db()
    assert [problem["code"] for problem in middle.problems] == ["already_reversed"]
    assert run.detail == "1 row stays. Beside it stands why."


def test_what_the_database_refuses_together_goes_one_by_one(
    world: World, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_said: Any) -> None:
        raise ValidationError({"lines": ValidationError("Not all of them.", code="busy")})

    run = fetched(world, amina, 3)
    monkeypatch.setattr(replacing, "reverse_events", refuse)
    assert outcomes(undone(run)) == {"taken_back": 3}


def test_a_cancelled_import_says_what_went_back_and_what_never_went_in(
    world: World, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (f"1,2020-11-25,1,,,,G-{number}" for number in range(3))
    checked = upload(deliveries(world.sent(), *rows), "deliveries", amina)
    run = confirm_import(run=checked, mode="all_or_nothing", by=amina, at=NOW)
    monkeypatch.setattr(applying, "CHUNK", 1)
    assert applying.apply_chunk(run, NOW)
    run = work(cancel_import(run=run, by=amina))
    assert (run.status, outcomes(run)) == ("cancelled", {"rejected": 2, "taken_back": 1})


def test_what_replaced_something_goes_back_last(world: World, amina: User) -> None:
    shipment = world.sent(10)
    imported(upload(deliveries(shipment, "1,2020-11-25,9,,,,G-1"), "deliveries", amina), amina)
    rows = ("1,2020-11-25,4,,,,G-1", "1,2020-11-26,6,,,,G-2")
    run = decided(upload(deliveries(shipment, *rows), "deliveries", amina), {"all": "replace"})
    run = decided(run, {})
    run = imported(run, amina, "good_rows")
    assert received(shipment) == 10
    assert outcomes(undone(run)) == {"taken_back": 2}
    assert received(shipment) == 9
