"""Two who act at once: the second waits for the first, and then judges what it finds."""

import uuid
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from shipments.models import DeliveryEvent, LineBalance, Shipment
from shipments.models.reports import DeliveryReport
from shipments.services import Recorded, edit_shipment, record_delivery
from tests import build
from tests.build import NOW, counted, receive, report
from tests.shipments.guards.contenders import (
    Contender,
    all_at_once,
    busily,
    codes,
    somebody_waits,
)
from tests.shipments.guards.fortress import Fortress


def record(what: DeliveryReport, *, by: User) -> Recorded:
    return record_delivery(report=what, by=by, source="api", at=NOW)


def received(shipment: Shipment) -> Decimal:
    balance: LineBalance = LineBalance.objects.get(line__shipment=shipment)
    return Decimal(balance.received)


def test_the_second_delivery_waits_and_is_judged_by_what_the_first_left(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    shipment = fortress.sent(10)
    with transaction.atomic():
        record(report(shipment, counted(received=8)), by=fortress.omar)
        second = Contender(partial(record, report(shipment, counted(received=8)), by=fortress.omar))
        assert somebody_waits(watch)
        assert not second.is_done
    with second, pytest.raises(ValidationError) as error:
        second.answer()
    assert codes(error.value) == {"more_than_outstanding"}
    assert received(shipment) == 8


def test_the_second_delivery_is_recorded_when_the_first_is_taken_back(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    shipment = fortress.sent(10)
    with transaction.atomic():
        record(report(shipment, counted(received=8)), by=fortress.omar)
        second = Contender(partial(record, report(shipment, counted(received=8)), by=fortress.omar))
        assert somebody_waits(watch)
        transaction.set_rollback(True)
    with second:
        assert second.answer().answer["balance"][0]["received"] == "8"


def test_deliveries_of_two_shipments_do_not_wait_for_each_other(fortress: Fortress) -> None:
    one, other = fortress.sent(10), fortress.sent(10)
    with transaction.atomic():
        record(report(one, counted(received=8)), by=fortress.omar)
        with Contender(
            partial(record, report(other, counted(received=8)), by=fortress.omar)
        ) as second:
            assert not second.answer().replayed


def test_a_retry_that_comes_too_soon_waits_and_is_told_the_same(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    said = report(fortress.sent(10), counted(received=8))
    with transaction.atomic():
        first = record(said, by=fortress.omar)
        second = Contender(partial(record, said, by=fortress.omar))
        assert somebody_waits(watch)
    with second:
        assert second.answer().replayed
        assert second.answer().answer == first.answer


def test_a_key_used_for_two_shipments_at_once_is_used_by_the_first(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    one, other, key = fortress.sent(10), fortress.sent(10), uuid.uuid4()
    with transaction.atomic():
        record(report(one, counted(received=8), key=key), by=fortress.omar)
        again = report(other, counted(received=8), key=key)
        second = Contender(partial(record, again, by=fortress.omar))
        assert somebody_waits(watch)
    with second, pytest.raises(ValidationError) as error:
        second.answer()
    assert codes(error.value) == {"key_reused"}


def test_twenty_retries_at_once_record_once(fortress: Fortress) -> None:
    shipment = fortress.sent(10)
    said = report(shipment, counted(received=8))
    answers = all_at_once(lambda _n: record(said, by=fortress.omar), range(20))
    recorded = [answer for answer in answers if isinstance(answer, Recorded)]
    assert len(recorded) == 20
    assert [answer.replayed for answer in recorded].count(False) == 1
    assert all(answer.answer == recorded[0].answer for answer in recorded)
    assert shipment.events.filter(kind="received").count() == 1


def test_who_waits_too_long_is_told_that_somebody_is_recording(fortress: Fortress) -> None:
    shipment = fortress.sent(10)
    said = report(shipment, counted(received=1))
    with transaction.atomic():
        record(report(shipment, counted(received=8)), by=fortress.omar)
        with Contender(lambda: busily(partial(record, said, by=fortress.omar))) as second:
            with pytest.raises(ValidationError) as error:
                second.answer()
            assert codes(error.value) == {"busy"}
    assert not DeliveryEvent.objects.filter(key=said.key).exists()


def test_writers_that_meet_crosswise_are_not_both_refused(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    """Verbs never meet so; two of them in one transaction of somebody else's making could."""
    one, other = fortress.sent(10), fortress.sent(10)

    def there_and_back() -> Recorded:
        with transaction.atomic():
            record(report(other, counted(received=1)), by=fortress.omar)
            return record(report(one, counted(received=1)), by=fortress.omar)

    refused = []
    with transaction.atomic():
        record(report(one, counted(received=1)), by=fortress.omar)
        second = Contender(there_and_back)
        assert somebody_waits(watch)
        try:
            record(report(other, counted(received=1)), by=fortress.omar)
        except ValidationError as error:
            refused.append(error)
            transaction.set_rollback(True)
    with second:
        try:
            second.answer()
        except ValidationError as error:
            refused.append(error)
    assert [codes(error) for error in refused] == [{"busy"}]
    assert received(one) == received(other) == 1


def test_an_edit_waits_for_a_dispatch_and_finds_the_lines_fixed(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    shipment = fortress.shipment("", build.line(fortress.blankets, 10), sent=False)
    build.move(shipment, "planned", by=fortress.omar)
    lines = (build.line(fortress.blankets, 5),)
    draft = build.draft(fortress.operation, fortress.donor, fortress.depot, fortress.hub, *lines)

    def edit() -> Shipment:
        return edit_shipment(reference=shipment.reference, draft=draft, by=fortress.omar)

    with transaction.atomic():
        build.move(shipment, "dispatched", by=fortress.omar)
        second = Contender(edit)
        assert somebody_waits(watch)
    with second, pytest.raises(ValidationError) as error:
        second.answer()
    assert codes(error.value) == {"lines_fixed"}


def test_what_goes_on_from_a_hub_waits_for_what_is_taken_back_there(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    came = fortress.sent(10)
    arrived = receive(came, by=fortress.omar, received=10).event
    line = build.line(fortress.blankets, 10, from_line=f"{came.reference}/1")
    what = build.draft(fortress.operation, fortress.donor, fortress.hub, fortress.depot, line)
    onward = build.shipment(what, by=fortress.omar, sent=False)
    build.move(onward, "planned", by=fortress.omar)
    with transaction.atomic():
        build.reverse(arrived, by=fortress.omar)
        second = Contender(lambda: build.move(onward, "dispatched", by=fortress.omar))
        assert somebody_waits(watch)
    with second, pytest.raises(ValidationError) as error:
        second.answer()
    assert codes(error.value) == {"more_than_received"}


MERGE = "UPDATE shipments_donor SET merged_into_id = {1} WHERE id = {0}"
NEST = "UPDATE shipments_category SET parent_id = {1} WHERE id = {0}"


def executed(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_two_merges_at_once_do_not_chain(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    first, second, third = (build.donor().pk for _ in range(3))
    with transaction.atomic():
        executed(MERGE.format(second, third))
        other = Contender(partial(executed, MERGE.format(first, second)))
        assert somebody_waits(watch)
    with other, pytest.raises(IntegrityError, match="merges_do_not_chain"):
        other.answer()


def test_two_categories_moved_at_once_make_no_circle(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    one, two = (build.category().pk for _ in range(2))
    with transaction.atomic():
        executed(NEST.format(one, two))
        other = Contender(partial(executed, NEST.format(two, one)))
        assert somebody_waits(watch)
    with other, pytest.raises(IntegrityError, match="category_not_below_itself"):
        other.answer()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE shipments_operation SET time_zone = 'UTC'", "operation_is_fixed_once_used"),
        ("UPDATE shipments_item SET base_unit = 'bed'", "item_unit_is_fixed_once_used"),
    ],
)
def test_what_a_new_line_builds_on_cannot_change_under_it(
    fortress: Fortress, watch: "psycopg.Connection[Any]", change: str, rule: str
) -> None:
    item = build.item()
    operation = build.operation(f"KM{item.pk}", regions=[fortress.country])
    line = build.line(item, 10)
    draft = build.draft(operation, fortress.donor, fortress.depot, fortress.hub, line)
    new = operation.pk if "operation" in change else item.pk
    with transaction.atomic():
        build.shipment(draft, by=fortress.omar, sent=False)
        other = Contender(partial(executed, f"{change} WHERE id = {new}"))
        assert somebody_waits(watch)
    with other, pytest.raises(IntegrityError, match=rule):
        other.answer()
