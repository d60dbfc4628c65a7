"""Needs beside what was received: recounted another way, in the API, in files and on the page."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from regions.models import Population, Region
from shipments.models import Coverage, DeliveryLine, Item, NeedLine, NeedsAssessment
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.pages import read, signed_in, words_of
from tests.world import World


def needed(world: World, region: Region, on: str, item: Item | None, **given: Any) -> NeedLine:
    assessment = NeedsAssessment.objects.create(
        operation=world.operation, region=region, assessed_on=on, source="Joint assessment"
    )
    unit = item.base_unit if item else "kg"
    return NeedLine.objects.create(assessment=assessment, item=item, **{"unit": unit, **given})


def counted(region: Region, on: str, people: int, kind: str = "displaced") -> Population:
    return Population.objects.create(
        region=region, counted_on=on, kind=kind, people=people, source="Census", caution=""
    )


def months(client: ApiClient, query: str = "") -> dict[tuple[str, str], dict[str, Any]]:
    found = client.read(f"coverage?{query}")["results"]
    return {(row["month"], row["item"] or row["category"] or ""): row for row in found}


@pytest.fixture
def received(world: World, omar: User) -> None:
    """Blankets for the north: 60 in October, 100 in November."""
    for month, quantity in ((10, 60), (11, 100)):
        shipment = world.shipment(build.line(world.blankets, quantity), sent=False)
        at = datetime(2020, month, 5, tzinfo=UTC)
        build.move(shipment, "planned", "dispatched", by=omar, occurred_at=at)
        build.receive(shipment, by=omar, received=quantity, occurred_at=at)


@pytest.mark.usefixtures("received")
def test_the_newest_assessment_holds_until_the_next(world: World, as_user: Ask, chen: User) -> None:
    needed(world, world.north, "2020-09-10", world.blankets, quantity=100)
    needed(world, world.north, "2020-11-20", world.blankets, quantity=400)
    found = months(as_user(chen))
    assert {
        month: (row["needed"], row["received"], row["coverage"], row["gap"], row["assessed_on"])
        for (month, _), row in found.items()
    } == {
        "2020-09": ("100", "0", "0", "100", "2020-09-10"),
        "2020-10": ("100", "60", "0.6", "40", "2020-09-10"),
        "2020-11": ("400", "160", "0.4", "240", "2020-11-20"),
    }
    query = found["2020-11", "blanket"]["links"]["lines"].removeprefix("/api/v1/")
    lines = as_user(chen).read(query)["results"]
    assert sorted(line["quantity"] for line in lines) == ["100", "60"]


@pytest.mark.usefixtures("received")
def test_a_need_for_each_person_follows_the_newest_count(
    world: World, as_user: Ask, chen: User
) -> None:
    needed(world, world.north, "2020-09-10", world.blankets, per_person=Decimal("0.2"))
    counted(world.north, "2020-10-31", 1000)
    counted(world.north, "2020-11-02", 9, kind="returned")
    counted(world.north, "2020-11-30", 1500)
    found = months(as_user(chen), "item=blanket")
    before = found["2020-09", "blanket"]
    assert (before["needed"], before["coverage"], before["gap"]) == (None, None, None)
    assert "No count of displaced people (IDP)" in before["notes"][0]
    rates = {
        month: (row["needed"], row["people"], row["counted_on"], row["people_source"])
        for (month, _), row in found.items()
        if month > "2020-09"
    }
    assert rates == {
        "2020-10": ("200", 1000, "2020-10-31", "Census"),
        "2020-11": ("300", 1500, "2020-11-30", "Census"),
    }


@pytest.mark.usefixtures("received")
def test_all_goods_are_told_for_each_displaced_person(
    world: World, as_user: Ask, chen: User
) -> None:
    counted(world.north, "2020-10-01", 120)
    counted(world.country, "2020-11-01", 600)
    found = as_user(chen).read("coverage")["results"]
    assert [
        (row["month"], row["region"], row["received"], row["kg_per_person"], row["below"])
        for row in found
    ] == [
        ("2020-11", "AA", "240", "0.4", ["AA-N"]),
        ("2020-11", "AA-N", "240", "2", []),
        ("2020-10", "AA-N", "90", "0.75", []),
    ]
    assert all(row["needed"] is row["coverage"] is None for row in found)


@pytest.mark.usefixtures("received")
def test_every_figure_is_what_a_recount_of_the_ledger_comes_to(
    world: World, as_user: Ask, chen: User, omar: User
) -> None:
    other = world.shipment(build.line(world.wood, 7), build.line(world.blankets, 5))
    done = build.receive(other, by=omar, received=3)
    build.receive(other, by=omar, line=2, received=5)
    build.reverse(done.event, by=omar)
    needed(world, world.country, "2020-10-01", world.blankets, quantity=1000)
    needed(world, world.north, "2020-10-02", world.wood, quantity=10)
    needed(world, world.south, "2020-10-03", world.blankets, quantity=10)
    rows = as_user(chen).read("coverage")["results"]
    assert len(rows) == 6
    for row in rows:
        year, month = map(int, row["month"].split("-"))
        after = date(year + month // 12, month % 12 + 1, 1)
        mine = [
            line.quantity
            for line in DeliveryLine.objects.select_related(
                "event", "line__item", "line__shipment__destination__region"
            )
            if line.outcome == "received"
            and line.line.item.code == row["item"]
            and line.event.occurred_on < after
            and line.line.shipment.destination.region.path.startswith(
                Region.objects.get(code=row["region"]).path
            )
        ]
        received = sum(mine, Decimal(0))
        assert Decimal(row["received"]) == received
        assert Decimal(row["gap"]) == Decimal(row["needed"]) - received
        assert Decimal(row["coverage"]) == round(received / Decimal(row["needed"]), 4)
    whole = next(row for row in rows if row["region"] == "AA")
    assert whole["below"] == ["AA-S"]


@pytest.mark.usefixtures("received")
def test_page_and_file_say_what_the_list_says(world: World, as_user: Ask, chen: User) -> None:
    needed(world, world.north, "2020-11-01", world.blankets, quantity=400)
    answer: Any = as_user(chen).get("/api/v1/coverage.csv")
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert (row["needed"], row["received"], row["coverage"], row["gap"]) == (
        *("400", "160", "0.4", "240"),
    )
    page = signed_in(chen).get("/data/coverage/")
    for words in ("400 pieces", "160 pieces", "40 %", "240 pieces"):
        assert words in words_of(page)
    assert "Assessed 1 Nov 2020: Joint assessment" in words_of(page)
    (lines,) = [link for link in read(page).links if link.startswith("/lines/")]
    assert signed_in(chen).get(lines).status_code == 200


def test_a_month_that_is_none_is_refused(world: World, as_user: Ask, chen: User) -> None:
    found = as_user(chen).get("/api/v1/coverage?month=2020-13").json()
    assert [(error["param"], error["code"]) for error in found["errors"]] == [
        ("month", "not_a_month")
    ]


@pytest.mark.usefixtures("received")
def test_a_reader_of_one_region_is_told_that_the_rest_is_hidden(
    world: World, as_user: Ask, amina: User
) -> None:
    needed(world, world.country, "2020-11-01", world.blankets, quantity=400)
    (row,) = as_user(amina).read("coverage")["results"]
    assert row["notes"] == ["Received counts only what you may see."]


@pytest.mark.usefixtures("received")
def test_the_last_month_is_looked_for_once_and_not_for_each_row(world: World) -> None:
    needed(world, world.north, "2020-09-10", world.blankets, quantity=100)
    plan = Coverage.objects.visible_to(AnonymousUser()).explain()
    assert "InitPlan" in plan
    assert "SubPlan" not in plan
