"""Statements beside facts: in the API, in files and on the page, with the lines that explain."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from shipments.models import Category, ReportedFigure
from shipments.querysets.beside import beside_itemised
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.pages import signed_in, words_of
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")


def said(world: World, quantity: Any, unit: str, **given: Any) -> ReportedFigure:
    made = ReportedFigure.objects.create(
        operation=world.operation,
        source="Ministry",
        quantity=quantity,
        unit=unit,
        **{"published_on": "2020-11-25", "stage": "dispatched", **given},
    )
    made.refresh_from_db()
    return made


def only(client: ApiClient) -> dict[str, Any]:
    found: list[dict[str, Any]] = client.read("reported-figures")["results"]
    assert len(found) == 1
    return found[0]


def test_a_statement_of_weight_stands_beside_the_weight_sent(
    world: World, as_user: Ask, chen: User
) -> None:
    world.sent(100)
    said(world, 2, "t", qualifier="about")
    found = only(as_user(chen))
    assert (found["itemised"], found["difference"], found["notes"]) == ("0.15", "-1.85", [])
    lines = as_user(chen).read(found["links"]["lines"].removeprefix("/api/v1/"))["results"]
    assert [(line["outcome"], line["weight_kg"]) for line in lines] == [("sent", "150.000")]


def test_what_arrived_damaged_arrived(world: World, as_user: Ask, omar: User) -> None:
    shipment = world.sent(100)
    build.receive(shipment, by=omar, received=60, damaged=10, reason="wet")
    said(world, 100, "piece", stage="arrived", item=world.blankets)
    found = only(as_user(omar))
    assert (found["itemised"], found["difference"]) == ("70", "-30")
    lines = as_user(omar).read(found["links"]["lines"].removeprefix("/api/v1/"))["results"]
    assert sorted(line["quantity"] for line in lines) == ["10", "60"]


@pytest.mark.parametrize(
    ("given", "itemised"),
    [
        ({}, "0.15"),
        ({"published_on": "2020-11-22"}, None),
        ({"published_on": "2020-11-30", "period_to": "2020-11-22"}, None),
        ({"period_from": "2020-11-24"}, None),
        ({"period_from": "2020-11-23"}, "0.15"),
        ({"mode": "road"}, "0.15"),
        ({"mode": "rail"}, None),
        ({"movement": "onward"}, None),
        ({"stage": "distributed"}, None),
    ],
)
def test_only_what_the_statement_speaks_of_counts(
    world: World, as_user: Ask, chen: User, given: dict[str, Any], itemised: str | None
) -> None:
    assert str(build.NOW - timedelta(days=2)).startswith("2020-11-23")
    world.sent(100)
    said(world, 2, "t", **given)
    assert only(as_user(chen))["itemised"] == itemised


def test_a_region_is_its_subtree_and_a_category_all_below_it(world: World, chen: User) -> None:
    above = Category.objects.create(code="above", name="Above")
    Category.objects.filter(pk=world.blankets.category_id).update(parent=above)
    world.sent(100)
    figures = [
        said(world, 1, "t", region=world.country, category=above),
        said(world, 1, "t", region=world.south),
        said(world, 1, "t", category=world.wood.category),
    ]
    assert [b.kilograms for b in beside_itemised(figures, chen)] == [150, None, None]


def test_equipment_counts_only_where_it_is_named(world: World, chen: User) -> None:
    tanker = build.item("tanker", equipment=True)
    world.shipment(build.line(tanker, 5, weight_kg=9000, weight_basis="declared"))
    figures = [said(world, 5, "piece", item=tanker), said(world, 9, "t")]
    assert [b.itemised for b in beside_itemised(figures, chen)] == [5, None]


def test_units_are_never_mixed_and_the_note_says_so(world: World, as_user: Ask, chen: User) -> None:
    world.sent(100)
    said(world, 300, "set", item=world.blankets)
    found = only(as_user(chen))
    assert (found["itemised"], found["difference"], found["links"]) == (None, None, {})
    assert found["notes"] == ["Not comparable: what is itemised is counted in piece, not in set."]


def test_unknown_is_not_zero(world: World, as_user: Ask, chen: User) -> None:
    world.shipment(build.line(world.wood, 12))
    said(world, 3, "t")
    found = only(as_user(chen))
    assert found["itemised"] is None
    (note,) = found["notes"]
    assert note.startswith("Not comparable: no weight is known of what is itemised up to")


def test_what_has_no_weight_is_left_out_and_counted(world: World, as_user: Ask, chen: User) -> None:
    world.shipment(build.line(world.blankets, 100), build.line(world.wood, 12))
    said(world, 3, "t")
    found = only(as_user(chen))
    assert found["itemised"] == "0.15"
    assert found["notes"] == ["1 line has no known weight and is left out."]


def test_what_was_taken_back_is_as_if_it_had_not_been(
    world: World, as_user: Ask, omar: User
) -> None:
    shipment = world.sent(100)
    event = build.receive(shipment, by=omar, received=60).event
    build.reverse(event, by=omar)
    said(world, 60, "piece", stage="arrived")
    (note,) = only(as_user(omar))["notes"]
    assert note.startswith("Nothing is itemised for this scope and stage up to")


def test_announced_is_compared_with_announced(world: World, as_user: Ask, chen: User) -> None:
    world.sent(100, sent=False)
    said(world, 120, "piece", stage="announced", published_on="2999-01-01")
    found = only(as_user(chen))
    assert (found["itemised"], found["difference"], found["links"]) == ("100", "-20", {})
    assert "not yet of the ledger" in found["notes"][0]


def test_a_load_no_wagon_carries_is_doubted(world: World, as_user: Ask, chen: User) -> None:
    said(world, 800, "t", mode="rail", vehicles=3)
    found = only(as_user(chen))
    assert found["warnings"] == ["overloaded_vehicles"]
    assert found["notes"][0].startswith("800 t in 3 vehicles is 266.7 t each;")
    assert "266.7 t each" in words_of(signed_in(chen).get("/data/statements/"))


def test_files_and_the_answer_to_a_new_statement_say_the_same(
    world: World, as_user: Ask, ada: User
) -> None:
    world.sent(100)
    sent = {
        "operation": "KA20",
        "source": "Ministry",
        "published_on": "2020-11-25",
        "stage": "dispatched",
        "quantity": "2",
        "unit": "t",
    }
    client = as_user(ada)
    made = client.send("reported-figures", sent).json()
    assert made == only(client)
    answer = client.get("/api/v1/reported-figures.csv")
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert [row[name] for name in ("itemised", "difference", "notes")] == ["0.15", "-1.85", ""]
    assert row["links"] == f"lines: {made['links']['lines']}"


def test_a_reader_counts_what_a_reader_may_see(world: World, as_user: Ask, chen: User) -> None:
    world.sent(100)
    said(world, 2, "t")
    world.operation.public = True
    world.operation.embargo_hours = 24
    world.operation.save()
    assert only(as_user(None))["itemised"] is None
    world.operation.embargo_hours = 0
    world.operation.save()
    assert only(as_user(None)) == only(as_user(chen))


def test_the_page_shows_what_the_list_says_and_leads_to_its_lines(
    world: World, as_user: Ask, chen: User
) -> None:
    shipment = world.sent(100)
    said(world, 2, "t", quote="Two tonnes have left.", region=world.country)
    answer = signed_in(chen).get("/data/statements/?stage=dispatched")
    (shown,) = answer.context["statements"]
    assert (shown.said, shown.itemised, shown.difference) == (
        "2\u00a0t",
        "0.15\u00a0t",
        "−1.85\u00a0t",
    )
    assert shown.href.partition("?")[2] == only(as_user(chen))["links"]["lines"].partition("?")[2]
    rows = signed_in(chen).get(shown.href).context["rows"]
    assert [row["reference"] for row in rows] == [shipment.reference]
    refused = signed_in(chen).get("/data/statements/?stag=dispatched")
    assert refused.status_code == 400
