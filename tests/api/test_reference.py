"""Reference records: read by everybody concerned, kept by admins."""

from typing import Any

import pytest

from accounts.models import TokenScope, User
from shipments.models import Donor
from tests.api.conftest import Ask
from tests.world import World

NEW: dict[str, tuple[dict[str, Any], str]] = {
    "donors": ({"code": "icrc", "name": "ICRC", "kind": "red_cross"}, "icrc"),
    "categories": ({"code": "wash", "name": "WASH"}, "wash"),
    "items": (
        {"code": "tent", "name": "Tent", "category": "wash", "base_unit": "piece"},
        "tent",
    ),
    "regions": ({"code": "AA-E", "name": "East", "parent": "AA"}, "AA-E"),
    "destinations": (
        {
            "code": "EAST-CAMP",
            "name": "East camp",
            "kind": "centre",
            "region": "AA-N",
            "latitude": "-12.5",
            "longitude": "46.75",
        },
        "EAST-CAMP",
    ),
    "operations": (
        {"code": "MK21", "name": "Another", "time_zone": "Asia/Baku", "regions": ["AA-N"]},
        "MK21",
    ),
    "populations": (
        {
            "region": "AA-N",
            "counted_on": "2020-12-01",
            "kind": "returned",
            "people": 23514,
            "source": "Peacekeepers",
        },
        "",
    ),
    "reported-figures": (
        {
            "operation": "KA20",
            "source": "Ministry",
            "published_on": "2020-11-25",
            "stage": "dispatched",
            "quantity": "1500",
            "unit": "t",
        },
        "",
    ),
    "needs": (
        {
            "operation": "KA20",
            "region": "AA-N",
            "assessed_on": "2020-12-01",
            "source": "Assessment team",
            "item": "blanket",
            "quantity": "9000",
            "unit": "piece",
        },
        "",
    ),
}


@pytest.mark.parametrize("name", sorted(NEW))
def test_an_admin_adds_a_record(as_user: Ask, ada: User, name: str) -> None:
    client = as_user(ada)
    if name == "items":
        client.send("categories", NEW["categories"][0])
    body, key = NEW[name]
    answer = client.send(name, body)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    for member, value in body.items():
        assert made[member] in (value, float(value) if isinstance(value, int) else value), member
    if key:
        assert answer["Location"] == f"/api/v1/{name}/{key}"
        assert client.read(f"{name}/{key}") == made


@pytest.mark.parametrize("name", sorted(NEW))
def test_nobody_else_adds_records(
    as_user: Ask, ada: User, amina: User, chen: User, name: str
) -> None:
    body, _key = NEW[name]
    assert as_user(None).send(name, body).status_code == 401
    for user in (amina, chen):
        assert as_user(user).send(name, body).status_code == 403
    assert as_user(ada, TokenScope.RECORD).send(name, body).status_code == 403


def test_two_edits_do_not_collide(as_user: Ask, ada: User, world: World) -> None:
    client = as_user(ada)
    seen = client.get("/api/v1/donors/mchs")
    first = client.send("donors/mchs", {"name": "EMERCOM"}, method="PATCH", If_Match=seen["ETag"])
    assert first.status_code == 200, first.content
    assert Donor.objects.get(code="mchs").name == "EMERCOM"
    late = client.send("donors/mchs", {"name": "MES"}, method="PATCH", If_Match=seen["ETag"])
    assert late.status_code == 412
    assert late.json()["current"]["name"] == "EMERCOM"
    assert late["ETag"] == first["ETag"]
    again = client.send("donors/mchs", {"name": "MES"}, method="PATCH", If_Match=late["ETag"])
    assert again.status_code == 200


def test_the_tag_is_the_same_in_every_language(as_user: Ask, ada: User, world: World) -> None:
    client = as_user(ada)
    client.send("donors/mchs", {"names": {"ru": "МЧС"}}, method="PATCH")
    russian = client.get("/api/v1/donors/mchs?lang=ru")
    assert russian.json()["name"] == "МЧС"
    assert russian["ETag"] == client.get("/api/v1/donors/mchs")["ETag"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"kind": "goverment"}, "/kind", "unknown_value"),
        ({"code": "NOT A CODE"}, "/code", "not_a_code"),
        ({"nane": "x"}, "/nane", "unknown_member"),
        ({"name": 5}, "/name", "not_a_text"),
        ({"name": ""}, "/name", "blank"),
        ({"name": "x" * 151}, "/name", "too_long"),
        ({"merged_into": "nobody"}, "/merged_into", "unknown_value"),
        ({"merged_into": "mchs"}, None, "donor_not_merged_into_itself"),
        ({"country": "France"}, "/country", "too_long"),
        ({"names": {"ru": 5}}, "/names", "not_a_text"),
        ({"aliases": "x"}, "/aliases", "not_a_list"),
    ],
)
def test_a_wrong_edit_is_refused(
    as_user: Ask, ada: User, world: World, body: Any, pointer: str | None, code: str
) -> None:
    answer = as_user(ada).send("donors/mchs", body, method="PATCH")
    assert answer.status_code == 400, answer.content
    (entry,) = answer.json()["errors"]
    assert entry.get("pointer") == pointer
    if pointer:
        assert entry["code"] == code


def test_the_same_code_twice_is_refused(as_user: Ask, ada: User, world: World) -> None:
    body = {"code": "mchs", "name": "Double", "kind": "other"}
    answer = as_user(ada).send("donors", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/code"


def test_a_region_cannot_lie_below_itself(as_user: Ask, ada: User, world: World) -> None:
    answer = as_user(ada).send("regions/AA", {"parent": "AA-N"}, method="PATCH")
    assert answer.status_code in (400, 409), answer.content


def test_coordinates_are_for_those_who_work_there(
    as_user: Ask, ada: User, amina: User, world: World
) -> None:
    for code in ("NORTH-HUB", "SOUTH-DEPOT"):
        body = {"latitude": "39.8", "longitude": "46.7"}
        assert as_user(ada).send(f"destinations/{code}", body, method="PATCH").status_code == 200
    client = as_user(amina)
    rows = {row["code"]: row["latitude"] for row in client.read("destinations")["results"]}
    assert rows == {"NORTH-HUB": "39.8", "SOUTH-DEPOT": None}
    features = client.get("/api/v1/destinations.geojson").getvalue()
    assert features.count(b'"type":"Point"') == 1


def test_names_come_in_the_language_asked_for(as_user: Ask, chen: User, world: World) -> None:
    world.north.place_names.create(text="Հյուսիս", language="hy", script="Armn")
    client = as_user(chen)
    assert client.read("regions/AA-N?lang=hy")["name"] == "Հյուսիս"
    assert client.read("regions/AA-N?lang=ru")["name"] == "North"
    assert client.read("regions/AA-N")["names"][0]["text"] == "Հյուսիս"
    assert client.read("regions?q=Hyusis")["count"] == 1
