"""The address of totals: the contract's examples, strictness, notes, links and files."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from regions.rights import Role
from shipments.filters.totals import read_question
from shipments.models import Operation, Shipment
from shipments.querysets.totals import answer
from shipments.querysets.totals.lookups import has_begun
from shipments.views.answers import shown
from tests import build
from tests.world import World


@pytest.fixture
def asked(client: Client, chen: User) -> Client:
    client.force_login(chen)
    return client


def ask(client: Client, query: str = "", status: int = 200) -> Any:
    response = client.get(f"/api/v1/totals?{query}")
    assert response.status_code == status, response.content
    return response.json()


def downloaded(client: Client, address: str) -> bytes:
    response: Any = client.get(address)
    assert response.status_code == 200
    content: bytes = response.getvalue()
    assert int(response["Content-Length"]) == len(content)
    return content


@pytest.fixture
def arrived(world: World, omar: User) -> Shipment:
    """420 blankets of 1.5 kg left; 380 arrived good and 20 damaged."""
    shipment = world.sent(420)
    build.receive(shipment, received=380, damaged=20, reason="wet", by=omar)
    return shipment


@pytest.fixture
def unweighed(world: World, omar: User) -> Shipment:
    """12 m3 of wood, whose weight nobody knows, arrived."""
    shipment = world.shipment(build.line(world.wood, 12))
    build.receive(shipment, received=12, by=omar)
    return shipment


def end_of_day(days_ahead: int = 0) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days_ahead):%Y-%m-%d}T23:59:59Z"


def test_a_day_that_has_not_begun_anywhere_is_refused(asked: Client) -> None:
    address = f"/api/v1/totals?measure=sent&as_of={end_of_day(2)}"
    for refused in (asked.get(address), asked.get(address.replace("totals?", "totals.csv?"))):
        assert refused.status_code == 400
        [error] = refused.json()["errors"]
        assert (error["param"], error["code"]) == ("as_of", "in_the_future")
        assert "lies in the future" in error["detail"]


@pytest.mark.parametrize(
    ("now", "asked_for", "begun"),
    [
        ("2020-11-29T06:00Z", "2020-11-29T23:59:59-05:00", True),
        ("2020-11-29T06:00Z", "2020-11-30T23:59:59-05:00", False),
        ("2020-11-29T10:00Z", "2020-11-30T23:59:59Z", True),
        ("2020-11-29T09:59Z", "2020-11-30T23:59:59Z", False),
        ("2020-11-29T10:00Z", "2020-11-30T23:59:59+14:00", True),
        ("2020-11-29T12:00Z", "2020-11-29T23:59:59-12:00", True),
    ],
)
def test_today_may_be_asked_for_by_its_end_wherever_it_has_begun(
    now: str, asked_for: str, begun: bool
) -> None:
    moment, at = datetime.fromisoformat(asked_for), datetime.fromisoformat(now)
    assert has_begun(moment, at=at) is begun


def test_the_example_of_the_contract_is_answered(asked: Client, arrived: Shipment) -> None:
    found = ask(
        asked,
        "by=donor,category,month&measure=sent_kg,received_kg,outstanding_kg&operation=KA20"
        f"&donor=mchs&occurred_on__gte=2020-11-01&region=AA&as_of={end_of_day()}"
        "&shape=long&fill=none&order=-received_kg&limit=",
    )
    category = arrived.lines.get().item.category
    [row] = found["results"]
    assert {name: value for name, value in row.items() if name != "links"} == {
        "donor": "mchs",
        "donor_name": "Ministry of Emergencies",
        "category": category.code,
        "category_name": category.name,
        "month": "2020-11",
        "sent_kg": "630.000",
        "received_kg": "570.000",
        "outstanding_kg": "30.000",
        "lines_without_weight": 0,
    }
    assert found["total"]["sent_kg"] == "630.000"
    assert found["meta"]["row_count"] == 1
    assert found["meta"]["complete"] is True
    assert set(found["links"]) >= {"self", "csv", "xlsx", "ndjson", "lines", "describedby"}


def test_the_canonical_query_asks_the_same(asked: Client, arrived: Shipment) -> None:
    found = ask(asked, "measure=received&by=unit,donor&donor=mchs,mchs&labels=code&lang=ru")
    again = ask(asked, found["meta"]["query"])
    assert again["results"] == found["results"]
    assert again["meta"]["query"] == found["meta"]["query"]


def test_a_line_without_weight_is_counted_and_not_taken_for_zero(
    asked: Client, arrived: Shipment, unweighed: Shipment
) -> None:
    found = ask(asked, "by=item&measure=sent_kg,received_kg&labels=code")
    rows = {row["item"]: row for row in found["results"]}
    assert rows["wood"]["sent_kg"] is None
    assert rows["wood"]["lines_without_weight"] == 1
    assert found["total"]["sent_kg"] == "630.000"
    assert found["meta"]["notes"] == [
        "1 line has no weight and is left out of sent_kg, received_kg."
    ]


def test_the_notes_say_that_a_part_is_counted_in_every_format(
    client: Client, chen: User, amina: User, arrived: Shipment
) -> None:
    sentence = "These figures count only what you may see."
    for reader, told in ((amina, True), (chen, False)):
        client.force_login(reader)
        notes = ask(client, "measure=sent_kg")["meta"]["notes"]
        assert notes == ([sentence] if told else [])
        picture = downloaded(client, "/api/v1/totals.svg?by=donor&measure=sent_kg").decode()
        assert (sentence in picture) is told
        sheets = load_workbook(
            io.BytesIO(downloaded(client, "/api/v1/totals.xlsx?measure=sent_kg"))
        )
        about = [cell.value for row in sheets.worksheets[-1].iter_rows() for cell in row]
        assert (sentence in about) is told


def test_nothing_is_said_of_regions_above_the_topmost_level(
    asked: Client, arrived: Shipment
) -> None:
    above = "Places in a region above level 1 are shown without a region."
    assert ask(asked, "by=region&measure=sent_kg&level=1")["meta"]["notes"] == [above]
    assert ask(asked, "by=region&measure=sent_kg&level=0")["meta"]["notes"] == []


def test_units_are_never_mixed(asked: Client, arrived: Shipment, unweighed: Shipment) -> None:
    refused = ask(asked, "by=donor&measure=sent", status=400)
    assert refused["errors"][0]["code"] == "units_mixed"
    assert refused["errors"][0]["param"] == "measure"
    found = ask(asked, "by=donor,unit&measure=sent&labels=code")
    assert [(row["unit"], row["sent"]) for row in found["results"]] == [
        ("m3", "12"),
        ("piece", "420"),
    ]
    assert found["total"]["sent"] is None
    assert ask(asked, "measure=sent&unit=piece")["total"]["sent"] == "420"


def test_every_row_links_to_the_lines_behind_it(
    asked: Client, arrived: Shipment, unweighed: Shipment
) -> None:
    found = ask(asked, "by=item,month&measure=received,outstanding&unit=piece")
    [row] = found["results"]
    lines = asked.get(row["links"]["lines"]).json()["results"]
    assert sorted((line["outcome"], line["quantity"]) for line in lines) == [
        ("damaged", "20"),
        ("received", "380"),
        ("sent", "420"),
    ]
    everything = ask(asked, "by=item&measure=received_kg")["links"]["lines"]
    assert {line["outcome"] for line in asked.get(everything).json()["results"]} == {"received"}


def test_the_lines_behind_a_row_lie_within_what_was_asked(
    asked: Client, arrived: Shipment, unweighed: Shipment
) -> None:
    """An address names each parameter once: what the row stands for must not widen the question."""
    day = f"{arrived.events.get(kind='received').occurred_on}"
    days = f"occurred_on__gte={day}&occurred_on__lte={day}"
    rows = ask(asked, f"by=unit,month&measure=received&unit=piece,m3&{days}")["results"]
    assert [row["unit"] for row in rows] == ["m3", "piece"]
    for row in rows:
        pairs = dict(parse_qsl(urlsplit(row["links"]["lines"]).query))
        assert (pairs["occurred_on__gte"], pairs["occurred_on__lte"]) == (day, day)
        assert pairs["unit"] == row["unit"]
        lines = asked.get(row["links"]["lines"]).json()["results"]
        assert sum(Decimal(line["quantity"]) for line in lines) == Decimal(row["received"])


@pytest.mark.parametrize(
    ("asked_for", "linked", "sent"),
    [("AA-N", "AA-N", 420), ("AA-S,AA-N", "AA-N,AA-S", 427), ("AA,AA-N", "AA", 427)],
)
def test_a_region_at_a_level_links_to_what_was_asked_for_below_it(
    asked: Client, world: World, omar: User, asked_for: str, linked: str, sent: int
) -> None:
    world.sent(420)
    back = build.draft(
        world.operation, world.donor, world.hub, world.depot, build.line(world.blankets, 7)
    )
    build.shipment(back, by=omar)
    query = f"by=region&level=0&measure=sent&unit=piece&region={asked_for}"
    [row] = ask(asked, query)["results"]
    assert row["sent"] == str(sent)
    assert dict(parse_qsl(urlsplit(row["links"]["lines"]).query))["region"] == linked
    lines = asked.get(row["links"]["lines"]).json()["results"]
    assert sum(Decimal(line["quantity"]) for line in lines) == sent


def test_where_regions_lie_is_asked_once_for_all_figures_of_a_page(
    world: World, amina: User, chen: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    build.receive(world.sent(420), by=amina, received=400)
    build.region("BB-N", name="Far north", parent=build.region("BB", name="Elsewhere"))
    query = "by=region,donor,item&level=0&measure=sent,received&unit=piece&region=AA-N,BB-N"
    found = answer(read_question(query), chen)
    with django_assert_num_queries(1):
        [row] = shown(found)["rows"]
        beyond = found.behind.row({"region": "BB"})
    linked = [cell["href"] for cell in row["cells"] if cell["number"]]
    assert len(linked) == 2
    assert all("region=AA-N&" in address for address in linked)
    assert ("region", "BB-N") in beyond.parameters()


def test_a_month_ends_at_midnight_of_the_operation(asked: Client, world: World, omar: User) -> None:
    shipment = world.sent(10)
    # 21:30 in London is 01:30 of the next day in Yerevan.
    late = datetime(2020, 11, 24, 21, 30, tzinfo=UTC)
    build.receive(shipment, received=4, occurred_at=late, by=omar)
    found = ask(asked, "by=day&measure=received")
    assert [row["day"] for row in found["results"] if row["received"] != "0"] == ["2020-11-25"]
    found = ask(asked, "by=day&measure=received&tz=Europe/London")
    assert [row["day"] for row in found["results"] if row["received"] != "0"] == ["2020-11-24"]
    assert found["meta"]["tz"] == "Europe/London"


def test_outstanding_by_period_is_a_change_and_the_note_says_so(
    asked: Client, arrived: Shipment
) -> None:
    found = ask(asked, "by=day&measure=sent,received,damaged,outstanding,surplus")
    assert [row["outstanding"] for row in found["results"]] == ["420", "-400"]
    assert "below zero" in found["meta"]["notes"][0]
    upper = ask(asked, "measure=outstanding&occurred_on__lte=2020-11-23")
    assert upper["total"]["outstanding"] == "420"
    lower = ask(asked, "measure=outstanding&occurred_on__gte=2020-11-24")
    assert lower["total"]["outstanding"] == "-400"


def test_a_cohort_falls_in_the_month_of_its_dispatch(asked: Client, arrived: Shipment) -> None:
    found = ask(asked, "by=day&measure=sent,received,outstanding&date_field=dispatched")
    [row] = found["results"]
    assert (row["day"], row["sent"], row["received"], row["outstanding"]) == (
        "2020-11-23",
        "420",
        "380",
        "20",
    )


def test_wide_answers_have_a_column_for_each_value(
    asked: Client, arrived: Shipment, unweighed: Shipment
) -> None:
    found = ask(asked, "by=donor,unit&measure=sent&shape=wide&labels=code")
    [row] = found["results"]
    assert {name: row[name] for name in row if name != "links"} == {
        "donor": "mchs",
        "m3": "12",
        "piece": "420",
    }
    assert found["total"] == {"m3": "12", "piece": "420"}
    two = ask(asked, "by=unit&measure=sent,received&shape=wide")
    assert two["results"][0]["piece_received"] == "380"


def test_missing_periods_are_filled_with_zeros_on_request(asked: Client, arrived: Shipment) -> None:
    query = (
        "by=month&measure=sent&occurred_on__gte=2020-10-05&occurred_on__lte=2020-12-01&fill=zero"
    )
    found = ask(asked, query)
    assert [(row["month"], row["sent"]) for row in found["results"]] == [
        ("2020-10", "0"),
        ("2020-11", "420"),
        ("2020-12", "0"),
    ]


def test_a_cut_answer_says_that_there_is_more(
    asked: Client, arrived: Shipment, unweighed: Shipment
) -> None:
    found = ask(asked, "by=item&measure=lines&order=-item&limit=1")
    assert [row["item"] for row in found["results"]] == ["wood"]
    assert found["meta"]["complete"] is False
    assert found["total"]["lines"] == 2
    assert "limit" not in found["links"]["csv"]


def test_names_come_in_the_language_asked_for(asked: Client, arrived: Shipment) -> None:
    world_donor = arrived.donor
    world_donor.names = {"ru": "МЧС"}
    world_donor.save()
    found = ask(asked, "by=donor&measure=lines&lang=ru&labels=name")
    assert found["results"][0]["donor_name"] == "МЧС"
    assert "donor" not in found["results"][0]


@pytest.mark.parametrize(
    ("query", "parameter", "code", "allowed"),
    [
        ("by=doner", "by", "unknown_value", "donor"),
        ("measure=received_kgs", "measure", "unknown_value", "received_kg"),
        ("mesure=sent", "mesure", "unknown_parameter", "measure"),
        ("by=donor,item,unit,mode,status", "by", "too_many_dimensions", None),
        ("donor=mhcs", "donor", "unknown_value", "mchs"),
        ("region=ZZ", "region", "unknown_value", "AA"),
        ("shipment=KA20-9-9", "shipment", "unknown_value", None),
        ("movement=all", "movement", "movement_mixed", "first"),
        ("equipment=yes", "equipment", "unknown_value", "only"),
        ("verification=sure", "verification", "unknown_value", "verified"),
        ("as_of=2020-12-31", "as_of", "not_a_moment", None),
        ("as_of=2020-12-31T23:59:59", "as_of", "no_offset", None),
        ("occurred_on__gte=yesterday", "occurred_on__gte", "not_a_date", None),
        ("occurred_on__gte=2020-11-31", "occurred_on__gte", "impossible_date", None),
        ("donor__gte=mchs", "donor__gte", "unknown_parameter", "donor"),
        ("donor__merged_into__code=x", "donor__merged_into__code", "unknown_parameter", None),
        ("tz=Asia/Bacu", "tz", "unknown_value", None),
        ("lang=de", "lang", "unknown_value", "ru"),
        ("level=1", "level", "needs_region", None),
        ("by=region&level=7", "level", "not_a_whole_number", None),
        ("limit=0", "limit", "not_a_whole_number", None),
        ("limit=1e3", "limit", "not_a_whole_number", None),
        ("order=-weight", "order", "unknown_value", "sent_kg"),
        ("fill=zero", "fill", "needs_one_period", None),
        ("shape=tall", "shape", "unknown_value", "wide"),
        ("labels=all", "labels", "unknown_value", "both"),
        ("date_field=recorded", "date_field", "unknown_value", "dispatched"),
        ("region__isnull=yes", "region__isnull", "unknown_value", "true"),
        ("donor=a&donor=b", "donor", "repeated", None),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    asked: Client, arrived: Shipment, query: str, parameter: str, code: str, allowed: str | None
) -> None:
    refused = ask(asked, query, status=400)
    entries = {entry["param"]: entry for entry in refused["errors"]}
    assert entries[parameter]["code"] == code
    if allowed is not None:
        assert allowed in entries[parameter]["allowed"]
    assert entries[parameter]["detail"].endswith((".", "?"))


def test_the_nearest_word_is_offered(asked: Client, arrived: Shipment) -> None:
    refused = ask(asked, "by=doner&measure=sent", status=400)
    assert "Did you mean “donor”?" in refused["detail"]


def test_files_hold_the_rows_of_the_answer(
    asked: Client, arrived: Shipment, unweighed: Shipment
) -> None:
    query = "by=item,month&measure=received_kg,lines&labels=code"
    rows = ask(asked, query)["results"]
    text = downloaded(asked, f"/api/v1/totals.csv?{query}").decode()
    read = list(csv.DictReader(io.StringIO(text)))
    assert [row["item"] for row in read] == [row["item"] for row in rows]
    assert [row["received_kg"] for row in read] == [row["received_kg"] or "" for row in rows]
    lines = downloaded(asked, f"/api/v1/totals?{query}&format=ndjson")
    assert [json.loads(line)["lines"] for line in lines.splitlines()] == [1, 1]
    assert downloaded(asked, f"/api/v1/totals.xlsx?{query}").startswith(b"PK")
    whole = asked.get(f"/api/v1/totals.json?{query}").json()
    assert whole["results"] == rows


def test_two_statements_answer_whatever_is_asked(
    asked: Client,
    arrived: Shipment,
    unweighed: Shipment,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    # Session, person and grants come before.
    with django_assert_num_queries(2 + 2):
        ask(
            asked, "by=donor,category,month,region&measure=sent_kg,outstanding_kg,events&donor=mchs"
        )


def test_the_public_sees_what_is_older_than_the_embargo(
    client: Client, arrived: Shipment, world: World
) -> None:
    assert ask(client, "measure=sent,received")["total"] == {"sent": "0", "received": "0"}
    Operation.objects.filter(pk=world.operation.pk).update(public=True, embargo_hours=0)
    found = ask(client, "by=donor,region&measure=sent,received&labels=code")
    assert found["total"] == {"sent": "420", "received": "380"}
    # A day later, so that nothing here is older than the embargo.
    Operation.objects.filter(pk=world.operation.pk).update(embargo_hours=24)
    assert ask(client, "measure=sent,received,announced")["total"] == {
        "sent": "0",
        "received": "0",
        "announced": "0",
    }


@pytest.mark.parametrize("query", ["by=destination", "by=status", "status=received"])
def test_the_public_cannot_ask_by_what_it_may_not_see(
    client: Client, arrived: Shipment, query: str
) -> None:
    refused = ask(client, f"{query}&measure=lines", status=400)
    assert refused["errors"][0]["code"] == "not_shown"


def test_a_coordinator_counts_what_touches_the_granted_regions(
    client: Client, arrived: Shipment, world: World
) -> None:
    other = build.region("BB", name="Elsewhere")
    client.force_login(build.person("farid", (Role.COORDINATOR, other)))
    assert ask(client, "measure=sent")["total"] == {"sent": "0"}
    client.force_login(build.person("nare", (Role.COORDINATOR, world.north)))
    assert ask(client, "measure=sent")["total"] == {"sent": "420"}


def test_posting_to_totals_says_what_to_do_instead(asked: Client) -> None:
    response = asked.post("/api/v1/totals", {}, content_type="application/json")
    assert response.status_code == 405
    assert "POST /api/v1/deliveries" in response.json()["detail"]


def test_shares_say_on_what_the_weight_rests(asked: Client, arrived: Shipment) -> None:
    found = ask(asked, "measure=weight_basis")
    shares = {name: Decimal(value) for name, value in found["total"].items() if "basis_" in name}
    assert sum(shares.values()) == 1
    assert shares["weight_basis_estimated"] == 1


def test_as_of_rewinds_the_ledger(asked: Client, arrived: Shipment) -> None:
    early = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = ask(asked, f"measure=sent&as_of={early}")
    assert found["total"] == {"sent": "0"}
    assert found["meta"]["as_of"] == early
    assert "today's" in found["meta"]["notes"][0]
