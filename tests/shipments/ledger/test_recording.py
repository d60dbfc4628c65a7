"""Recording deliveries: what each kind counts, and that the balance always closes."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.models import User
from regions.rights import Role
from shipments.models import DeliveryEvent, DeliveryLine, LineBalance, Shipment
from shipments.models.reports import DeliveryReport
from shipments.models.testimony import EventText
from shipments.services import Refused, record_deliveries, record_delivery
from shipments.services.judging import MOVES
from tests import build
from tests.build import NOW, counted, receive, report
from tests.world import World


def balance(shipment: Shipment, line: int = 1) -> LineBalance:
    return LineBalance.objects.get(line__shipment=shipment, line__position=line)


def code_of(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str | None]]:
    return {field: [e.code for e in errors] for field, errors in error.value.error_dict.items()}


def test_a_shipment_goes_from_draft_to_closed(world: World, omar: User) -> None:
    shipment = world.shipment(build.line(world.blankets), sent=False)
    seen = [shipment.status]
    for kind in ("planned", "inspected", "dispatched", "departed", "arrived"):
        build.move(shipment, kind, by=omar)
        seen.append(shipment.status)
    receive(shipment, by=omar, received=400)
    seen.append(shipment.status)
    receive(shipment, by=omar, received=20)
    seen.append(shipment.status)
    build.move(shipment, "closed", by=omar)
    seen.append(shipment.status)
    assert seen == [
        "draft",
        "planned",
        "planned",
        "dispatched",
        "in_transit",
        "in_transit",
        "partially_received",
        "received",
        "closed",
    ]


def test_the_reference_carries_its_check_digit(world: World) -> None:
    assert world.sent().reference.startswith("KA20-")


def test_the_answer_is_what_the_contract_shows(world: World, amina: User) -> None:
    shipment = world.sent()
    recorded = receive(shipment, by=amina, received=380, damaged=20, reason="wet")
    assert recorded.answer["balance"] == [
        {
            "line": 1,
            "unit": "piece",
            "sent": "420",
            "received": "380",
            "damaged": "20",
            "lost": "0",
            "returned": "0",
            "surplus": "0",
            "outstanding": "20",
            "handed_over": "0",
            "distributed": "0",
        }
    ]
    assert recorded.answer["shipment_status"] == "partially_received"
    assert recorded.answer["warnings"] == []
    assert recorded.event.code.startswith("E")


def test_the_same_key_records_once(world: World, amina: User) -> None:
    shipment = world.sent()
    said = report(shipment, counted(received="380"))
    first = record_delivery(report=said, by=amina, source="web", at=NOW)
    again = record_delivery(
        report=report(shipment, counted(received="380.000"), key=said.key),
        by=amina,
        source="api",
        at=NOW,
    )
    assert (first.replayed, again.replayed) == (False, True)
    assert again.answer == first.answer
    assert DeliveryEvent.objects.filter(kind="received").count() == 1


def test_the_same_key_with_other_content_is_refused(world: World, amina: User) -> None:
    shipment = world.sent()
    said = report(shipment, counted(received=380))
    record_delivery(report=said, by=amina, source="web", at=NOW)
    with pytest.raises(ValidationError) as error:
        receive(shipment, by=amina, received=381, key=said.key)
    assert code_of(error) == {"key": ["key_reused"]}


def test_more_than_outstanding_is_refused_and_says_what_would_work(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    receive(shipment, by=amina, received=380)
    with pytest.raises(ValidationError) as error:
        receive(shipment, by=amina, received=50)
    assert code_of(error) == {"lines/0/received": ["more_than_outstanding"]}
    assert "Enter 40 or fewer" in str(error.value.messages)
    assert balance(shipment).received == 380
    receive(shipment, by=amina, received=40)
    with pytest.raises(ValidationError) as error:
        receive(shipment, by=amina, received=1)
    assert error.value.messages == [
        "Line 1: 1 piece entered, but nothing is outstanding. Enter 0, or say that it is surplus."
    ]


def test_surplus_needs_a_remark_and_closes_the_balance(world: World, amina: User) -> None:
    shipment = world.sent()
    with pytest.raises(ValidationError) as error:
        receive(shipment, by=amina, received=430, surplus=True)
    assert code_of(error) == {"lines/0/reason": ["remark_required"]}
    recorded = receive(shipment, by=amina, received=430, surplus=True, note="Two bales more.")
    held = balance(shipment)
    assert (held.sent, held.received, held.surplus, held.outstanding) == (420, 430, 10, 0)
    assert held.sent_kg + held.surplus_kg == held.received_kg
    assert [w["code"] for w in recorded.answer["warnings"]] == ["more_than_sent"]


def test_lost_needs_a_reason(world: World, amina: User) -> None:
    shipment = world.sent()
    with pytest.raises(ValidationError) as error:
        receive(shipment, by=amina, lost=5, kind="lost")
    assert code_of(error) == {"lines/0/reason": ["reason_required"]}
    receive(shipment, by=amina, lost=5, kind="lost", reason="Truck fell into the river.")
    assert balance(shipment).lost == 5


@pytest.mark.parametrize("kind", ["lost", "returned"])
def test_no_surplus_is_proposed_where_the_form_has_none(
    world: World, amina: User, kind: str
) -> None:
    shipment = world.sent(10)
    with pytest.raises(ValidationError) as error:
        receive(shipment, by=amina, kind=kind, reason="Flood.", **{kind: 11})
    assert error.value.messages == ["Line 1: 11 pieces entered, 10 outstanding. Enter 10 or fewer."]
    receive(shipment, by=amina, received=10)
    with pytest.raises(ValidationError) as error:
        receive(shipment, by=amina, kind=kind, reason="Flood.", **{kind: 1})
    assert error.value.messages == ["Line 1: 1 piece entered, but nothing is outstanding. Enter 0."]


def test_what_is_distributed_is_received_by_the_same_event(world: World, amina: User) -> None:
    shipment = world.sent()
    receive(shipment, by=amina, received=100)
    receive(shipment, by=amina, distributed=150, kind="distributed")
    held = balance(shipment)
    assert (held.received, held.distributed, held.outstanding) == (150, 150, 270)
    receive(shipment, by=amina, handed_over=150, kind="handed_over")
    assert balance(shipment).received == 150


def test_a_refused_distribution_says_how_many_would_have_worked(world: World, amina: User) -> None:
    shipment = world.sent()
    receive(shipment, by=amina, received=400)
    with pytest.raises(ValidationError) as error:
        receive(shipment, by=amina, distributed=430, kind="distributed")
    assert code_of(error) == {"lines/0/distributed": ["more_than_outstanding"]}
    (said,) = error.value.messages
    assert "430 pieces entered, 420 in store or outstanding. Enter 420 or fewer" in said
    receive(shipment, by=amina, distributed=420, kind="distributed")
    assert balance(shipment).outstanding == 0


def test_parts_of_a_complete_line_weigh_exactly_the_whole(world: World, amina: User) -> None:
    shipment = world.shipment(build.line(world.blankets, 7, weight_kg=Decimal("10.001")))
    for _part in range(7):
        receive(shipment, by=amina, received=1)
    held = balance(shipment)
    assert held.received_kg == held.sent_kg == Decimal("10.001")
    parts = DeliveryLine.objects.filter(outcome="received").values_list("weight_kg", flat=True)
    assert max(parts) - min(parts) <= Decimal("0.001")


def test_an_unknown_weight_stays_unknown(world: World, amina: User) -> None:
    shipment = world.shipment(build.line(world.wood, "12.5"))
    receive(shipment, by=amina, received="12.5")
    assert set(DeliveryLine.objects.values_list("weight_kg", "weight_basis")) == {(None, "unknown")}


def test_pieces_are_whole(world: World, amina: User) -> None:
    with pytest.raises(ValidationError) as error:
        receive(world.sent(), by=amina, received="1.5")
    assert code_of(error) == {"lines/0/received": ["too_many_decimals"]}


def test_every_wrong_line_is_named(world: World, amina: User) -> None:
    shipment = world.shipment(build.line(world.blankets), build.line(world.wood, 5))
    said = report(
        shipment, counted(1, received=500), counted(2, received=-1), counted(9, received=1)
    )
    with pytest.raises(ValidationError) as error:
        record_delivery(report=said, by=amina, source="web", at=NOW)
    assert code_of(error) == {
        "lines/0/received": ["more_than_outstanding"],
        "lines/1/received": ["negative"],
        "lines/2/line": ["unknown_line"],
    }
    assert not DeliveryEvent.objects.filter(kind="received").exists()


def test_a_batch_records_what_is_right_and_says_what_is_not(world: World, amina: User) -> None:
    shipment = world.sent(10)
    said = [report(shipment, counted(received=6)) for _again in range(3)]
    outcomes = record_deliveries(reports=said, by=amina, source="api", at=NOW)
    assert [isinstance(outcome, Refused) for outcome in outcomes] == [False, True, True]
    assert balance(shipment).received == 6


def test_an_atomic_batch_is_all_or_nothing(world: World, amina: User) -> None:
    shipment = world.sent(10)
    said = [report(shipment, counted(received=6)) for _again in range(2)]
    outcomes = record_deliveries(reports=said, by=amina, source="api", at=NOW, atomic=True)
    assert [o.error.error_dict.keys() for o in outcomes] == [  # type: ignore[union-attr]
        {"key"},
        {"lines/0/received"},
    ]
    assert balance(shipment).received == 0


def test_a_key_twice_in_a_batch_records_once(world: World, amina: User) -> None:
    said = report(world.sent(10), counted(received=6))
    first, again = record_deliveries(reports=[said, said], by=amina, source="api", at=NOW)
    assert not isinstance(first, Refused)
    assert not isinstance(again, Refused)
    assert (first.replayed, again.replayed) == (False, True)
    assert DeliveryEvent.objects.filter(key=said.key).count() == 1


def test_the_future_is_refused(world: World, amina: User) -> None:
    with pytest.raises(ValidationError) as error:
        receive(world.sent(), by=amina, received=1, occurred_at=NOW + timedelta(hours=1))
    assert code_of(error) == {"occurred_at": ["in_the_future"]}
    assert error.value.messages == [
        "25 Nov 2020, 13:00 lies in the future. "
        "Enter when it happened; it is 25 Nov 2020, 12:00 now."
    ]


def test_closing_with_something_outstanding_is_refused(world: World, omar: User) -> None:
    shipment = world.sent()
    receive(shipment, by=omar, received=1)
    with pytest.raises(ValidationError) as error:
        build.move(shipment, "closed", by=omar)
    assert code_of(error) == {"shipment": ["outstanding_remains"]}


def test_a_closed_shipment_accepts_nothing_until_its_closing_is_reversed(
    world: World, omar: User
) -> None:
    shipment = world.sent(10)
    receive(shipment, by=omar, received=10)
    closed = build.move(shipment, "closed", by=omar)
    with pytest.raises(ValidationError) as error:
        receive(shipment, by=omar, received=1, surplus=True, note="More.")
    assert code_of(error) == {"shipment": ["shipment_closed"]}
    assert "Correct a mistake" in str(error.value.messages)
    build.reverse(closed.event, by=omar)
    shipment.refresh_from_db()
    assert shipment.status == "received"


def test_a_foreign_shipment_is_as_unknown_as_a_missing_one(world: World) -> None:
    elsewhere = build.person("elsewhere", (Role.COORDINATOR, build.region("BB")))
    shipment = world.sent()
    words = []
    for reference in (shipment.reference, "KA20-9999-0"):
        said = report(shipment, counted(received=1))
        missing = DeliveryReport(
            key=uuid.uuid4(),
            shipment=reference,
            kind="received",
            occurred_at=said.occurred_at,
            lines=said.lines,
        )
        with pytest.raises(ValidationError) as error:
            record_delivery(report=missing, by=elsewhere, source="api", at=NOW)
        words.append(str(error.value.message_dict).replace(reference, "*"))
    assert words[0] == words[1]


def test_an_analyst_may_look_but_not_record(world: World, chen: User) -> None:
    with pytest.raises(PermissionDenied):
        receive(world.sent(), by=chen, received=1)


def test_a_field_officer_may_not_dispatch_from_elsewhere(
    world: World, omar: User, amina: User
) -> None:
    shipment = world.shipment(build.line(world.blankets), sent=False)
    build.move(shipment, "planned", by=omar)
    with pytest.raises(PermissionDenied):
        build.move(shipment, "dispatched", by=amina)


def test_words_stand_in_rows_of_their_own(world: World, amina: User) -> None:
    recorded = receive(
        world.sent(), by=amina, received=1, note="Rain.", received_by="Warehouse team"
    )
    assert set(EventText.objects.filter(event=recorded.event).values_list("kind", "text")) == {
        ("note", "Rain."),
        ("received_by", "Warehouse team"),
    }
    assert "Rain" not in str(recorded.answer)


def test_program_and_database_agree_on_the_moves(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, array_agg(status ORDER BY status) FROM shipment_move GROUP BY 1"
        )
        held = dict(cursor.fetchall())
    assert held == {str(kind): sorted(map(str, s)) for kind, s in MOVES.items()}


def test_what_is_recorded_at_a_merged_place_is_recorded_at_what_it_became(
    world: World, omar: User
) -> None:
    other = build.destination("OTHER-HUB", region=world.north)
    became = build.destination("NEW-HUB", region=world.north)
    named, meant, moved = world.sent(), world.sent(), world.sent()
    for old in (other, world.hub):
        old.merged_into = became
        old.save()
    first = receive(named, by=omar, received=60, place="OTHER-HUB")
    assert (first.event.place, first.answer["place"]) == (became, "NEW-HUB")
    # Its own destination was merged, and nobody names a place.
    second = receive(meant, by=omar, received=60)
    assert second.event.place == became
    assert [warning["code"] for warning in second.answer["warnings"]] == ["near_duplicate"]
    build.move(moved, "departed", by=omar, place="OTHER-HUB")
    build.move(moved, "arrived", by=omar)
    places = moved.events.filter(kind__in=["departed", "arrived"]).values_list("place", flat=True)
    assert set(places) == {became.pk}
