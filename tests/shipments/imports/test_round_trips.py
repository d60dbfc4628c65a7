"""Our own files come back to no change, whatever stands in their cells."""

import io
from datetime import UTC, date, datetime

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from regions.exports.rows import reader_of
from regions.models import PlaceName, Population
from shipments.exports import LISTINGS
from shipments.exports.tables import WRITERS, table_of
from shipments.imports.runs import start_import
from shipments.models import DeliveryLine, ImportRun
from shipments.models.imports import ImportKind
from tests import build
from tests.drawing import drawn
from tests.shipments.imports.test_runs import NOW, imported, sheet, upload, work
from tests.world import World
from text.languages import LANGUAGE_CODES

LISTS = {
    "donors": ImportKind.DONORS,
    "items": ImportKind.ITEMS,
    "destinations": ImportKind.DESTINATIONS,
    "populations": ImportKind.POPULATIONS,
    "shipments": ImportKind.PACKING_LIST,
    "deliveries": ImportKind.DELIVERIES,
}
LEDGER = ("shipments", "deliveries")
# A workbook says the same in other cells: one language that is written from the right will do.
LANGUAGES = {"csv": ("", *LANGUAGE_CODES), "xlsx": ("ar",)}


def exported(name: str, by: User, file_format: str, language: str) -> bytes:
    stream = io.BytesIO()
    reader = reader_of(by, language)
    table = table_of(LISTINGS[name], QueryDict(""), reader, file_format, "https://aid.example")
    WRITERS[file_format](table, stream)
    return stream.getvalue()


def outcome(name: str, content: bytes, file_format: str, by: User) -> dict[str, int]:
    file_name = f"{name}.{file_format}"
    file = ContentFile(content, name=file_name)
    run: ImportRun = work(start_import(file=file, name=file_name, kind=LISTS[name], by=by, at=NOW))
    assert run.status == "checked", run.values
    return {state: count for state, count in run.counts.items() if count}


@pytest.fixture
def records(world: World) -> None:
    """Records whose cells a spreadsheet program would run, and names in other languages."""
    world.donor.names = {"ru": "МЧС", "fr": "Ministère"}
    world.donor.aliases = ["=cmd|' /C calc'!A0", "EMERCOM, of Russia"]
    world.donor.save()
    build.donor("minus", name="-minus donor", country="FR", iati_id="@sum", aliases=["One, two"])
    build.item(
        "at", name="@home kit", names={"ru": "+набор"}, aliases=["a", "b"], base_unit="kit",
        unit_weight_kg="0.123",
    )  # fmt: skip
    PlaceName.objects.create(
        destination=world.hub, text="Северный узел", language="ru", script="Cyrl"
    )
    build.destination(
        "GEO", name="Geo", region=world.south, latitude="40.12345", longitude="44.5",
        publish_exact=True,
    )  # fmt: skip
    Population.objects.create(
        region=world.north, counted_on=date(2020, 11, 30), kind="displaced", people=1200,
        households=300, source="=Gov", caution="-counted twice",
    )  # fmt: skip


@pytest.fixture
def ledger(world: World, omar: User) -> None:
    """Shipments of several lines, one of them draft; deliveries, a reversal among them."""
    lines = (
        build.line(world.blankets, 420),
        build.line(world.wood, "12.5", unit="m3"),
        build.line(world.blankets, 3),
    )
    build.receive(world.shipment(*lines), by=omar, received=300, damaged=20, reason="wet")
    build.reverse(build.receive(world.sent(50), by=omar, received=7).event, by=omar)
    world.shipment(build.line(world.blankets, 9), sent=False)


@pytest.mark.usefixtures("records", "ledger")
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("file_format", LANGUAGES)
def test_our_own_file_comes_back_to_no_change_from_any_language(
    name: str, file_format: str, omar: User, ada: User
) -> None:
    by = omar if name in LEDGER else ada
    for language in drawn(LANGUAGES[file_format], 4, list(LISTS).index(name)):
        content = exported(name, by, file_format, language)
        counts = outcome(name, content, file_format, by)
        assert counts == {"rows": counts["rows"], "already_here": counts["rows"]}, language


def test_each_shipment_that_comes_back_unchanged_takes_two_statements(
    world: World, omar: User
) -> None:
    def statements(more: int) -> int:
        for _ in range(more):
            world.sent(50)
        content = exported("shipments", omar, "csv", "")
        with CaptureQueriesContext(connection) as asked:
            outcome("shipments", content, "csv", omar)
        return len(asked)

    few = statements(2)
    assert statements(10) <= few + 2 * 10


@pytest.mark.usefixtures("ledger")
def test_a_figure_that_was_changed_in_our_own_file_is_noticed(omar: User) -> None:
    content = exported("deliveries", omar, "csv", "").replace(b",300,", b",301,")
    counts = outcome("deliveries", content, "csv", omar)
    assert counts["changed"] == 1


def test_rows_of_one_event_with_an_outcome_each_become_one_event(world: World, omar: User) -> None:
    shipment = world.sent(100)
    key = "3f0c1d52-0d9b-4d3c-9a51-0a2f6f6f2f11"
    text = sheet(
        "key,shipment,line,kind,occurred_at,outcome,quantity,reason",
        f"{key},{shipment.reference},1,received,2020-11-26T09:00:00Z,received,90,",
        f"{key},{shipment.reference},1,received,2020-11-26T09:00:00Z,damaged,10,wet",
    )
    run = imported(upload(text, "deliveries", omar), omar)
    assert (run.status, run.created) == ("done", {"events": 1, "replaced": 0})
    lines = DeliveryLine.objects.filter(event__key=key).order_by("quantity")
    assert [(line.outcome, int(line.quantity)) for line in lines] == [
        ("damaged", 10), ("received", 90),
    ]  # fmt: skip


def test_a_quantity_below_zero_is_only_for_rows_of_our_own(world: World, omar: User) -> None:
    shipment = world.sent(100)
    text = sheet("Shipment,Line,Date,Quantity", f"{shipment.reference},1,2020-11-26,-5")
    run = upload(text, "deliveries", omar)
    assert [p["code"] for row in run.rows.all() for p in row.problems] == ["negative"]


@pytest.mark.parametrize("file_format", LANGUAGES)
def test_an_event_at_midnight_comes_back_as_one_at_midnight(
    world: World, omar: User, file_format: str
) -> None:
    midnight = datetime(2020, 11, 25, tzinfo=UTC)
    build.receive(world.sent(50), by=omar, received=7, occurred_at=midnight)
    content = exported("deliveries", omar, file_format, "")
    counts = outcome("deliveries", content, file_format, omar)
    assert counts == {"rows": counts["rows"], "already_here": counts["rows"]}
