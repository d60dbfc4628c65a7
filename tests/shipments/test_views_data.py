"""The data page: its address is the question, and its answer is the API's."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from regions.models import Region
from tests import build
from tests.build import receive
from tests.pages import signed_in, words_of
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")


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
    (figure,) = [cell["href"] for cell in row["cells"] if cell["number"]][:1]
    lines = client.get(figure)
    assert lines.status_code == 200
    assert "380" in lines.content.decode()


@pytest.mark.parametrize(
    ("by", "kind"),
    [("month", "chart"), ("region", "map"), ("donor", "chart"), ("donor,month&shape=wide", "")],
)
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
        ("by=donor&measure=received_kg", {"csv", "xlsx", "json", "parquet", "svg"}),
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


@pytest.fixture
def shown(client: Client, world: World, amina: User, chen: User) -> Client:
    """A coordinator recorded 380 blankets in November; the analyst looks."""
    receive(world.sent(), by=amina, received=380, damaged=20, reason="wet")
    client.force_login(chen)
    return client


def test_the_total_stands_above_the_table_in_either_shape(shown: Client) -> None:
    for shape in ("", "&shape=wide"):
        page = shown.get(f"/data/?by=donor,month&measure=received_kg{shape}")
        (figure,) = page.context["answer"]["figures"]
        assert (figure["number"], str(figure["words"])) == ("570\u00a0kg", "received")
        lines = shown.get(figure["href"])
        assert [row["quantity"] for row in lines.context["rows"]] == [380]


def test_every_figure_leads_to_the_lines_that_make_it(shown: Client) -> None:
    page = shown.get("/data/?by=donor,month&measure=received,damaged&shape=wide&unit=piece")
    answer = page.context["answer"]
    heads = [str(head["name"]) for head in answer["heads"]]
    assert heads == ["donor", "Nov 2020: received", "Nov 2020: damaged"]
    (row,) = answer["rows"]
    for cells in (row["cells"], answer["total"]):
        for cell, quantity in zip(cells[1:], (380, 20), strict=True):
            rows = shown.get(cell["href"]).context["rows"]
            assert [line["quantity"] for line in rows] == [quantity]


def test_columns_are_called_by_name(shown: Client) -> None:
    page = shown.get("/data/?by=month,donor&measure=received_kg&shape=wide")
    heads = [str(head["name"]) for head in page.context["answer"]["heads"]]
    assert heads == ["month", "Ministry of Emergencies"]


def test_a_refusal_leads_to_its_field_and_keeps_what_was_typed(
    client: Client, world: World
) -> None:
    page = client.get(
        "/data/?measure=sent_kgs&by=donner&donor=nobody&occurred_on__gte=soon&mode=car"
    )
    text = page.content.decode()
    summary = text[text.index("error-summary") : text.index("<h1>")]
    linked = re.findall(r'href="#([^"]+)"', summary)
    assert set(linked) == {"id_measure_0", "by-0", "id_occurred_on__gte", "id_mode"}
    for place in linked:
        assert f'id="{place}"' in text
    assert 'value="donner" selected' in text
    assert re.search(r'value="sent_kgs"[^>]* checked', text)
    assert re.search(r'type="text" name="occurred_on__gte" value="soon"', text)
    assert 'value="car" selected' in text
    assert text.count("“car” is not known here") == 2


def test_rarer_conditions_are_folded_until_one_is_asked(client: Client, world: World) -> None:
    folded = re.compile(r"<details( open)?><summary>More conditions")
    for query, state in (("by=donor&measure=sent_kg", ""), ("by=mode&mode=road", " open")):
        found = folded.search(client.get(f"/data/?{query}").content.decode())
        assert found
        assert (found[1] or "") == state


def test_a_figure_is_shown_with_what_it_was_narrowed_to(world: World, chen: User) -> None:
    world.sent()
    client = signed_in(chen)
    asked = "measure=sent_kg&donor=mchs&occurred_on__gte=2020-11-20&equipment=include&lang=hy"
    said = words_of(client.get(f"/data/?{asked}"))
    assert "Only: Donor: Ministry of Emergencies · From: 20 Nov 2020 · Equipment: included" in said
    assert "lang=hy" in said
    assert "Only:" not in words_of(client.get("/data/?measure=sent_kg&by=donor&shape=wide"))


def test_rows_stand_in_the_order_of_their_names_in_each_language(world: World, chen: User) -> None:
    for code, name, russian in (
        ("zz", "Aid for all", "Помощь"),
        ("aa", "Zenith", "Альфа"),
        ("mm", "Émile", "Ёлка"),
    ):
        donor = build.donor(code, name=name, names={"ru": russian})
        line = build.line(world.blankets, 10)
        what = build.draft(world.operation, donor, world.depot, world.hub, line)
        build.shipment(what, by=User.objects.get(username="omar"))
    client = Client()
    client.force_login(chen)

    def names(query: str, language: str) -> list[str]:
        headers = {"Accept-Language": language}
        page = client.get(f"/data/?measure=sent_kg&{query}", headers=headers)
        return [row["cells"][0]["text"] for row in page.context["answer"]["rows"]]

    assert names("by=donor", "en") == ["Aid for all", "Émile", "Zenith"]
    assert names("by=donor", "ru") == ["Альфа", "Ёлка", "Помощь"]
    wide = client.get("/data/?measure=sent_kg&by=item,donor&shape=wide")
    heads = [head["name"] for head in wide.context["answer"]["heads"]]
    assert heads[1:4] == ["Aid for all", "Émile", "Zenith"]
    # An order that was asked for holds, and the API keeps that of the codes.
    assert names("by=donor&order=donor", "en") == ["Zenith", "Émile", "Aid for all"]
    found = client.get("/api/v1/totals?measure=sent_kg&by=donor").json()
    assert [row["donor"] for row in found["results"]] == ["aa", "mm", "zz"]
    assert names("by=month,donor", "en") == sorted(names("by=month,donor", "en"))
