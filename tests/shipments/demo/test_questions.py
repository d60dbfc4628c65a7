"""Ten questions of an analyst, answered alike by the API, by SQL and from the deliveries file."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.conf import settings
from django.db import connection

from accounts.models import TokenScope, User
from accounts.services import create_token
from tests.api.conftest import ApiClient

pytestmark = pytest.mark.usefixtures("demo")

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "analysts.md"
LEDGER = """
    FROM shipments_deliveryline AS d
    JOIN shipments_deliveryevent AS e ON e.id = d.event_id
    JOIN shipments_shipmentline AS l ON l.id = d.line_id
    JOIN shipments_donor AS donor ON donor.id = l.donor_id
    JOIN shipments_item AS item ON item.id = l.item_id
    JOIN shipments_category AS category ON category.id = item.category_id
"""
FIRST = "l.from_line_id IS NULL AND NOT l.equipment"
STANDING = (
    "e.reverses_id IS NULL AND NOT EXISTS"
    " (SELECT FROM shipments_deliveryevent AS r WHERE r.reverses_id = e.id)"
)
KNOWN_BY = "2020-12-31T23:59:59Z"
BALANCE = "CASE WHEN d.outcome = 'sent' THEN d.quantity WHEN d.outcome IN ('received', 'damaged',"
BALANCE += " 'lost', 'returned') THEN -d.quantity ELSE 0 END + d.surplus"

Frame = Any
Found = dict[tuple[str, ...], Decimal]


@dataclass(frozen=True)
class Question:
    """What is asked of each: an address of totals, columns and conditions of SQL, and pandas."""

    address: str
    keys: tuple[str, ...]
    value: str
    where: str
    from_file: Callable[[Frame], Frame]


def first(file: Frame) -> Frame:
    return file[(file.movement == "first") & (file.equipment == "false")]


def summed(rows: Frame, *by: str, value: str = "weight_kg") -> Frame:
    return rows.groupby(list(by))[value].sum()


def with_outcome(rows: Frame, outcome: str) -> Frame:
    return rows[rows.outcome == outcome]


def left_over(rows: Frame) -> Frame:
    signs = {"sent": 1, "received": -1, "damaged": -1, "lost": -1, "returned": -1}
    signed = rows.quantity * rows.outcome.map(signs).fillna(0).astype(int) + rows.surplus
    return rows.assign(quantity=signed)


def standing(rows: Frame) -> Frame:
    """This will leave out what was taken back, and what took it back."""
    return rows[(rows.reverses == "") & (rows.reversed_by == "")]


QUESTIONS = {
    "How much has each donor sent?": Question(
        "by=donor&measure=sent_kg",
        ("donor.code",),
        "sum(d.weight_kg)",
        f"d.outcome = 'sent' AND {FIRST}",
        lambda f: summed(with_outcome(first(f), "sent"), "donor"),
    ),
    "What arrived in good condition, month by month?": Question(
        "by=month&measure=received_kg",
        ("to_char(e.occurred_on, 'YYYY-MM')",),
        "sum(d.weight_kg)",
        f"d.outcome = 'received' AND {FIRST}",
        lambda f: summed(with_outcome(first(f), "received"), "month"),
    ),
    "In which categories was most damaged?": Question(
        "by=category&measure=damaged_kg&order=-damaged_kg",
        ("category.code",),
        "sum(d.weight_kg)",
        f"d.outcome = 'damaged' AND {FIRST}",
        lambda f: summed(with_outcome(first(f), "damaged"), "category"),
    ),
    "Of which articles was something lost, and how much?": Question(
        "by=item,unit&measure=lost",
        ("item.code", "l.unit"),
        "sum(d.quantity)",
        f"d.outcome = 'lost' AND {FIRST}",
        lambda f: summed(with_outcome(first(f), "lost"), "item", "unit", value="quantity"),
    ),
    "How many pieces of each donor are not yet accounted for?": Question(
        "by=donor&measure=outstanding&unit=piece",
        ("donor.code",),
        f"sum({BALANCE})",
        f"l.unit = 'piece' AND {FIRST}",
        lambda f: summed(left_over(first(f)[first(f).unit == "piece"]), "donor", value="quantity"),
    ),
    "How many shipments of each donor have left?": Question(
        "by=donor&measure=shipments",
        ("donor.code",),
        "count(DISTINCT l.shipment_id)",
        f"{STANDING} AND {FIRST}",
        lambda f: standing(first(f)).groupby(["donor"]).shipment.nunique(),
    ),
    "What did we know at the end of 2020 to have arrived?": Question(
        f"by=category&measure=received_kg&as_of={KNOWN_BY}",
        ("category.code",),
        "sum(d.weight_kg)",
        f"d.outcome = 'received' AND e.recorded_at <= '{KNOWN_BY}' AND {FIRST}",
        lambda f: summed(
            with_outcome(first(f)[first(f).recorded_at <= KNOWN_BY], "received"), "category"
        ),
    ),
    "What was carried onward after a first arrival?": Question(
        "by=month,category&measure=sent_kg&movement=onward",
        ("to_char(e.occurred_on, 'YYYY-MM')", "category.code"),
        "sum(d.weight_kg)",
        "d.outcome = 'sent' AND l.from_line_id IS NOT NULL AND NOT l.equipment",
        lambda f: summed(
            with_outcome(f[(f.movement == "onward") & (f.equipment == "false")], "sent"),
            "month",
            "category",
        ),
    ),
    "Which vehicles and machines arrived?": Question(
        "by=item,unit&measure=received&equipment=only",
        ("item.code", "l.unit"),
        "sum(d.quantity)",
        "d.outcome = 'received' AND l.from_line_id IS NULL AND l.equipment",
        lambda f: summed(
            with_outcome(f[(f.movement == "first") & (f.equipment == "true")], "received"),
            "item",
            "unit",
            value="quantity",
        ),
    ),
    "How often was something recorded, week by week?": Question(
        "by=week&measure=events",
        ("to_char(e.occurred_on, 'IYYY-\"W\"IW')",),
        "count(DISTINCT e.id)",
        f"{STANDING} AND {FIRST}",
        lambda f: standing(first(f)).groupby(["week"]).key.nunique(),
    ),
}


@pytest.fixture
def analyst() -> ApiClient:
    user = User.objects.get(username="analyst")
    _token, secret = create_token(user=user, name="test", scope=TokenScope.READ)
    return ApiClient(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def deliveries(analyst: ApiClient) -> Frame:
    """The deliveries file as pandas reads it, figures exact."""
    content = analyst.get("/api/v1/deliveries.csv").getvalue()
    file = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    for name in ("quantity", "weight_kg", "surplus"):
        file[name] = file[name].astype(object).map(exact)
    file = file[file.line != ""]
    days = pd.to_datetime(file.occurred_on)
    return file.assign(month=days.dt.strftime("%Y-%m"), week=days.dt.strftime("%G-W%V"))


def exact(text: str) -> Decimal:
    # What has no weight adds nothing; how many lines that are, totals say beside the figure.
    return Decimal(text or 0)


@pytest.mark.parametrize("said", QUESTIONS)
def test_three_ways_lead_to_one_answer(analyst: ApiClient, deliveries: Frame, said: str) -> None:
    question = QUESTIONS[said]
    by_api = dict(of_api(analyst, question.address))
    assert len(by_api) >= 2
    assert by_api == of_sql(question)
    assert by_api == of_file(question.from_file(deliveries))


def test_the_ten_questions_are_those_of_the_document() -> None:
    rows = re.findall(r"^\| (.+\?) \| `/api/v1/totals\?(.+)` \|$", DOCUMENT.read_text(), re.M)
    assert rows == [(said, question.address) for said, question in QUESTIONS.items()]
    assert len(rows) == 10


def of_api(client: ApiClient, address: str) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    asked = dict(part.split("=") for part in address.split("&"))
    for row in client.read(f"totals?{address}")["results"]:
        if amount := Decimal(row[asked["measure"]] or 0):
            yield tuple(row[name] for name in asked["by"].split(",")), amount


def of_sql(question: Question) -> Found:
    keys = ", ".join(question.keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {keys}, {question.value} {LEDGER} WHERE {question.where} GROUP BY {keys}"
        )
        return {tuple(row[:-1]): Decimal(row[-1]) for row in cursor.fetchall() if row[-1]}


def of_file(found: Frame) -> Found:
    rows = {key if isinstance(key, tuple) else (key,): value for key, value in found.items()}
    return {key: Decimal(value) for key, value in rows.items() if value}
