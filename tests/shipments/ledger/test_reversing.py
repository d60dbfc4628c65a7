"""Taking back: reversals mirror, nothing is edited, and what builds on an event keeps it."""

import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from shipments.models import DeliveryEvent, DeliveryLine, Shipment
from shipments.models.reports import Weighing
from shipments.services import (
    Recorded,
    answer_warnings,
    preview_warnings,
    reverse_events,
    warning_sentence,
    weigh_shipment,
)
from tests import build
from tests.build import NOW, counted, receive, report, reverse
from tests.shipments.ledger.test_recording import balance, code_of
from tests.world import World


def weigh(shipment: Shipment, by: User, **weights: str) -> Recorded:
    said = Weighing(
        key=uuid.uuid4(),
        shipment=shipment.reference,
        occurred_at=NOW,
        weights={int(line.removeprefix("line")): Decimal(kg) for line, kg in weights.items()},
    )
    return weigh_shipment(weighing=said, by=by, source="web", at=NOW)


def test_a_reversal_mirrors_lines_weights_and_time(world: World, amina: User) -> None:
    shipment = world.sent()
    first = receive(shipment, by=amina, received=380, damaged=20, reason="wet").event
    taken_back = reverse(first, by=amina).event
    rows = DeliveryLine.objects.order_by("outcome").values_list("outcome", "quantity", "weight_kg")
    assert list(rows.filter(event=taken_back)) == [
        (outcome, -quantity, -weight) for outcome, quantity, weight in rows.filter(event=first)
    ]
    assert taken_back.occurred_at == first.occurred_at
    assert balance(shipment).received == 0
    shipment.refresh_from_db()
    assert shipment.status == "dispatched"


def test_a_second_reversal_is_refused(world: World, amina: User) -> None:
    first = receive(world.sent(), by=amina, received=380).event
    reverse(first, by=amina)
    with pytest.raises(ValidationError) as error:
        reverse(first, by=amina)
    assert code_of(error) == {"event": ["already_reversed"]}


def test_a_reversal_cannot_be_reversed(world: World, amina: User) -> None:
    taken_back = reverse(receive(world.sent(), by=amina, received=380).event, by=amina).event
    with pytest.raises(ValidationError) as error:
        reverse(taken_back, by=amina)
    assert code_of(error) == {"event": ["not_reversible"]}


