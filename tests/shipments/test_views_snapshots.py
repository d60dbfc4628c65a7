"""Published figures in the browser."""

import hashlib
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from shipments.models import Operation, Snapshot
from tests import build
from tests.pages import form_of, read, send, signed_in, words_of
from tests.world import World

QUESTION = "measure=received_kg&by=donor,month&operation=KA20"


@pytest.fixture
def analyst(chen: User) -> Client:
    return signed_in(chen)


def publish(client: Client, question: str = QUESTION, **said: str) -> Any:
    """This will publish the figures of the data page, as its form does without any script."""
    page = client.get(f"/data/?{question}")
    return send(client, "/data/", form_of(page, holding="title"), **{"title": "Aid", **said})


def test_figures_are_published_from_the_data_page(
    world: World, analyst: Client, omar: User
) -> None:
    build.receive(world.sent(), by=omar, received=380)
    page = analyst.get(publish(analyst).headers["Location"])
    snapshot = Snapshot.objects.get()
    words = words_of(page)
    assert "Ministry of Emergencies" in words
    assert "2020-11" in words
    assert "570" in words
    assert snapshot.sha256 in words
    assert "Nothing: the same question gave the same figures" in words
    (file,) = [link for link in read(page).links if link.endswith("content.json")]
    assert hashlib.sha256(analyst.get(file).content).hexdigest() == snapshot.sha256
    assert "Aid" in words_of(analyst.get("/data/snapshots/"))


def test_published_columns_are_named_as_on_the_data_page(
    world: World, analyst: Client, omar: User
) -> None:
    build.receive(world.sent(), by=omar, received=380)
    question = "measure=weight_basis,received_kg&by=donor&operation=KA20"
    heads = "donor basis of the weight: weighed basis of the weight: declared"
    assert heads in words_of(analyst.get(f"/data/?{question}")).lower()
    page = words_of(analyst.get(publish(analyst, question).headers["Location"])).lower()
    assert heads in page
    assert "weight_basis_weighed" not in page


def test_corrections_stand_beside_what_was_published(
    world: World, analyst: Client, omar: User, committed: None
) -> None:
    shipment = world.sent()
    wrong = build.receive(shipment, by=omar, received=380)
    address = publish(analyst).headers["Location"]
    new = build.report(shipment, build.counted(received=300))
    build.reverse(wrong.event, by=omar, replacement=new)
    page = analyst.get(address)
    said = "2020-11 received (kg) 570 450 −120 lines Total received (kg) 570 450 −120 lines"
    assert said in words_of(page)
    lines = [link for link in read(page).links if link.startswith("/lines/")]
    since = words_of(analyst.get(lines[0]))
    assert "300" in since
    assert len(lines) == 2


def test_the_public_reads_what_is_for_everybody(world: World, analyst: Client) -> None:
    Operation.objects.update(public=True, embargo_hours=0)
    mine, open_one = publish(analyst), publish(analyst, public="on", title="For all")
    anybody = Client()
    assert "For all" in words_of(anybody.get("/data/snapshots/"))
    assert anybody.get(open_one.headers["Location"]).status_code == 200
    hidden = anybody.get(mine.headers["Location"])
    missing = anybody.get("/data/snapshots/K900000-4/")
    assert hidden.status_code == missing.status_code == 302
    assert "Chen" not in words_of(anybody.get(open_one.headers["Location"]))
    assert "title" not in {n for f in read(anybody.get("/data/")).forms for n in f.fields}


def test_what_is_wrong_is_said_beside_what_was_typed(world: World, analyst: Client) -> None:
    refused = publish(analyst, title="")
    assert refused.status_code == 400
    assert "Enter a title" in words_of(refused)
    refused = analyst.post("/data/snapshots/", {"title": "x", "query": "by=doner"})
    assert "Did you mean “donor”?" in words_of(refused)
    assert form_of(refused, holding="query").fields["query"] == "by=doner"
    refused = publish(analyst, public="on")
    assert "one public operation" in words_of(refused)


def test_strangers_publish_nothing(world: World, stranger: User) -> None:
    body = {"title": "x", "query": "by=donor"}
    assert signed_in(stranger).post("/data/snapshots/", body).status_code == 403
    assert Client().post("/data/snapshots/", body).status_code == 302
    assert not Snapshot.objects.exists()
