"""The list of shipments, the ledger lines behind figures, and the first page."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from shipments.models import ReportedFigure
from tests import build
from tests.pages import read, signed_in, words_of
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")


def statements(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def shown(client: Client, page: str) -> list[str]:
    links = read(client.get(page)).links
    references = [link.split("/")[2] for link in links if link.startswith("/shipments/KA20-")]
    return list(dict.fromkeys(references))


def test_the_list_shows_the_newest_first(world: World, amina: User) -> None:
    made = [str(world.sent(quantity)) for quantity in (10, 20, 30)]
    assert shown(signed_in(amina), "/shipments/") == made[::-1]


def test_filters_are_those_of_the_api(world: World, amina: User) -> None:
    arrived, other = world.sent(10), world.sent(20)
    build.receive(arrived, by=amina, received=10)
    client = signed_in(amina)
    assert shown(client, "/shipments/?status=received&donor=&q=") == [str(arrived)]
    assert shown(client, f"/shipments/?reference={other}") == [str(other)]
    assert shown(client, "/shipments/?status=dispatched,received") == [str(other), str(arrived)]


def test_files_are_of_exactly_what_is_shown(world: World, amina: User) -> None:
    world.sent(10)
    links = read(signed_in(amina).get("/shipments/?status=dispatched&q=&donor=mchs")).links
    assert "/api/v1/shipments.csv?status=dispatched&donor=mchs" in links
    assert "/api/v1/shipments.xlsx?status=dispatched&donor=mchs" in links


def test_an_unknown_filter_is_refused_with_what_was_meant(world: World, amina: User) -> None:
    answer = signed_in(amina).get("/shipments/?stauts=received")
    assert answer.status_code == 400
    assert "Did you mean “status”?" in words_of(answer)
    # Nothing was looked for, so nothing is said of what is there.
    assert "No shipment matches" not in words_of(answer)
    assert "No ledger line" not in words_of(signed_in(amina).get("/lines/?stauts=received"))


@pytest.mark.parametrize(
    "query",
    [
        "status=received'--",
        "donor=nobody",
        "before=abc",
        "after=99999999999999999999",
        "q=%00",
        "q=9999-99-99",
        "dispatched_on__gte=9999-99-99",
        "dispatched_at__gte=yesterday",
        "donor__name__regex=(a+)+",
        "region=" + "x" * 3000,
    ],
)
def test_odd_queries_are_answered_without_an_error(world: World, amina: User, query: str) -> None:
    for page in ("/shipments/", "/lines/"):
        assert signed_in(amina).get(f"{page}?{query}").status_code in (200, 400)


def test_what_is_searched_for_is_told_as_it_was_typed(world: World, amina: User) -> None:
    words = words_of(signed_in(amina).get("/shipments/?q=2020-11-25"))
    assert "Code, waybill, donor or place: 2020-11-25" in words


def test_pages_follow_each_other_without_gap_or_double(world: World, amina: User) -> None:
    line = build.line(world.blankets, 10)
    made = [str(world.shipment(line, sent=False)) for _number in range(28)][::-1]
    client = signed_in(amina)
    first = client.get("/shipments/?status=draft")
    assert shown(client, "/shipments/?status=draft") == made[:25]
    (following,) = [link for link in read(first).links if "before=" in link]
    assert shown(client, f"/shipments/{following}") == made[25:]
    (back,) = [
        link for link in read(client.get(f"/shipments/{following}")).links if "after=" in link
    ]
    assert shown(client, f"/shipments/{back}") == made[:25]


def test_an_empty_list_says_why_and_what_next(world: World, amina: User) -> None:
    client = signed_in(amina)
    assert "There is no shipment yet. Enter the first shipment" in words_of(
        client.get("/shipments/")
    )
    filtered = words_of(client.get("/shipments/?status=lost-in-space"))
    assert "“lost-in-space” is not known here." in filtered
    assert "No shipment matches these filters." in words_of(client.get("/shipments/?status=closed"))
    assert "No shipment is published yet." in words_of(Client().get("/shipments/"))


def fill(world: World, by: User, times: int) -> None:
    for _time in range(times):
        shipment = world.shipment(build.line(world.blankets, 100), build.line(world.wood, 5))
        build.receive(shipment, by=by, received=60, damaged=5, reason="wet")
        build.receive(shipment, by=by, line=2, received=3)


PAGES = (
    "/",
    "/shipments/",
    "/lines/",
    "/deliveries/new/",
    "/search/?q=North",
    "/shipments/{}/",
    "/shipments/{}/deliver/",
    "/shipments/new/",
)


def test_more_rows_take_no_more_statements(world: World, amina: User) -> None:
    fill(world, amina, 2)
    client = signed_in(amina)
    first = shown(client, "/shipments/")[0]
    few = {page: statements(client, page.format(first)) for page in PAGES}
    shipment = client.get(f"/shipments/{first}/").context["shipment"]
    build.receive(shipment, by=amina, received=10)
    build.receive(shipment, by=amina, received=10)
    fill(world, amina, 5)
    many = {page: statements(client, page.format(first)) for page in PAGES}
    assert {page: count for page, count in many.items() if count > few[page]} == {}


def test_the_first_page_takes_at_most_twelve_statements(world: World, amina: User) -> None:
    fill(world, amina, 3)
    ReportedFigure.objects.create(
        operation=world.operation,
        source="Ministry",
        published_on="2020-11-25",
        stage="dispatched",
        quantity=1500,
        unit="t",
    )
    assert statements(signed_in(amina), "/") <= 12
    world.operation.public = True
    world.operation.save()
    assert statements(Client(), "/") <= 12


def figures(client: Client) -> dict[str, Any]:
    return {figure["words"]: figure for figure in client.get("/").context["figures"]}


def test_every_figure_leads_to_the_rows_behind_it(world: World, amina: User) -> None:
    shipment = world.sent(100, expected_at=build.NOW)
    build.receive(shipment, by=amina, received=60, damaged=10, reason="wet")
    client = signed_in(amina)
    found = figures(client)
    assert {words: figure["number"] for words, figure in found.items()} == {
        "shipment": "1",
        "delivered": "90\u00a0kg",
        "damaged or lost": "15\u00a0kg",
        "overdue": "1",
    }
    for figure in found.values():
        assert shown(client, figure["href"]) == [str(shipment)]


def test_the_latest_deliveries_are_told_in_words(world: World, amina: User) -> None:
    shipment = world.sent(420)
    build.receive(shipment, by=amina, received=380, damaged=20, reason="wet")
    words = words_of(signed_in(amina).get("/"))
    assert "Wool blanket: 380 of 420 received at North hub, 20 damaged." in words


def test_statements_stand_beside_what_is_itemised(world: World, amina: User) -> None:
    world.sent(100)
    common: dict[str, Any] = {"operation": world.operation, "source": "Ministry"}
    ReportedFigure.objects.create(
        **common, published_on="2020-11-25", stage="dispatched", quantity=2, unit="t"
    )
    ReportedFigure.objects.create(
        **common, published_on="2020-11-25", stage="arrived", quantity=90, unit="piece"
    )
    ReportedFigure.objects.create(
        **common, published_on="2020-11-01", stage="dispatched", quantity=1, unit="t"
    )
    beside = {
        (s.figure.stage, str(s.figure.published_on)): (s.said, s.itemised, s.difference)
        for s in signed_in(amina).get("/").context["statements"]
    }
    assert beside == {
        ("dispatched", "2020-11-25"): ("2\u00a0t", "0.15\u00a0t", "−1.85\u00a0t"),
        ("arrived", "2020-11-25"): ("90\u00a0pieces", "", ""),
        ("dispatched", "2020-11-01"): ("1\u00a0t", "", ""),
    }


@pytest.mark.parametrize("page", ["/", "/data/", "/data/statements/"])
def test_figures_of_a_part_are_called_so(world: World, amina: User, chen: User, page: str) -> None:
    world.sent(100)
    world.operation.public = True
    world.operation.save()
    sentence = "These figures count only what you may see."
    assert sentence in words_of(signed_in(amina).get(page))
    assert sentence in words_of(Client().get(page))
    assert sentence not in words_of(signed_in(chen).get(page))


def test_before_anything_is_there_the_first_page_says_so(db: None) -> None:
    assert "There is no operation that you may see." in words_of(Client().get("/"))


def test_help_explains_the_words(db: None) -> None:
    assert "Sent and not yet accounted for." in words_of(Client().get("/help/"))


def test_a_list_says_what_it_is_narrowed_to(world: World, amina: User) -> None:
    shipment = world.sent(10, expected_at=build.NOW)
    client = signed_in(amina)
    said = words_of(client.get(f"/shipments/?overdue=true&donor=mchs&origin={world.depot.code}"))
    assert "Only: Donor: Ministry of Emergencies · Arrival: overdue · " in said
    assert f"origin={world.depot.code}" in said
    assert "Only:" not in words_of(client.get("/shipments/"))
    assert shown(client, "/shipments/?overdue=true") == [str(shipment)]


def test_a_page_of_a_list_says_how_many_rows_it_holds(world: World, amina: User) -> None:
    for _ in range(26):
        world.sent(1)
    client = signed_in(amina)
    assert "25 of them are on this page." in words_of(client.get("/shipments/"))
    assert "25 of them are on this page." in words_of(client.get("/lines/"))
    assert "on this page" not in words_of(client.get("/shipments/?status=received"))


def test_a_small_weight_is_not_rounded_to_nothing(world: World, amina: User) -> None:
    world.sent(10)
    page = signed_in(amina).get("/shipments/")
    assert words_of(page).count("15 kg") == 2
    # Set apart, or a page from right to left would turn it round.
    assert page.content.decode().count("<bdi>15\u00a0kg</bdi>") == 2
