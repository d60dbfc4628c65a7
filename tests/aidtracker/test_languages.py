"""Another language in the middle of a form: all that was typed stays, and nothing is saved."""

from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import User
from shipments.imports.runs import take_step
from shipments.models import DeliveryEvent, ImportRun, SavedQuery, Shipment
from tests import build
from tests.pages import form_of, signed_in, words_of
from tests.shipments.imports.test_runs import NOW, deliveries
from tests.world import World

CHANGE = {"language": "ar", "redraw": "1"}


def change(client: Client, address: str, typed: dict[str, str]) -> dict[str, str]:
    """Sends a form to another language, as its page does, and reads the form that comes back."""
    answer = client.post(f"/i18n/setlang/?next={address}", typed | CHANGE, follow=True)
    assert answer.redirect_chain == [(address, 307)]
    assert answer.status_code == 200
    page = answer.content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "errorlist" not in page
    assert "error-summary" not in page
    kept = form_of(answer, holding="language").fields
    # The token of a page is masked anew each time.
    return kept | {"csrfmiddlewaretoken": typed["csrfmiddlewaretoken"]}


def test_a_delivery_is_typed_on_in_another_language(world: World, omar: User) -> None:
    client, address = signed_in(omar), f"/shipments/{world.sent(420)}/deliver/"
    typed = {"line-1-good": "many", "line-1-damaged": "20", "line-1-reason": "wet", "place": ""}
    typed = form_of(client.get(address), holding="line-1-good").fields | typed
    kept = change(client, address, typed)
    assert kept == kept | typed | {"language": "ar"}
    assert not DeliveryEvent.objects.filter(kind="received").exists()


def test_a_new_shipment_is_typed_on_with_all_its_lines(world: World, omar: User) -> None:
    client, address = signed_in(omar), "/shipments/new/"
    typed = {"lines": "2", "line-0-item": "blanket", "line-1-item": "wood", "donor": "nobody"}
    typed = form_of(client.get(address), holding="lines").fields | typed
    kept = change(client, address, typed)
    assert kept == kept | typed | {"language": "ar"}
    assert not Shipment.objects.exists()


def test_a_step_and_a_correction_are_typed_on(world: World, omar: User) -> None:
    client, shipment = signed_in(omar), world.sent(420)
    event = build.receive(shipment, by=omar, received=60).event
    pages = {
        f"/shipments/{shipment}/arrive/": "note",
        f"/deliveries/{event.key}/correct/": "reason",
        f"/deliveries/{event.key}/correct/?way=never": "reason",
    }
    before = DeliveryEvent.objects.count()
    for address, field in pages.items():
        typed = form_of(client.get(address), holding=field).fields | {field: "counted again"}
        assert change(client, address, typed)[field] == "counted again"
    assert DeliveryEvent.objects.count() == before


def test_another_line_is_asked_for_without_complaints_about_the_first(
    world: World, omar: User
) -> None:
    client, address = signed_in(omar), "/shipments/new/"
    form = form_of(client.get(address), holding="lines").fields
    assert "Enter" not in words_of(client.post(address, form | {"add": "1"}))


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_what_was_typed_is_carried_to_no_other_site(omar: User, target: str) -> None:
    answer = signed_in(omar).post("/i18n/setlang/", CHANGE | {"next": target})
    assert answer.headers["Location"] == "/"


def test_a_form_that_is_kept_over_a_log_out_is_kept_in_another_language_too(
    world: World, omar: User
) -> None:
    address = f"/shipments/{world.sent(420)}/deliver/"
    browser = Client(headers={"Origin": "http://testserver"})
    kept = browser.post(address, {"line-1-good": "380", "note": "typed"})
    assert kept.status_code == 403
    form = form_of(kept, holding="note").fields
    again = browser.post(f"/i18n/setlang/?next={address}", form | CHANGE, follow=True)
    assert '<html lang="ar" dir="rtl">' in again.content.decode()
    found = form_of(again, holding="note").fields
    assert (found["line-1-good"], found["note"]) == ("380", "typed")
    # It then stands in its own form again, to be looked at and saved.
    drawn = signed_in(omar, browser).post(address, found)
    assert form_of(drawn, holding="note").fields["line-1-good"] == "380"
    assert not DeliveryEvent.objects.filter(kind="received").exists()


