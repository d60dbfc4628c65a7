"""Entering a shipment with its lines, and editing it before it leaves, without script."""

import re
from typing import Any

import pytest

from accounts.models import User
from shipments.models import Donor, Shipment
from tests import build
from tests.pages import form_of, send, signed_in, words_of
from tests.world import World

TYPED = {
    "operation": "KA20",
    "donor": "Ministry of Emergencies",
    "origin": "south depot",
    "destination": "North hub, North",
    "line-0-item": "wool blanket",
    "line-0-quantity": "420",
}


def opened(user: User, page: str = "/shipments/new/") -> Any:
    return form_of(signed_in(user).get(page), holding="lines")


def sent(user: User, form: Any, page: str = "/shipments/new/", **typed: str) -> Any:
    return send(signed_in(user), page, form, **typed)


def lines_of(shipment: Shipment) -> list[tuple[int, str, str]]:
    rows = shipment.lines.order_by("position").values_list("position", "item__code", "quantity")
    return [(position, item, f"{quantity:g}") for position, item, quantity in rows]


def test_a_shipment_is_entered_by_names(world: World, omar: User) -> None:
    answer = sent(omar, opened(omar), **TYPED)
    shipment = Shipment.objects.get()
    assert answer.headers["Location"] == f"/shipments/{shipment}/"
    assert (shipment.donor, shipment.origin, shipment.destination) == (
        world.donor,
        world.depot,
        world.hub,
    )
    assert lines_of(shipment) == [(1, "blanket", "420")]


def test_another_line_keeps_what_was_typed(world: World, omar: User) -> None:
    more = sent(omar, opened(omar), **TYPED, add="1")
    assert more.status_code == 200
    form = form_of(more, holding="lines")
    assert form.fields["line-0-item"] == "wool blanket"
    assert form.fields["lines"] == "2"
    assert "Enter" not in words_of(more).split("Line 2")[1]
    typed = {"line-1-item": "construction wood", "line-1-quantity": "12,5", "line-1-unit": "m3"}
    sent(omar, form, **typed)
    assert lines_of(Shipment.objects.get()) == [(1, "blanket", "420"), (2, "wood", "12.5")]


def test_a_removed_line_is_gone_and_the_others_stay(world: World, omar: User) -> None:
    form = form_of(sent(omar, opened(omar), **TYPED, add="1"), holding="lines")
    form = form_of(sent(omar, form, **{"line-1-item": "wood", "remove": "line-0"}), holding="lines")
    assert form.fields["lines"] == "1"
    assert form.fields["line-0-item"] == "wood"


def test_the_form_sent_twice_makes_one_shipment(world: World, omar: User) -> None:
    client, form = signed_in(omar), opened(omar)
    first = send(client, "/shipments/new/", form, **TYPED)
    second = send(client, "/shipments/new/", form, **TYPED)
    assert first.headers["Location"] == second.headers["Location"]
    assert Shipment.objects.count() == 1
    # From another phone, or after logging in again.
    third = send(signed_in(omar), "/shipments/new/", form, **TYPED)
    assert third.headers["Location"] == first.headers["Location"]
    assert Shipment.objects.count() == 1


def test_the_form_changed_and_sent_again_is_asked_about_and_then_makes_another(
    world: World, omar: User
) -> None:
    client, form = signed_in(omar), opened(omar)
    send(client, "/shipments/new/", form, **TYPED)
    other = {**TYPED, "line-0-quantity": "421"}
    asked = send(client, "/shipments/new/", form, **other)
    assert asked.status_code == 400
    assert "This form was saved before with other content." in words_of(asked)
    again = form_of(asked, holding="lines")
    assert again.fields["key"] != form.fields["key"]
    assert again.fields["line-0-quantity"] == "421"
    assert send(client, "/shipments/new/", again).status_code == 302
    assert Shipment.objects.count() == 2


def test_what_is_missing_is_asked_for_and_the_rest_kept(world: World, omar: User) -> None:
    answer = sent(omar, opened(omar), **{**TYPED, "donor": "", "line-0-quantity": ""})
    assert answer.status_code == 400
    words = words_of(answer)
    assert "Enter who gave the goods." in words
    assert "Enter how many." in words
    assert form_of(answer, holding="lines").fields["line-0-item"] == "wool blanket"
    assert not Shipment.objects.exists()


def test_a_name_for_several_becomes_a_list_to_choose_from(world: World, omar: User) -> None:
    Donor.objects.create(code="ministry-two", name="Ministry of Health", kind="government")
    answer = sent(omar, opened(omar), **{**TYPED, "donor": "ministry"})
    assert "Several are called like “ministry”. Choose one, or type again." in words_of(answer)
    form = form_of(answer, holding="lines")
    # The list and the box beside it have one name; what is typed holds.
    client, typed = signed_in(omar), {"donor": ["mchs", "nobody"]}
    answer = client.post("/shipments/new/", form.fields | typed)
    assert "Nothing here is called “nobody”" in words_of(answer)
    assert form_of(answer, holding="lines").fields["donor"] == "nobody"
    client.post("/shipments/new/", form.fields | {"donor": ["ministry-two", ""]})
    assert Shipment.objects.get().donor.code == "ministry-two"


