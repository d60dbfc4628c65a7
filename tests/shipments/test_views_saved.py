"""Saved questions in the browser: kept from the data page, opened, changed and retired."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from shipments.models import SavedQuery
from tests.pages import form_of, read, send, signed_in, words_of
from tests.world import World
from text.dates import format_day

QUESTION = "measure=sent_kg&by=donor&operation=KA20"


@pytest.fixture
def analyst(chen: User) -> Client:
    return signed_in(chen)


def keep(client: Client, **said: str) -> Any:
    """This will keep the question of the data page, as its form does without any script."""
    page = client.get(f"/data/?{QUESTION}")
    return send(client, "/data/", form_of(page, holding="query"), **{"name": "For donors", **said})


def test_a_question_is_kept_from_the_data_page(world: World, analyst: Client) -> None:
    world.sent()
    answer = keep(analyst)
    saved = SavedQuery.objects.get()
    assert answer.headers["Location"] == f"/data/saved/{saved.code}/"
    page = analyst.get(answer.headers["Location"])
    assert f"http://testserver/q/{saved.code}" in words_of(page)
    opened = analyst.get(f"/Q/{saved.code.lower()}", follow=True)
    assert opened.status_code == 200
    assert "630" in words_of(opened)


def test_it_is_shared_only_when_one_says_so(
    world: World, analyst: Client, amina: User, chen: User
) -> None:
    keep(analyst)
    assert SavedQuery.objects.get().operation is None
    assert "For donors" not in words_of(signed_in(amina).get("/data/saved/"))
    keep(analyst, operation="KA20", name="For all")
    assert "For all" in words_of(signed_in(amina).get("/data/saved/"))


def test_a_new_version_is_kept_from_the_data_page(world: World, analyst: Client) -> None:
    keep(analyst)
    code = SavedQuery.objects.get().code
    page = analyst.get("/data/?measure=sent_kg&by=item")
    send(analyst, "/data/", form_of(page, holding="saved"), saved=code)
    assert analyst.get(f"/q/{code}").headers["Location"] == "/data/?by=item&measure=sent_kg"
    assert [v.number for v in SavedQuery.objects.get().versions.all()] == [2, 1]


def test_its_page_changes_name_and_question(world: World, analyst: Client) -> None:
    keep(analyst)
    address = f"/data/saved/{SavedQuery.objects.get().code}/"
    send(analyst, address, form_of(analyst.get(address), holding="name"), name="Monthly")
    form = form_of(analyst.get(address), holding="query")
    assert form.fields["query"] == "by=donor&measure=sent_kg&operation=KA20"
    answer = send(analyst, address, form, query="/data/?by=month")
    assert "Version 2 answers from now on." in words_of(analyst.get(answer.headers["Location"]))
    assert SavedQuery.objects.get().name == "Monthly"


def test_what_is_wrong_is_said_beside_what_was_typed(world: World, analyst: Client) -> None:
    keep(analyst)
    again = keep(analyst)
    assert again.status_code == 400
    assert "You have “For donors” already" in words_of(again)
    assert form_of(again, holding="query").fields["query"] == QUESTION
    address = f"/data/saved/{SavedQuery.objects.get().code}/"
    form = form_of(analyst.get(address), holding="query")
    wrong = send(analyst, address, form, query="by=doner")
    assert wrong.status_code == 400
    assert "Did you mean “donor”?" in words_of(wrong)
    assert "by=doner" in form_of(wrong, holding="query").fields["query"]
    nameless = analyst.post("/data/saved/", {"query": QUESTION})
    assert "Enter a name" in words_of(nameless)


def test_a_retired_one_says_so(world: World, analyst: Client) -> None:
    keep(analyst)
    code = SavedQuery.objects.get().code
    (retire,) = [f for f in read(analyst.get(f"/data/saved/{code}/")).forms if "retire" in f.action]
    send(analyst, "/", retire)
    gone = analyst.get(f"/q/{code}")
    assert gone.status_code == 410
    today = format_day(timezone.now().date())
    assert f"“For donors” ({code}) was retired on {today}." in words_of(gone)
    page = analyst.get(f"/data/saved/{code}/")
    assert not [form for form in read(page).forms if "/data/saved/" in form.action]
    assert analyst.post(f"/data/saved/{code}/rename/", {"name": "x"}).status_code == 400


def test_others_are_offered_nothing_to_change(world: World, analyst: Client, amina: User) -> None:
    keep(analyst, operation="KA20")
    address = f"/data/saved/{SavedQuery.objects.get().code}/"
    other = signed_in(amina)
    assert not [f for f in read(other.get(address)).forms if "/data/saved/" in f.action]
    assert other.post(f"{address}retire/").status_code == 403


def test_the_public_is_offered_nothing_and_led_to_log_in(world: World, analyst: Client) -> None:
    keep(analyst)
    code = SavedQuery.objects.get().code
    assert not [f for f in read(Client().get("/data/")).forms if "query" in f.fields]
    for address in ("/data/saved/", f"/data/saved/{code}/", f"/q/{code}"):
        assert Client().get(address).headers["Location"].startswith("/accounts/login/")


def test_a_code_that_is_none_finds_nothing(world: World, analyst: Client) -> None:
    for code in ("T1001-8", "E1001-9", "nothing", "T"):
        assert analyst.get(f"/q/{code}").status_code == 404