@pytest.fixture
def _worker_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does what the worker would as soon as it is woken."""
    monkeypatch.setattr(
        "shipments.views.imports.wake_import", lambda run: take_step(run_id=run, now=lambda: NOW)
    )


def change_named(client: Client, page: str, field: str, **typed: str) -> dict[str, str]:
    """Sends the form that holds a field to another language, where that form says to go."""
    form = form_of(client.get(page), holding=field)
    said = form.fields | {name.replace("__", "-"): value for name, value in typed.items()}
    answer = client.post(f"/i18n/setlang/?next={form.action}", said | CHANGE, follow=True)
    assert answer.redirect_chain == [(form.action, 307)]
    assert answer.status_code == 200
    page_ = answer.content.decode()
    assert '<html lang="ar" dir="rtl">' in page_
    assert "errorlist" not in page_
    assert f"next={quote(form.action, safe='')}" in page_
    return form_of(answer, holding=field).fields


def test_an_upload_is_typed_on(world: World, omar: User) -> None:
    typed = {"kind": "deliveries", "cells": "Shipment\tQuantity\n1\t2"}
    kept = change_named(signed_in(omar), "/imports/", "cells", **typed)
    assert kept == kept | typed
    assert not ImportRun.objects.exists()


def test_a_file_that_could_not_be_kept_is_asked_for_again(world: World, omar: User) -> None:
    file = ContentFile(b"a,b", name="list.csv")
    page = signed_in(omar).post("/imports/", {"kind": "deliveries", "file": file, "redraw": "1"})
    assert "Choose the file again: it could not be kept." in words_of(page)
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("_worker_at_once")
def test_what_is_matched_fixed_and_read_of_an_import_is_typed_on(world: World, omar: User) -> None:
    client = signed_in(omar)
    cells = deliveries(world.sent(), "1,2020-11-25,many,,,,G-1").replace(",", "\t")
    run = client.post("/imports/", {"kind": "deliveries", "cells": cells}).headers["Location"]
    before = ImportRun.objects.get().mapping
    typed = {"column-D": "damaged", "save-as": "Weekly", "more-target": "note", "more-value": "wet"}
    matching = {name.replace("-", "__"): value for name, value in typed.items()}
    kept = change_named(client, run, "save-as", **matching)
    assert kept == kept | typed
    assert change_named(client, run, "fix-D2", fix__D2="380")["fix-D2"] == "380"
    assert change_named(client, run, "header_row", header_row="two")["header_row"] == "two"
    assert ImportRun.objects.get().mapping == before


@pytest.mark.usefixtures("_worker_at_once")
def test_decisions_on_rows_are_kept_in_another_language(world: World, omar: User) -> None:
    client, shipment = signed_in(omar), world.sent()
    for received in (380, 370):
        cells = deliveries(shipment, f"1,2020-11-25,{received},,,,G-1").replace(",", "\t")
        run = client.post("/imports/", {"kind": "deliveries", "cells": cells}).headers["Location"]
        client.post(f"{run}confirm/", {"mode": "all_or_nothing"})
    kept = change_named(client, run, "reason", decide__2="replace", reason="Counted again.")
    assert (kept["decide-2"], kept["reason"]) == ("replace", "Counted again.")


@pytest.mark.parametrize("page", ["/data/saved/", "/data/snapshots/"])
def test_a_question_to_keep_or_to_publish_is_typed_on(world: World, chen: User, page: str) -> None:
    typed = {"query": "by=doner", "title": "Aid in November", "name": "For donors"}
    fields = form_of(signed_in(chen).get(page), holding="query").fields
    typed = {name: value for name, value in typed.items() if name in fields}
    kept = change_named(signed_in(chen), page, "query", **typed)
    assert kept == kept | typed


def test_another_name_and_another_question_are_typed_on(world: World, chen: User) -> None:
    client = signed_in(chen)
    client.post("/data/saved/", {"name": "For donors", "query": "measure=sent_kg"})
    saved = SavedQuery.objects.get()
    page = f"/data/saved/{saved.code}/"
    assert change_named(client, page, "name", name="")["name"] == ""
    assert change_named(client, page, "query", query="by=doner")["query"] == "by=doner"
    assert (saved.versions.count(), SavedQuery.objects.get().name) == (1, "For donors")
