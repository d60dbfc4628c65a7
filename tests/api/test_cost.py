"""What an answer costs: statements that do not grow with the page, and nothing when known."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from shipments.exports import LISTINGS
from shipments.models import ReportedFigure
from tests import build
from tests.api.conftest import ApiClient, Ask, asked_again
from tests.world import World

# Token with its person and the person's grants.
WHO = 1
# Statements beside those; reported figures and needs are read again and set beside what is
# itemised, needs also beside the figures of the regions below.
BUDGETS = dict.fromkeys(LISTINGS, 2) | {"reported-figures": 4, "coverage": 6}
DETAIL = 1
# What is to be locked, its balances and used keys, deliveries of the day, what is written, the
# answer; and the two that open and close the transaction.
RECORDING = 5 + 2


def statements(client: ApiClient, path: str) -> list[str]:
    client.read(path)
    with CaptureQueriesContext(connection) as captured:
        client.read(path)
    return [query["sql"] for query in captured.captured_queries]


def filled(world: World, shipments: int) -> None:
    omar = User.objects.get(username="omar")
    for _ in range(shipments):
        sent = world.shipment(build.line(world.blankets), build.line(world.wood, 3))
        build.receive(sent, by=omar, received=20)
        build.receive(sent, by=omar, received=20)
        ReportedFigure.objects.create(
            operation=world.operation,
            source="Ministry",
            published_on="2020-11-25",
            stage="arrived",
            quantity=3,
            unit="t",
        )


def test_a_list_costs_the_same_however_long(
    as_user: Ask, amina: User, chen: User, world: World
) -> None:
    for more in (2, 4):
        filled(world, more)
        for user in (amina, chen):
            client = as_user(user)
            for name, budget in BUDGETS.items():
                found = statements(client, f"{name}?limit=3&lang=ru")
                assert len(found) - WHO <= budget, (name, found)


def test_a_page_without_a_count_costs_one_statement(
    as_user: Ask, amina: User, world: World
) -> None:
    filled(world, 4)
    for path in ("shipments?count=0&limit=2", "shipments?count=0&limit=2&lang=ru"):
        found = statements(as_user(amina), path)
        assert len(found) - WHO == 1
        assert not any("COUNT(" in sql for sql in found)


def test_a_detail_costs_the_same_however_long(as_user: Ask, amina: User, world: World) -> None:
    for more in (1, 5):
        shipment = world.shipment(*[build.line(world.blankets) for _ in range(more)])
        assert len(statements(as_user(amina), f"shipments/{shipment.reference}")) - WHO == DETAIL


@pytest.mark.parametrize("at_once", [1, 5])
def test_recording_costs_the_same_however_much(
    as_user: Ask, amina: User, world: World, at_once: int
) -> None:
    client = as_user(amina, scope="record")
    shipments = [world.sent() for _ in range(at_once + 1)]
    received = [
        {
            "key": str(uuid.uuid4()),
            "shipment": shipment.reference,
            "kind": "received",
            "occurred_at": "2020-11-25T10:00:00Z",
            "received_by": "store",
            "note": "Rain.",
            "lines": [{"line": 1, "received": 10, "damaged": 2}],
        }
        for shipment in shipments
    ]
    client.send("deliveries", received.pop())
    with CaptureQueriesContext(connection) as captured:
        client.send("deliveries", received if at_once > 1 else received[0])
    found = [query["sql"] for query in captured.captured_queries]
    assert len(found) - WHO == RECORDING, found


@pytest.mark.parametrize(
    "path", ["shipments", "donors.csv", "deliveries?limit=1", "totals?by=donor"]
)
def test_a_known_answer_reads_no_rows(
    as_user: Ask, chen: User, world: World, committed: None, path: str
) -> None:
    world.sent()
    again, found = asked_again(as_user(chen), path)
    assert (again.status_code, again.content) == (304, b"")
    assert not any('FROM "shipments_' in sql for sql in found)


def test_a_change_is_noticed(as_user: Ask, chen: User, world: World, committed: None) -> None:
    client = as_user(chen)
    world.sent()
    tag = client.get("/api/v1/shipments")["ETag"]
    world.sent()
    changed = client.get("/api/v1/shipments", headers={"If-None-Match": tag})
    assert changed.status_code == 200


def test_a_tag_is_not_another_persons(
    as_user: Ask, chen: User, amina: User, world: World, committed: None
) -> None:
    world.sent()
    mine = as_user(chen).get("/api/v1/shipments")["ETag"]
    other = as_user(amina).get("/api/v1/shipments", headers={"If-None-Match": mine})
    assert other.status_code == 200


def test_answers_are_kept_out_of_shared_caches(as_user: Ask, chen: User, world: World) -> None:
    client = as_user(chen)
    for path in ("shipments", "donors/mchs", f"deliveries/{uuid.uuid4()}", "donors.csv"):
        answer = client.get(f"/api/v1/{path}")
        answer.close()
        assert answer["Cache-Control"].startswith("private")
        assert {"Accept", "Authorization", "Cookie"} <= {
            word.strip() for word in answer["Vary"].split(",")
        }


def test_what_is_asked_often_is_planned_once(as_user: Ask, chen: User, world: World) -> None:
    """Planning a page costs several times what reading it does."""
    client = as_user(chen)
    references = [world.sent().reference for _ in range(3)]
    before = plans()
    for reference in references:
        page = client.read("shipments?count=0&limit=1")
        page = client.read(page["next"].partition("/api/v1/")[2])
        page = client.read(page["next"].partition("/api/v1/")[2])
        client.read(f"shipments/{reference}")
    assert page["next"] is None
    assert 3 <= plans() - before <= 4, "page, page by cursor, detail; token, unless before"


def plans() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT%'")
        (count,) = cursor.fetchone() or (0,)
    return int(count)
