"""Snapshots: a published total stays as it was, and says what was corrected since."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import TokenScope, User
from regions.rights import Role
from shipments.filters.totals import read_question
from shipments.models import Donor, Snapshot
from shipments.services import publish_snapshot
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.world import World

QUESTION = "by=donor&measure=sent_kg,received_kg"


@pytest.fixture
def analyst(as_user: Ask, chen: User) -> ApiClient:
    return as_user(chen)


def publish(client: ApiClient, query: str = QUESTION, **given: Any) -> dict[str, Any]:
    answer = client.send("snapshots", {"title": "Aid by donor", "query": query, **given})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def content(client: ApiClient, made: dict[str, Any]) -> Any:
    return client.get(f"/api/v1/snapshots/{made['code']}/content.json")


def refused(answer: Any) -> tuple[int, str, str]:
    first = answer.json()["errors"][0]
    return answer.status_code, first.get("pointer", ""), first["code"]


def errata(client: ApiClient, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.read(f"snapshots/{made['code']}/errata")
    return found


def test_the_file_has_the_published_hash_and_says_what_it_is(
    world: World, analyst: ApiClient
) -> None:
    world.sent()
    made = publish(analyst)
    assert made["code"].startswith("K1")
    assert (made["standpoint"], made["regions"]) == ("everywhere", [])
    answer = content(analyst, made)
    assert hashlib.sha256(answer.content).hexdigest() == made["sha256"]
    said = json.loads(answer.content)
    assert said["total"]["sent_kg"] == "630.000"
    assert said["results"][0] | {"donor": "mchs", "sent_kg": "630.000"} == said["results"][0]
    assert said["query"] == made["query"]
    assert said["title"] == "Aid by donor"
    again = analyst.get(
        f"/api/v1/snapshots/{made['code']}/content.json", headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_its_content_is_written_the_one_way(world: World, analyst: ApiClient) -> None:
    Donor.objects.update(name="Արտակարգ իրավիճակներ")
    world.sent()
    text = content(analyst, publish(analyst)).content.decode()
    assert "Արտակարգ իրավիճակներ" in text
    members = json.loads(text)
    assert text == json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_nothing_was_corrected_so_far(world: World, analyst: ApiClient) -> None:
    world.sent()
    found = errata(analyst, publish(analyst))
    assert (found["errata"], found["as_published"]) == ([], True)


def test_a_correction_is_listed_with_what_was_and_what_is(
    world: World, analyst: ApiClient, omar: User, committed: None
) -> None:
    shipment = world.sent()
    wrong = build.receive(shipment, by=omar, received=380)
    made = publish(analyst)
    new = build.report(shipment, build.counted(received=300))
    build.reverse(wrong.event, by=omar, replacement=new)
    found = errata(analyst, made)
    assert found["as_published"] is True
    row, total = found["errata"]
    assert (row["row"]["donor"], row["measure"]) == ("mchs", "received_kg")
    assert (row["was"], row["now"], row["difference"]) == ("570.000", "450.000", "-120")
    assert total["row"] == {}
    assert json.loads(content(analyst, made).content)["total"]["received_kg"] == "570.000"


def test_each_erratum_leads_to_the_lines_recorded_since(
    world: World, analyst: ApiClient, omar: User, committed: None
) -> None:
    shipment = world.sent()
    build.receive(shipment, by=omar, received=100)
    made = publish(analyst)
    build.receive(shipment, by=omar, received=20)
    build.receive(world.shipment(build.line(world.wood, 3)), by=omar, received=3)
    received = [e for e in errata(analyst, made)["errata"] if e["measure"] == "received_kg"]
    lines = analyst.read(received[0]["links"]["lines"].partition("/api/v1/")[2])["results"]
    assert sorted(line["quantity"] for line in lines if line["outcome"] == "received") == [
        "20",
        "3",
    ]


def test_a_new_row_was_nothing(
    world: World, analyst: ApiClient, omar: User, committed: None
) -> None:
    world.sent()
    made = publish(analyst, "by=item,unit&measure=sent")
    world.shipment(build.line(world.wood, 3))
    row, total = errata(analyst, made)["errata"]
    assert (row["row"]["item"], row["was"], row["now"]) == ("wood", 0, "3")
    # Pieces and cubic metres are never added.
    assert (total["was"], total["now"], total["difference"]) == ("420", None, None)


def test_a_merge_is_no_correction_and_is_told(
    world: World, analyst: ApiClient, committed: None
) -> None:
    world.sent()
    made = publish(analyst)
    Donor.objects.filter(code="mchs").update(merged_into=build.donor("unicef"))
    assert errata(analyst, made)["as_published"] is False


def test_errata_come_from_the_standpoint_and_not_from_who_reads(
    world: World, as_user: Ask, amina: User, chen: User, omar: User, committed: None
) -> None:
    """Amina publishes of the north; who reads everywhere sees no difference but corrections."""
    elsewhere = build.region("AA-E", parent=world.country)
    east = build.destination("EAST", region=elsewhere)
    what = build.draft(
        world.operation, world.donor, world.depot, east, build.line(world.blankets, 5)
    )
    build.shipment(what, by=omar)
    world.sent()
    made = publish(as_user(amina))
    assert (made["standpoint"], made["regions"]) == ("regions", ["AA-N"])
    reader = as_user(chen)
    assert reader.read(f"totals?{QUESTION}")["total"]["sent_kg"] == "637.500"
    assert json.loads(content(reader, made).content)["total"]["sent_kg"] == "630.000"
    assert errata(reader, made)["errata"] == []


def test_who_sees_less_than_the_standpoint_sees_nothing_of_it(
    world: World, as_user: Ask, amina: User, chen: User, stranger: User
) -> None:
    world.sent()
    north, everything = publish(as_user(amina)), publish(as_user(chen))
    southerner = build.person("luis", (Role.ANALYST, world.south))
    country = build.person("mari", (Role.ANALYST, world.country))
    seen = {
        user and user.username: [row["code"] for row in as_user(user).read("snapshots")["results"]]
        for user in (None, stranger, southerner, country, amina, chen)
    }
    assert seen == {
        None: [],
        "stranger": [],
        "luis": [],
        "mari": [north["code"]],
        "amina": [north["code"]],
        "chen": [everything["code"], north["code"]],
    }
    for path in ("", "/content.json", "/errata"):
        answer = as_user(southerner).get(f"/api/v1/snapshots/{north['code']}{path}")
        assert answer.status_code == 404


def test_what_is_wrong_is_refused_and_nothing_published(
    analyst: ApiClient, as_user: Ask, chen: User, stranger: User
) -> None:
    body = {"title": "x", "query": QUESTION}
    assert refused(analyst.send("snapshots", {**body, "title": " "}))[1:] == ("/title", "required")
    assert refused(analyst.send("snapshots", {**body, "query": "by=doner"}))[0] == 400
    assert refused(analyst.send("snapshots", {**body, "query": "donor=nobody"}))[1] == "/query"
    assert as_user(None).send("snapshots", body).status_code == 401
    assert as_user(stranger).send("snapshots", body).status_code == 403
    assert as_user(chen, TokenScope.READ).send("snapshots", body).status_code == 403
    assert not Snapshot.objects.exists()


def test_wide_and_cut_questions_are_published_whole(world: World, analyst: ApiClient) -> None:
    world.shipment(build.line(world.blankets, 1), build.line(world.wood, 2))
    made = publish(analyst, "by=item,unit&measure=sent&shape=wide&limit=1&labels=code")
    said = json.loads(content(analyst, made).content)
    assert [row["item"] for row in said["results"]] == ["blanket", "wood"]
    assert said["results"][0]["item_name"] == "Wool blanket"


def test_an_unknown_weight_stays_unknown(world: World, analyst: ApiClient, committed: None) -> None:
    world.shipment(build.line(world.wood, 3))
    made = publish(analyst, "by=item&measure=sent_kg")
    said = json.loads(content(analyst, made).content)
    assert said["results"][0]["sent_kg"] is None
    assert errata(analyst, made)["errata"] == []


def test_the_service_refuses_a_moment_that_is_still_open(world: World, chen: User) -> None:
    ahead = timezone.now() + timedelta(hours=1)
    with pytest.raises(Exception, match="being recorded"):
        publish_snapshot(title="x", query=read_question(QUESTION), public=False, by=chen, at=ahead)


def test_differences_are_exact(
    world: World, analyst: ApiClient, omar: User, committed: None
) -> None:
    shipment = world.shipment(build.line(world.wood, "8.125"))
    made = publish(analyst, "by=unit&measure=received")
    build.receive(shipment, by=omar, received="0.125")
    row = errata(analyst, made)["errata"][0]
    assert Decimal(row["difference"]) == Decimal("0.125")
    assert datetime.fromisoformat(errata(analyst, made)["as_of"]).tzinfo == UTC
