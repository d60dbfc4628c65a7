"""The data page: its address is the question, and its answer is the API's."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from regions.models import Region
from tests.build import receive
from tests.conftest import World


def test_the_form_becomes_the_address_of_the_question(world: World) -> None:
    answer = Client().get(
        "/data/?measure=sent_kg&measure=received_kg&by=month&by=&by=donor&donor=&as_of=2020-12-31"
    )
    assert answer.headers["Location"] == (
        "/data/?measure=sent_kg,received_kg&by=month,donor&as_of=2020-12-31T23:59:59Z"
    )


def test_the_page_shows_what_the_api_answers(world: World, amina: User, chen: User) -> None:
    receive(world.sent(), by=amina, received=380, damaged=20, reason="wet")
    client = Client()
    client.force_login(chen)
    query = "measure=sent_kg,received_kg&by=donor"
    page = client.get(f"/data/?{query}")
    total = client.get(f"/api/v1/totals?{query}").json()["total"]
    shown = [cell["text"] for cell in page.context["answer"]["total"]]
    assert Decimal(total["received_kg"]) == 570
    assert shown[1:3] == ["630", "570"]
    assert "Ministry of Emergencies" in page.content.decode()


def test_every_row_leads_to_its_ledger_lines(world: World, amina: User, chen: User) -> None:
    receive(world.sent(), by=amina, received=380)
    client = Client()
    client.force_login(chen)
    page = client.get("/data/?measure=received_kg&by=donor")
    (row,) = page.context["answer"]["rows"]
    lines = client.get(row["lines"])
    assert lines.status_code == 200
    assert "380" in lines.content.decode()


@pytest.mark.parametrize(("by", "kind"), [("month", "chart"), ("region", "map"), ("donor", "")])
def test_the_page_draws_what_the_picture_of_the_api_shows(
    world: World, amina: User, chen: User, by: str, kind: str
) -> None:
    Region.objects.filter(code="AA-N").update(boundary="AZ-XA")
    receive(world.sent(), by=amina, received=380)
    client = Client()
    client.force_login(chen)
    page = client.get(f"/data/?measure=received_kg&by={by}").content.decode()
    figures = re.findall(r'<figure><svg[^>]* class="([^"]*)"', page)
    assert [kind in figure for figure in figures] == ([True] if kind else [])


def test_a_wrong_question_is_refused_with_a_sentence(world: World) -> None:
    answer = Client().get("/data/?measure=sent_kgs&by=donor")
    assert answer.status_code == 400
    assert "sent_kg" in answer.content.decode()


def test_the_dictionary_names_measures_and_fields(world: World) -> None:
    page = Client().get("/data/dictionary/").content.decode()
    assert "outstanding_kg" in page
    assert "DeliveryEvent" in page


@pytest.mark.parametrize(
    ("query", "endings"),
    [
        ("by=region&measure=received_kg", {"csv", "xlsx", "json", "parquet", "geojson", "svg"}),
        ("by=month&measure=received_kg", {"csv", "xlsx", "json", "parquet", "svg"}),
        ("by=donor&measure=received_kg", {"csv", "xlsx", "json", "parquet"}),
    ],
)
def test_the_page_offers_the_files_that_there_are(
    client: Client, chen: User, world: World, query: str, endings: set[str]
) -> None:
    client.force_login(chen)
    text = client.get(f"/data/?{query}").content.decode()
    offered = re.findall(r'<a href="(/api/v1/totals\.(\w+)\?[^"]*)"', text)
    assert {ending for _address, ending in offered} == endings
    for address, _ending in offered:
        answer = client.get(unescape(address))
        assert answer.status_code == 200, address
        assert answer.getvalue() if answer.streaming else answer.content
