"""Recording a delivery in the browser, without script."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from shipments.models import DeliveryEvent, Shipment
from tests import build
from tests.pages import form_of, send, signed_in, words_of
from tests.world import World

MOMENT = "2020-11-24T14:10"


def address(shipment: Shipment, kind: str = "received") -> str:
    return f"/shipments/{shipment.reference}/deliver/?kind={kind}"


def entered(user: User, shipment: Shipment, kind: str = "received", **typed: str) -> Any:
    """Opens the form, types into it and sends it; doubts about old dates are accepted."""
    client, page = signed_in(user), address(shipment, kind)
    form = form_of(client.get(page), holding="key")
    defaults = {"occurred_at": MOMENT, "asked-entered_late": "1"}
    return send(client, page, form, **{**defaults, **typed})


def counts(shipment: Shipment, line: int = 1) -> dict[str, Decimal]:
    balance = shipment.lines.get(position=line).balance
    names = ("received", "damaged", "lost", "outstanding", "surplus", "handed_over")
    return {name: getattr(balance, name) for name in names if getattr(balance, name)}


def test_the_form_offers_all_that_is_left(world: World, amina: User) -> None:
    shipment = world.sent(420)
    build.receive(shipment, by=amina, received=300)
    form = form_of(signed_in(amina).get(address(shipment)), holding="key")
    assert form.fields["line-1-good"] == "120"
    assert form.fields["line-1-damaged"] == "0"


def test_everything_arrived_is_one_button(world: World, amina: User) -> None:
    shipment = world.sent(420)
    answer = entered(amina, shipment, everything="1")
    event = DeliveryEvent.objects.get(kind="received")
    assert answer.headers["Location"] == f"/shipments/{shipment}/?saved={event.code}"
    assert counts(shipment) == {"received": 420}


def test_damage_lowers_what_is_good(world: World, amina: User) -> None:
    shipment = world.sent(420)
    entered(amina, shipment, **{"line-1-damaged": "20", "line-1-reason": "wet"})
    assert counts(shipment) == {"received": 400, "damaged": 20}


def test_a_number_that_was_changed_stays_as_it_is(world: World, amina: User) -> None:
    shipment = world.sent(420)
    typed = {"line-1-good": "380", "line-1-damaged": "20", "line-1-reason": "wet"}
    entered(amina, shipment, **typed)
    assert counts(shipment) == {"received": 380, "damaged": 20, "outstanding": 20}


def test_digits_of_any_script_are_read(world: World, amina: User) -> None:
    shipment = world.sent(420)
    entered(amina, shipment, **{"line-1-good": "٣٨٠"})
    assert counts(shipment) == {"received": 380, "outstanding": 40}


def test_sending_the_form_twice_records_once(world: World, amina: User) -> None:
    shipment = world.sent(420)
    client, page = signed_in(amina), address(shipment)
    form = form_of(client.get(page), holding="key")
    typed = {"occurred_at": MOMENT, "asked-entered_late": "1", "everything": "1"}
    first, second = send(client, page, form, **typed), send(client, page, form, **typed)
    assert first.headers["Location"] == second.headers["Location"]
    assert DeliveryEvent.objects.filter(kind="received").count() == 1


def test_a_blank_number_is_asked_for_in_words(world: World, amina: User) -> None:
    shipment = world.sent(420)
    answer = entered(amina, shipment, **{"line-1-good": "", "line-1-damaged": "20"})
    assert answer.status_code == 400
    assert "Wool blanket: enter how many arrived, or 0." in words_of(answer)
    assert form_of(answer, holding="key").fields["line-1-damaged"] == "20"


@pytest.mark.parametrize(
    "typed", ["abc", "-5", "NaN", "1e400", "38.5", "9" * 40, "\x00", "１２x", "50 %"]
)
def test_what_is_no_quantity_is_refused_and_kept(world: World, amina: User, typed: str) -> None:
    shipment = world.sent(420)
    answer = entered(amina, shipment, **{"line-1-good": typed})
    assert answer.status_code == 400
    assert counts(shipment) == {"outstanding": 420}


def test_more_than_is_left_is_refused_beside_the_line(world: World, amina: User) -> None:
    shipment = world.sent(420)
    answer = entered(amina, shipment, **{"line-1-good": "500"})
    assert answer.status_code == 400
    assert 'href="#id_line-1-good"' in answer.content.decode()
    assert form_of(answer, holding="key").fields["line-1-good"] == "500"
    assert counts(shipment) == {"outstanding": 420}


def test_who_goes_back_and_changes_numbers_is_asked_whether_it_is_one_more_delivery(
    world: World, amina: User
) -> None:
    shipment = world.sent(420)
    client, page = signed_in(amina), address(shipment)
    form = form_of(client.get(page), holding="key")
    first = {"occurred_at": MOMENT, "asked-entered_late": "1"}
    send(client, page, form, **first, **{"line-1-good": "300"})
    asked = send(client, page, form, **first, **{"line-1-good": "100"})
    assert asked.status_code == 400
    assert "This form was saved before with other content." in words_of(asked)
    assert counts(shipment) == {"received": 300, "outstanding": 120}
    again = form_of(asked, holding="key")
    assert again.fields["line-1-good"] == "100"
    assert send(client, page, again, **{"asked-entered_late": "1"}).status_code == 302
    assert counts(shipment) == {"received": 400, "outstanding": 20}


def test_a_surplus_is_recorded_with_a_tick_and_a_remark(world: World, amina: User) -> None:
    shipment = world.sent(420)
    typed = {"line-1-good": "430", "surplus": "on", "note": "Ten more in the last bale."}
    entered(amina, shipment, **typed, **{"asked-more_than_sent": "1"})
    assert counts(shipment) == {"received": 430, "surplus": 10}


def test_a_doubt_is_asked_before_anything_is_saved(world: World, amina: User) -> None:
    shipment = world.sent(420)
    client, page = signed_in(amina), address(shipment)
    form = form_of(client.get(page), holding="key")
    asked = send(client, page, form, **{"line-1-damaged": "20", "occurred_at": MOMENT})
    assert asked.status_code == 200
    assert "What damaged them?" in words_of(asked)
    assert not DeliveryEvent.objects.filter(kind="received").exists()
    again = form_of(asked, holding="key")
    assert again.fields["asked-damage_unexplained"] == "1"
    send(client, page, again, **{"answer-damage_unexplained": "Rain on the pass."})
    event = DeliveryEvent.objects.get(kind="received")
    doubt = event.warnings.get(code="damage_unexplained")
    assert [answer.remark for answer in doubt.answers.all()] == ["Rain on the pass."]


def test_a_loss_needs_its_reason(world: World, amina: User) -> None:
    shipment = world.sent(420)
    refused = entered(amina, shipment, "lost", **{"line-1-good": "5"})
    assert refused.status_code == 400
    assert 'id="id_line-1-reason_error"' in refused.content.decode()
    entered(amina, shipment, "lost", **{"line-1-good": "5", "line-1-reason": "Truck burnt."})
    assert counts(shipment) == {"lost": 5, "outstanding": 415}


def test_what_is_in_store_can_be_handed_over(world: World, amina: User) -> None:
    shipment = world.sent(420)
    build.receive(shipment, by=amina, received=420)
    entered(amina, shipment, "handed_over", everything="1", **{"asked-near_duplicate": "1"})
    assert counts(shipment) == {"received": 420, "handed_over": 420}


def test_the_page_says_how_much_was_handed_over_and_distributed(world: World, amina: User) -> None:
    shipment = world.shipment(build.line(world.blankets, 420))
    build.receive(shipment, by=amina, received=420)
    build.receive(shipment, by=amina, kind="handed_over", handed_over=300)
    build.receive(shipment, by=amina, kind="distributed", distributed=100)
    shown = words_of(signed_in(amina).get(f"/shipments/{shipment}/"))
    assert "420 of 420 pieces received. 300 handed over. 100 distributed." in shown

    mixed = world.shipment(build.line(world.blankets, 420), build.line(world.wood, 10, unit="m3"))
    build.receive(mixed, by=amina, kind="handed_over", handed_over=420)
    shown = words_of(signed_in(amina).get(f"/shipments/{mixed}/"))
    assert "Handed over from 1 of 2 lines." in shown


def test_a_place_that_several_could_be_becomes_a_list(world: World, amina: User) -> None:
    build.destination("NORTH-ONE", name="North school", region=world.north)
    shipment = world.sent(420)
    answer = entered(amina, shipment, place="North")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Several are called like" in page
    assert '<option value="NORTH-ONE">' in page
    entered(amina, shipment, place="NORTH-ONE")
    assert DeliveryEvent.objects.filter(kind="received", place__code="NORTH-ONE").exists()


def test_the_saved_page_shows_the_receipt_code_and_undoes(world: World, amina: User) -> None:
    shipment = world.sent(420)
    saved = entered(amina, shipment, everything="1")
    client, page = signed_in(amina), saved.headers["Location"]
    shown = client.get(page)
    event = DeliveryEvent.objects.get(kind="received")
    assert f"Receipt code {event.code}" in words_of(shown)
    undo = form_of(shown, holding="reversal_key")
    send(client, page, undo)
    send(client, page, undo)
    assert counts(shipment) == {"outstanding": 420}
    assert DeliveryEvent.objects.filter(kind="reversed").count() == 1


def test_after_ten_minutes_an_entry_is_corrected_not_undone(
    world: World, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = world.sent(420)
    entered(amina, shipment, everything="1")
    event = DeliveryEvent.objects.get(kind="received")
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    client = signed_in(amina)
    assert (
        "reversal_key"
        not in client.get(f"/shipments/{shipment}/?saved={event.code}").content.decode()
    )
    client.post(f"/deliveries/{event.key}/undo/", {"reversal_key": str(event.key)})
    assert counts(shipment) == {"received": 420}


def test_nobody_undoes_what_somebody_else_recorded(world: World, amina: User, omar: User) -> None:
    shipment = world.sent(420)
    entered(amina, shipment, everything="1")
    event = DeliveryEvent.objects.get(kind="received")
    signed_in(omar).post(f"/deliveries/{event.key}/undo/", {"reversal_key": str(event.key)})
    assert counts(shipment) == {"received": 420}


def test_readers_are_kept_from_recording(world: World, chen: User, stranger: User) -> None:
    shipment = world.sent(420)
    assert signed_in(chen).get(address(shipment)).status_code == 403
    assert signed_in(stranger).get(address(shipment)).status_code == 403
    anonymous = signed_in(chen)
    anonymous.logout()
    answer = anonymous.get(address(shipment))
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


def test_a_shipment_not_sent_yet_says_what_comes_first(world: World, omar: User) -> None:
    shipment = world.sent(420, sent=False)
    answer = signed_in(omar).get(address(shipment), follow=True)
    assert "is a draft. Plan it first." in words_of(answer)


def test_record_delivery_offers_what_is_on_the_way(world: World, amina: User) -> None:
    shipment = world.sent(420)
    world.sent(100, sent=False)
    page = signed_in(amina).get("/deliveries/new/").content.decode()
    assert f"/shipments/{shipment}/deliver/" in page
    assert page.count("/deliver/") == 1
    lower = str(shipment).lower().replace("-", "")
    answer = signed_in(amina).get("/deliveries/new/", {"shipment": lower})
    assert answer.headers["Location"] == f"/shipments/{shipment}/deliver/"


def test_a_form_offers_what_a_merged_destination_became(world: World, omar: User) -> None:
    shipment = world.sent(420)
    became = build.destination("NEW-HUB", name="Newer hub", region=world.north)
    world.hub.merged_into = became
    world.hub.save()
    client, address = signed_in(omar), f"/shipments/{shipment}/deliver/"
    form = form_of(client.get(address), holding="line-1-good")
    assert form.fields["place"] == "Newer hub, North"
    assert send(client, address, form, **{"line-1-good": "420"}).status_code == 302
    assert DeliveryEvent.objects.get(kind="received").place == became
    arrival = form_of(client.get(f"/shipments/{world.sent(1)}/arrive/"), holding="place")
    assert arrival.fields["place"] == "Newer hub, North"


def test_who_may_not_record_is_told_who_does(world: World, chen: User) -> None:
    page = signed_in(chen).get("/deliveries/new/")
    assert page.status_code == 403
    assert (
        "Coordinators of the region record its shipments and deliveries. "
        "Tell one of them what arrived, or ask an admin for their role." in words_of(page)
    )
