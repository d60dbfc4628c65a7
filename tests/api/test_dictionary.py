"""The dictionary for programs describes every column of every file, with a type that fits."""

import csv
import io
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from regions.models import Population
from shipments.exports import LISTINGS
from shipments.models import NeedLine, NeedsAssessment
from shipments.querysets.totals import DIMENSIONS, MEASURES
from tests import build
from tests.api.conftest import Ask
from tests.api.test_statements import said
from tests.world import World

PARSERS: dict[str, Callable[[str], object]] = {
    "string": str,
    "integer": int,
    "number": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "year": lambda text: datetime.strptime(text, "%Y"),  # noqa: DTZ007 - a year has no zone
    "yearmonth": lambda text: datetime.strptime(text, "%Y-%m"),  # noqa: DTZ007
}


@pytest.fixture
def package(db: None) -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/dictionary.json").json()
    return found


@pytest.fixture
def recorded(world: World, omar: User) -> World:
    """Every list has a row: goods on their way, statements, needs, people."""
    build.receive(world.sent(), by=omar, received=380, damaged=20, reason="wet")
    world.shipment(build.line(world.wood, 3))
    said(world, 2, "t", region=world.north)
    Population.objects.create(
        region=world.north, counted_on="2020-11-25", kind="displaced", people=90_000, source="UN"
    )
    assessment = NeedsAssessment.objects.create(
        operation=world.operation, region=world.north, assessed_on="2020-11-25", source="Survey"
    )
    NeedLine.objects.create(assessment=assessment, item=world.blankets, quantity=5, unit="piece")
    return world


def check(field: dict[str, Any], text: str) -> None:
    """This will parse a cell as its field says."""
    if field["type"] == "boolean":
        assert text in (*field["trueValues"], *field["falseValues"])
    else:
        PARSERS[field["type"]](text)
    if field.get("format") == "uuid":
        uuid.UUID(text)
    constraints = field.get("constraints", {})
    assert text in constraints.get("enum", [text])
    assert re.fullmatch(constraints.get("pattern", ".*"), text, re.S)


def rows_of(client: Client, path: str) -> tuple[list[str], list[dict[str, str]]]:
    answer: Any = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    lines = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    rows = list(lines)
    return list(lines.fieldnames or ()), rows


def resource(package: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in package["resources"] if r["name"] == name)
    return found


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_every_cell_of_a_list_fits_its_field(
    name: str, package: dict[str, Any], recorded: World, chen: User, as_user: Ask
) -> None:
    described = resource(package, name)
    fields = described["schema"]["fields"]
    names, rows = rows_of(as_user(chen), described["path"])
    assert names == [field["name"] for field in fields]
    assert rows
    for field in fields:
        for row in rows:
            if row[field["name"]]:
                check(field, row[field["name"]])
    if key := described["schema"].get("primaryKey"):
        assert len({row[key] for row in rows}) == len(rows)


def test_what_the_public_gets_is_described_too(package: dict[str, Any], recorded: World) -> None:
    for name in LISTINGS:
        schema = resource(package, name)["schema"]
        names, _rows = rows_of(Client(), f"{name}.csv")
        described = [field["name"] for field in schema["fields"]]
        assert names == [known for known in described if known in names]
        assert schema["fieldsMatch"] == "superset"


@pytest.mark.parametrize("dimension", sorted(DIMENSIONS))
def test_every_column_of_totals_fits_its_field(
    dimension: str, package: dict[str, Any], recorded: World, chen: User, as_user: Ask
) -> None:
    fields = {field["name"]: field for field in resource(package, "totals")["schema"]["fields"]}
    by = dimension if dimension == "unit" else f"{dimension},unit"
    question = f"totals.csv?by={by}&labels=both&measure={','.join(MEASURES)}"
    names, rows = rows_of(as_user(chen), question)
    assert dimension in names
    assert rows
    for row in rows:
        for name in names:
            if row[name]:
                check(fields[name], row[name])


def test_everything_is_said_in_words(package: dict[str, Any]) -> None:
    assert {r["name"] for r in package["resources"]} == {*LISTINGS, "totals"}
    for described in package["resources"]:
        assert described["parameters"]
        for field in described["schema"]["fields"]:
            assert re.fullmatch(r".*[.”)?]", field["description"]), field


def test_parameters_are_those_of_the_description(package: dict[str, Any]) -> None:
    described = resource(package, "totals")["parameters"]
    by = next(parameter for parameter in described if parameter["name"] == "by")
    assert by["schema"]["items"]["enum"] == list(DIMENSIONS)


def test_totals_name_the_dictionary_and_it_is_there(
    recorded: World, chen: User, as_user: Ask
) -> None:
    client = as_user(chen)
    link = client.read("totals?by=donor")["links"]["describedby"]
    answer = client.get(link)
    assert answer.json()["$schema"].startswith("https://datapackage.org/")
    again = client.get(link, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_it_speaks_the_language_asked_for_and_refuses_others(db: None) -> None:
    assert Client().get("/api/v1/dictionary.json?lang=hy").status_code == 200
    refused = Client().get("/api/v1/dictionary.json?lang=xx")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "unknown_value"


def test_the_page_for_people_leads_to_it(db: None) -> None:
    assert 'href="/api/v1/dictionary.json"' in Client().get("/data/dictionary/").content.decode()
