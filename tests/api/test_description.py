"""The API describes itself: completely, without warnings, and as it was committed."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from drf_spectacular import validation
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from aidtracker.api.examples import DELIVERY, EXAMPLES
from shipments.api.bodies import report_in
from shipments.exports import LISTINGS
from tests.api.conftest import Ask
from text.bodies import Body
from text.listings import Reader

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.json"
PAGES = {"limit", "offset", "cursor", "count", "format", "lang", "bom", "standpoint"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """What is committed, which the first test holds to be what the program says."""
    found: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    return found


def rules_of_openapi() -> Draft202012Validator:
    """This will read the rules that `spectacular --validate` goes by.

    Their anchors are looked up here once for all; it looks through all rules for each of them.
    """
    rules = json.loads((Path(validation.__file__).parent / "openapi_3_1_schema.json").read_bytes())
    known = Registry().with_resource(rules["$id"], DRAFT202012.create_resource(rules)).crawl()
    return Draft202012Validator({"$ref": rules["$id"]}, registry=known)


def test_the_description_is_the_committed_one(described: dict[str, Any]) -> None:
    # After a wanted change: manage.py spectacular --format openapi-json --file docs/openapi.json
    out = StringIO()
    call_command("spectacular", "--fail-on-warn", format="openapi-json", stdout=out)
    assert json.loads(out.getvalue()) == described


def test_the_description_is_openapi_31(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    faults = [fault.message for fault in rules_of_openapi().iter_errors(described)]
    assert faults == []
    ids = [
        operation["operationId"]
        for operations in described["paths"].values()
        for operation in operations.values()
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_parameters_accepted_are_parameters_documented(
    described: dict[str, Any], name: str
) -> None:
    listing = LISTINGS[name]
    accepted = set(listing.filters.accepted(Reader(None, True))) | PAGES
    documented = {
        parameter["name"]
        for parameter in described["paths"][f"/api/v1/{name}"]["get"]["parameters"]
    }
    assert documented == accepted


def test_the_examples_are_read_as_they_stand() -> None:
    body = Body(DELIVERY)
    report = report_in(body)
    body.finish()
    assert report.lines[0].damaged == 20
    assert all(path.startswith("/api/v1/") for _method, path in EXAMPLES)


def test_every_answer_of_a_refusal_is_a_problem(described: dict[str, Any]) -> None:
    for operations in described["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]


def test_the_pages_need_no_other_host(db: None, client: Client) -> None:
    for path in ("/api/", "/api/docs/", "/api/docs/?script="):
        answer = client.get(path)
        assert answer.status_code == 200, path
        text = answer.content.decode()
        assert "<style" not in text
        assert "https://" not in text.replace("https://github.com", "")
        if path != "/api/docs/?script=":
            assert "<script>" not in text
            assert " style=" not in text


def test_the_schema_is_served_as_json(db: None, client: Client, described: dict[str, Any]) -> None:
    for path in ("/api/schema/", "/api/schema"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.json()["paths"] == described["paths"]


def test_every_row_is_as_described(
    as_user: Ask, described: dict[str, Any], chen: Any, world: Any
) -> None:
    world.sent()
    client = as_user(chen)
    for name in LISTINGS:
        operation = described["paths"][f"/api/v1/{name}"]["get"]
        page = operation["responses"]["200"]["content"]["application/json"]["schema"]
        row = page["properties"]["results"]["items"]["$ref"].rpartition("/")[2]
        members = list(described["components"]["schemas"][row]["properties"])
        for found in client.read(name)["results"]:
            assert list(found) == members