def test_taking_nothing_back_asks_the_database_nothing(
    amina: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert reverse_events(reversals=[], by=amina, source="import") == []


def test_reversing_with_the_same_key_happens_once(world: World, amina: User) -> None:
    first = receive(world.sent(), by=amina, received=380).event
    key = uuid.uuid4()
    once, again = (reverse(first, by=amina, key=key) for _try in range(2))
    assert (once.replayed, again.replayed) == (False, True)
    assert once.answer == again.answer


def test_a_replacement_comes_with_its_reversal_or_not_at_all(world: World, amina: User) -> None:
    shipment = world.sent()
    first = receive(shipment, by=amina, received=380).event
    right = report(shipment, counted(received=38))
    recorded = reverse(first, by=amina, replacement=right)
    assert recorded.replacement is not None
    assert recorded.replacement.event.replaces == first
    assert balance(shipment).received == 38
    wrong = report(shipment, counted(received=1000))
    with pytest.raises(ValidationError):
        reverse(recorded.replacement.event, by=amina, replacement=wrong)
    assert balance(shipment).received == 38


def test_a_replacement_may_name_another_shipment(world: World, amina: User) -> None:
    wrong, right = world.sent(), world.sent()
    first = receive(wrong, by=amina, received=380).event
    reverse(first, by=amina, replacement=report(right, counted(received=380)))
    assert (balance(wrong).received, balance(right).received) == (0, 380)


def test_what_later_events_need_is_kept(world: World, omar: User) -> None:
    shipment = world.sent()
    first = receive(shipment, by=omar, received=100).event
    receive(shipment, by=omar, distributed=100, kind="distributed")
    dispatch = DeliveryEvent.objects.get(shipment=shipment, kind="dispatched")
    plan = DeliveryEvent.objects.get(shipment=shipment, kind="planned")
    for event in (first, dispatch, plan):
        with pytest.raises(ValidationError) as error:
            reverse(event, by=omar)
        assert code_of(error) == {"event": ["later_events_depend"]}


def test_a_dispatch_without_later_events_is_taken_back(world: World, omar: User) -> None:
    shipment = world.sent()
    reverse(DeliveryEvent.objects.get(shipment=shipment, kind="dispatched"), by=omar)
    shipment.refresh_from_db()
    assert (shipment.status, shipment.dispatched_at, balance(shipment).sent) == ("planned", None, 0)


def test_reversing_needs_the_right_to_record_there(
    world: World, omar: User, amina: User, chen: User
) -> None:
    shipment = world.sent()
    dispatch = DeliveryEvent.objects.get(shipment=shipment, kind="dispatched")
    for person in (amina, chen):
        with pytest.raises(PermissionDenied):
            reverse(dispatch, by=person)


def test_goods_carried_on_may_not_exceed_what_arrived(world: World, omar: User) -> None:
    rail = world.sent(100)
    first = receive(rail, by=omar, received=60).event
    line = build.line(world.blankets, 80, from_line=f"{rail.reference}/1")
    far = build.destination("FAR", region=world.north)
    truck = build.draft(world.operation, world.donor, world.hub, far, line)
    shipment = build.shipment(truck, by=omar, sent=False)
    build.move(shipment, "planned", by=omar)
    with pytest.raises(ValidationError) as error:
        build.move(shipment, "dispatched", by=omar)
    assert code_of(error) == {"lines": ["more_than_received"]}
    assert "Enter 60 or fewer" in str(error.value.messages)
    reverse(first, by=omar)
    with pytest.raises(ValidationError) as error:
        build.move(shipment, "dispatched", by=omar)
    assert error.value.messages == [
        "Line 1 carries on 80 pieces, but nothing is there to carry on. "
        "Record first what arrived of the earlier shipment, or remove the line."
    ]
    receive(rail, by=omar, received=60)
    second = receive(rail, by=omar, received=20).event
    build.move(shipment, "dispatched", by=omar)
    assert balance(rail).onward == 80
    with pytest.raises(ValidationError) as error:
        reverse(second, by=omar)
    assert code_of(error) == {"event": ["later_events_depend"]}


def test_a_weight_learned_later_is_added_to_what_was_recorded(world: World, amina: User) -> None:
    shipment = world.shipment(build.line(world.wood, 10))
    receive(shipment, by=amina, received=4)
    weigh(shipment, amina, line1="6000")
    receive(shipment, by=amina, received=6)
    held = balance(shipment)
    assert (held.sent_kg, held.received_kg, held.outstanding_kg) == (6000, 6000, 0)
    with pytest.raises(ValidationError) as error:
        weigh(shipment, amina, line1="7000")
    assert code_of(error) == {"weights/1": ["weight_known"]}


def test_a_doubt_about_time_tells_both_by_one_clock(world: World, amina: User) -> None:
    shipment = world.sent()
    assert shipment.dispatched_at
    yerevan = timezone(timedelta(hours=4))
    early = (shipment.dispatched_at - timedelta(hours=1)).astimezone(yerevan)
    said = report(shipment, counted(received=380), occurred_at=early)
    (asked,) = preview_warnings(report=said, by=amina, at=NOW)
    assert asked["code"] == "before_dispatch"
    happened, sent = (datetime.fromisoformat(text) for text in asked["compared"].values())
    assert sent - happened == timedelta(hours=1)
    words = f"{happened.day} {happened:%b %Y, %H:%M}, before the dispatch on"
    assert words in warning_sentence(asked["code"], asked["compared"])


def test_doubts_are_raised_stored_and_answered(world: World, amina: User) -> None:
    shipment = world.sent()
    said = report(shipment, counted(received=380, damaged=20))
    asked = preview_warnings(report=said, by=amina, at=NOW)
    assert [(w["code"], w["line"]) for w in asked] == [("damage_unexplained", 1)]
    assert asked[0]["detail"] == "Line 1: 20 pieces damaged. What damaged them?"
    assert not DeliveryEvent.objects.filter(kind="received").exists()
    event = receive(shipment, by=amina, received=380, damaged=20).event
    answer_warnings(event=event.key, answers={"damage_unexplained": "Rain."}, by=amina)
    assert not event.warnings.open().exists()
    with pytest.raises(ValidationError) as error:
        answer_warnings(event=event.key, answers={"other": "Rain."}, by=amina)
    assert code_of(error) == {"answers/other": ["unknown_warning"]}


def test_the_same_delivery_twice_is_asked_about(world: World, amina: User) -> None:
    first = receive(world.sent(), by=amina, received=100)
    second = receive(world.sent(), by=amina, received=102)
    third = receive(world.sent(), by=amina, received=300)
    assert [w["code"] for w in first.answer["warnings"]] == []
    assert [w["code"] for w in second.answer["warnings"]] == ["near_duplicate"]
    assert [w["code"] for w in third.answer["warnings"]] == []


def test_too_much_for_the_vehicles_is_asked_about(world: World, omar: User) -> None:
    wagons = world.shipment(
        build.line(world.wood, 1000, weight_kg=Decimal(800_000)),
        sent=False,
        mode="rail",
        vehicles=3,
    )
    build.move(wagons, "planned", by=omar)
    recorded = build.move(wagons, "dispatched", by=omar)
    (warning,) = recorded.answer["warnings"]
    assert (warning["code"], warning["compared"]["each"]) == ("overloaded_vehicles", "266.7")


def test_kilograms_taken_for_tonnes_are_asked_about(world: World, omar: User) -> None:
    slip = world.shipment(
        build.line(world.blankets, 100, weight_kg=Decimal(150_000)), sent=False, vehicles=100
    )
    build.move(slip, "planned", by=omar)
    recorded = build.move(slip, "dispatched", by=omar)
    assert [w["code"] for w in recorded.answer["warnings"]] == ["weight_far_from_catalogue"]
