"""What readers without an account see of a public operation, in every format."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from pyarrow import parquet

from accounts.models import User
from regions.models import Destination
from shipments.exports import LISTINGS
from shipments.models import Operation, Shipment, TransportDocument
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.world import World

CANARY = "CANARY"
SECRETS = (CANARY, "NORTH-HUB", "SOUTH-DEPOT", "omar", "Omar", "46.75", "39.82")


@pytest.fixture
def public(world: World) -> World:
    """The world with a public operation, whose embargo is over for what was recorded."""
    Operation.objects.update(public=True, embargo_hours=0)
    return world


@pytest.fixture
def nobody(as_user: Ask) -> ApiClient:
    return as_user(None)


def hidden_everywhere(world: World) -> Shipment:
    """This will build a shipment whose every hidden text says so."""
    omar = User.objects.get(username="omar")
    Destination.objects.update(latitude="46.7512", longitude="39.8265", name=f"{CANARY} place")
    shipment = world.sent(
        consignor=f"{CANARY} consignor", consignee=f"{CANARY} consignee", remark=f"{CANARY} remark"
    )
    TransportDocument.objects.create(shipment=shipment, kind="waybill", number=f"{CANARY} 1")
    build.receive(
        shipment,
        by=omar,
        received=380,
        damaged=20,
        reason=f"{CANARY} reason",
        note=f"{CANARY} note",
        received_by=f"{CANARY} team",
    )
    return shipment


def whole(answer: Any) -> bytes:
    content: bytes = answer.getvalue() if answer.streaming else answer.content
    return content


@pytest.mark.parametrize("ending", ["", ".json", ".csv", ".ndjson"])
def test_no_place_person_or_word_leaks(nobody: ApiClient, public: World, ending: str) -> None:
    shipment = hidden_everywhere(public)
    for name in LISTINGS:
        answer = nobody.get(f"/api/v1/{name}{ending}")
        assert answer.status_code == 200
        content = whole(answer)
        for secret in SECRETS:
            assert secret.encode() not in content, (name, secret)
        if name in ("shipments", "deliveries", "lines"):
            assert shipment.reference.encode() in content


@pytest.mark.parametrize("name", ["deliveries", "lines"])
def test_parquet_has_the_reduced_columns_too(
    nobody: ApiClient, as_user: Ask, chen: User, public: World, name: str
) -> None:
    shipment = hidden_everywhere(public)
    reduced = parquet_of(nobody, name)
    assert shipment.reference in reduced["shipment"]
    assert not [secret for secret in SECRETS if secret in str(reduced)]
    assert set(reduced) < set(parquet_of(as_user(chen), name))


def parquet_of(client: ApiClient, name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = parquet.read_table(
        BytesIO(whole(client.get(f"/api/v1/{name}.parquet")))
    ).to_pydict()
    return found


def test_a_map_of_places_shows_exactly_those_that_may_be_published(
    nobody: ApiClient, as_user: Ask, amina: User, chen: User, public: World
) -> None:
    Destination.objects.update(latitude="46.7512", longitude="39.8265")
    point = [39.8265, 46.7512]
    assert points_of(as_user(chen)) == {"NORTH-HUB": point, "SOUTH-DEPOT": point}
    assert points_of(as_user(amina)) == {"NORTH-HUB": point, "SOUTH-DEPOT": None}
    Destination.objects.filter(code="SOUTH-DEPOT").update(publish_exact=True)
    assert points_of(as_user(amina)) == {"NORTH-HUB": point, "SOUTH-DEPOT": point}
    assert points_of(nobody) == {}, "Places stand for regions where no role is held."


def points_of(client: ApiClient) -> dict[str, Any]:
    """This will give the points of the map of destinations."""
    features = json.loads(whole(client.get("/api/v1/destinations.geojson")))["features"]
    return {f["id"]: f["geometry"] and f["geometry"]["coordinates"] for f in features}


def test_the_detail_leaks_nothing_either(nobody: ApiClient, public: World) -> None:
    shipment = hidden_everywhere(public)
    detail = nobody.get(f"/api/v1/shipments/{shipment.reference}")
    key = detail.json()["events"][-1]["key"]
    event = nobody.get(f"/api/v1/deliveries/{key}")
    for answer in (detail, event):
        for secret in (CANARY, "NORTH-HUB", "SOUTH-DEPOT", "omar", "Omar", "46.75"):
            assert secret.encode() not in answer.content, secret
    (balance,) = detail.json()["balance"]
    assert (balance["received"], balance["damaged"], balance["outstanding"]) == ("380", "20", "20")
    assert detail.json()["status"] == "partially_received"
    assert detail.json()["destination_region"] == "AA-N"


@pytest.mark.parametrize(
    "query",
    ["destination=NORTH-HUB", "origin=SOUTH-DEPOT", "document=x", "expected_at__isnull=true"],
)
def test_what_is_hidden_cannot_be_asked_for(nobody: ApiClient, public: World, query: str) -> None:
    page = nobody.read(f"shipments?{query}", 400)
    assert page["errors"][0]["code"] == "unknown_parameter"
    assert query.partition("=")[0] not in page["errors"][0]["allowed"]


def test_a_search_finds_references_and_nothing_hidden(nobody: ApiClient, public: World) -> None:
    shipment = hidden_everywhere(public)
    assert nobody.read(f"shipments?q={shipment.reference}")["count"] == 1
    for words in (CANARY, "hub", "depot", "consignee"):
        assert nobody.read(f"shipments?q={words}")["count"] == 0


def test_drafts_plans_and_private_operations_are_not_shown(
    nobody: ApiClient, public: World
) -> None:
    line = build.line(public.blankets)
    draft = public.shipment(line, sent=False)
    plan = public.shipment(line, sent=False)
    build.move(plan, "planned", by=User.objects.get(username="omar"))
    for shipment in (draft, plan):
        assert nobody.get(f"/api/v1/shipments/{shipment.reference}").status_code == 404
    sent = public.sent()
    assert nobody.read("shipments")["count"] == 1
    Operation.objects.update(public=False)
    assert nobody.read("shipments")["count"] == 0
    assert nobody.get(f"/api/v1/shipments/{sent.reference}").status_code == 404


def test_what_is_younger_than_the_embargo_is_not_counted(
    nobody: ApiClient, as_user: Ask, omar: User, public: World, owner: Any, committed: None
) -> None:
    shipment = public.sent()
    reference = shipment.reference
    build.receive(shipment, by=omar, received=420)
    # The dispatch becomes old news; the receipt was recorded just now.
    owner.execute("ALTER TABLE shipments_deliveryevent DISABLE TRIGGER append_only")
    owner.execute(
        "UPDATE shipments_deliveryevent SET recorded_at = recorded_at - interval '3 days',"
        " occurred_at = occurred_at - interval '3 days' WHERE kind IN ('planned', 'dispatched')"
    )
    Operation.objects.update(embargo_hours=24)
    for path in (f"shipments/{reference}", f"shipments?q={reference}"):
        page = nobody.read(path)
        row = page["results"][0] if "results" in page else page
        assert row["status"] == "dispatched"
        assert row["balance"][0]["received"] == "0"
        assert row["balance"][0]["outstanding"] == "420"
    assert nobody.read("shipments?status=received")["count"] == 0
    assert nobody.read("shipments?status=dispatched")["count"] == 1
    assert nobody.read("deliveries?kind=received")["count"] == 0
    assert nobody.read("lines?outcome=received")["count"] == 0
    known = as_user(omar).read(f"shipments/{reference}")
    assert known["status"] == "received"


def test_a_weight_is_shown_once_its_weighing_is_published(
    nobody: ApiClient, as_user: Ask, omar: User, public: World
) -> None:
    def weights(client: ApiClient) -> list[tuple[str | None, str]]:
        (line,) = client.read(f"shipments/{shipment.reference}")["lines"]
        (row,) = csv.DictReader(StringIO(whole(client.get("/api/v1/shipments.csv")).decode()))
        found = [(said["weight_kg"], said["weight_basis"]) for said in (line, row)]
        return [(kg or None, basis) for kg, basis in found]

    shipment = public.shipment(build.line(public.wood, 10))
    assert weights(nobody) == weights(as_user(omar)) == [(None, "unknown")] * 2
    # Clocks may differ by ten minutes: what lies ahead is not yet published.
    soon = datetime.now(UTC) + timedelta(minutes=5)
    ahead = build.weigh(shipment, {1: 30}, by=omar, occurred_at=soon).event
    assert weights(nobody) == [(None, "unknown")] * 2
    assert weights(as_user(omar)) == [("30.000", "weighed")] * 2
    build.reverse(ahead, by=omar)
    build.weigh(shipment, {1: 40}, by=omar)
    assert weights(as_user(omar)) == [("40.000", "weighed")] * 2
    assert weights(nobody) == [("40.000", "weighed")] * 2


def test_a_shipment_dispatched_within_the_embargo_is_not_shown(
    nobody: ApiClient, public: World
) -> None:
    Operation.objects.update(embargo_hours=72)
    shipment = public.sent()
    assert nobody.read("shipments")["count"] == 0
    assert nobody.get(f"/api/v1/shipments/{shipment.reference}").status_code == 404


def test_who_holds_no_role_reads_what_the_public_reads(
    as_user: Ask, stranger: User, nobody: ApiClient, public: World
) -> None:
    hidden_everywhere(public)
    assert as_user(stranger).read("shipments") == nobody.read("shipments")


def test_the_public_statuses_follow_the_published_events(
    nobody: ApiClient, public: World, omar: User
) -> None:
    shipment = public.sent()
    steps: list[tuple[Callable[[], object], str]] = [
        (nothing, "dispatched"),
        (lambda: build.move(shipment, "departed", by=omar, occurred_at=HOURS[3]), "in_transit"),
        (lambda: build.receive(shipment, by=omar, received=20), "partially_received"),
        (lambda: build.receive(shipment, by=omar, received=400), "received"),
        (lambda: build.move(shipment, "closed", by=omar, occurred_at=HOURS[1]), "closed"),
    ]
    for act, status in steps:
        act()
        assert nobody.read(f"shipments/{shipment.reference}")["status"] == status


def nothing() -> None:
    pass


HOURS = {hours: build.NOW - timedelta(hours=hours) for hours in range(5)}