def test_a_name_for_several_can_be_typed_again(world: World, omar: User) -> None:
    Donor.objects.create(code="ministry-two", name="Ministry of Health", kind="government")
    build.donor("unicef", name="UNICEF")
    answer = sent(omar, opened(omar), **{**TYPED, "donor": "ministry"})
    page = answer.content.decode()
    assert re.search(r'<label class="hidden" for="id_donor-again">', page)
    assert re.search(r'<input [^>]*name="donor"[^>]*id="id_donor-again"', page)
    form = form_of(answer, holding="lines")
    signed_in(omar).post("/shipments/new/", form.fields | {"donor": ["", "unicef"]})
    assert Shipment.objects.get().donor.code == "unicef"


def test_what_the_verb_refuses_stands_beside_its_line(world: World, omar: User) -> None:
    answer = sent(omar, opened(omar), **TYPED, **{"line-0-unit": "m3"})
    assert answer.status_code == 400
    assert 'href="#id_line-0-unit"' in answer.content.decode()
    same = sent(omar, opened(omar), **{**TYPED, "destination": "South depot"})
    assert "Origin and destination must be two places." in words_of(same)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("line-0-quantity", "NaN"),
        ("line-0-quantity", "1e999"),
        ("line-0-weight_kg", "-1"),
        ("vehicles", "99999999999"),
        ("vehicles", "two"),
        ("expected_at", "someday"),
        ("operation", "XX99"),
        ("mode", "teleport"),
        ("line-0-unit", "bucket"),
        ("line-0-packages", "1.5"),
        ("donor", "\x00"),
        ("consignor", "x" * 5000),
        ("key", "not-a-key"),
        ("line-0-line", "-7"),
        ("lines", "nine"),
    ],
)
def test_odd_input_is_refused_or_read_never_an_error(
    world: World, omar: User, name: str, value: str
) -> None:
    answer = sent(omar, opened(omar), **{**TYPED, name: value})
    assert answer.status_code in (302, 400)


def test_one_who_does_not_coordinate_the_origin_plans_nothing(world: World, amina: User) -> None:
    answer = sent(amina, opened(amina), **TYPED)
    assert answer.status_code == 400
    assert "Only a coordinator for South may plan shipments from there." in words_of(answer)


def test_an_edit_changes_what_was_typed_and_keeps_the_rest(world: World, omar: User) -> None:
    line = build.line(world.blankets, 420, batch="B7", unit_value=2, currency="USD")
    shipment = world.shipment(line, sent=False)
    page = f"/shipments/{shipment}/edit/"
    form = opened(omar, page)
    assert form.fields["line-0-batch"] == "B7"
    sent(omar, form, page, **{"line-0-quantity": "400", "vehicles": "2"})
    shipment.refresh_from_db()
    changed = shipment.lines.get()
    assert (shipment.vehicles, changed.quantity) == (2, 400)
    assert changed.unit_value == 2
    assert (changed.currency, changed.batch) == ("USD", "B7")


def test_two_who_edit_at_once_do_not_overwrite_each_other(world: World, omar: User) -> None:
    shipment = world.sent(420, sent=False)
    page = f"/shipments/{shipment}/edit/"
    mine, theirs = opened(omar, page), opened(omar, page)
    sent(omar, theirs, page, vehicles="2")
    answer = sent(omar, mine, page, vehicles="3")
    assert answer.status_code == 400
    assert form_of(answer, holding="lines").fields["vehicles"] == "3"
    shipment.refresh_from_db()
    assert shipment.vehicles == 2


def test_after_dispatch_there_is_nothing_to_edit(world: World, omar: User) -> None:
    shipment = world.sent(420)
    answer = signed_in(omar).get(f"/shipments/{shipment}/edit/", follow=True)
    assert "can be edited until it is dispatched" in words_of(answer)


def test_a_draft_of_merged_records_is_edited_under_what_they_became(
    world: World, omar: User
) -> None:
    draft = world.sent(10, sent=False)
    for row, became in (
        (world.hub, build.destination("NEW-HUB", name="Newer hub", region=world.north)),
        (world.donor, build.donor("newer", name="Newer ministry")),
        (world.blankets, build.item("newer", name="Newer blanket")),
    ):
        row.merged_into = became
        row.save()
    page = f"/shipments/{draft}/edit/"
    form = opened(omar, page)
    names = {name: form.fields[name] for name in ("donor", "destination", "line-0-item")}
    assert list(names.values()) == ["Newer ministry", "Newer hub, North", "Newer blanket"]
    assert sent(omar, form, page).status_code == 302
    draft.refresh_from_db()
    assert (draft.donor.code, draft.destination.code) == ("newer", "NEW-HUB")
    assert lines_of(draft) == [(1, "newer", "10")]
