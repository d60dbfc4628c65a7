"""The verbs refuse in friendly words whatever the database would refuse, before it is asked."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from accounts.models import User
from shipments.models import DeliveryLine, LineBalance, Shipment
from shipments.models.reports import DeliveryReport, LineReport, Movement, Weighing
from shipments.services import (
    Recorded,
    move_shipment,
    record_delivery,
    refusals,
    weigh_shipment,
)
from shipments.services.judging import MOVES
from tests import build
from tests.build import NOW, counted, receive, report
from tests.drawing import rounds
from tests.world import World

RANDOM = settings(
    max_examples=rounds(30, whole=300),
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def mostly(sound: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([*[sound] * 9, odd]).flatmap(lambda chosen: chosen)


QUANTITIES = st.one_of(
    st.integers(-3, 12).map(Decimal),
    st.decimals(allow_nan=True, allow_infinity=True, places=None),
    st.sampled_from(["0.5", "1E+3", "1E+12", "999999999999.999", "0.0001", "-0", "NaN"]).map(
        Decimal
    ),
)
WORDS = st.sampled_from(["", " ", "wet", "x" * 3000, "мокрый", "\N{RIGHT-TO-LEFT MARK}"])
MOMENTS = st.one_of(
    st.integers(-40_000, 30_000).map(lambda days: NOW + timedelta(days=days)), st.just(NOW)
)
# How much of each is drawn often; six blankets are outstanding, and three can be handed over.
COUNTED = [("received", 3), ("damaged", 1), ("lost", 1), ("returned", 1)]
COUNTED += [("handed_over", 0), ("distributed", 0)]
# Mostly sound, because a report is refused for the first of its faults.
LINES = st.builds(
    LineReport,
    line=mostly(st.sampled_from([1, 1, 2]), st.sampled_from([-1, 0, 3, 2**40])),
    reason=mostly(st.just("wet"), WORDS),
    scale_kg=mostly(st.none(), QUANTITIES),
    **{
        outcome: mostly(st.sampled_from([0, 0, often, often, 7]).map(Decimal), QUANTITIES)
        for outcome, often in COUNTED
    },
)
KINDS = ["received", "handed_over", "distributed", "returned", "lost"]
REPORTS: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    kind=mostly(
        st.sampled_from(["received", *KINDS]), st.sampled_from(["sent", "weighed", "", "planned"])
    ),
    occurred_at=mostly(st.just(NOW), MOMENTS),
    place=mostly(st.just(""), st.sampled_from(["NORTH-HUB", "SOUTH-DEPOT", "NOWHERE"])),
    note=mostly(st.just(""), WORDS),
    received_by=mostly(st.just(""), WORDS),
    surplus=mostly(st.just(False), st.just(True)),
    lines=st.lists(LINES, min_size=1, max_size=2).map(tuple)
    | st.lists(LINES, max_size=3).map(tuple),
)
STEPS: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    kind=st.sampled_from([*MOVES, "", "reversed"]),
    occurred_at=MOMENTS,
    note=WORDS,
)
WEIGHTS = st.dictionaries(st.integers(-1, 3), QUANTITIES, max_size=3)


@pytest.fixture
def from_the_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Notes each refusal that only the database found."""
    heard: list[str] = []
    said = refusals.said_by_database

    def listen(error: IntegrityError) -> ValidationError:
        heard.append(refusals.rule_broken(error))
        return said(error)

    monkeypatch.setattr(refusals, "said_by_database", listen)
    yield heard
    assert heard == []


def tried(record: Callable[..., object], **said: object) -> list[str]:
    """This will say how a verb answered: the codes of its refusal, or nothing if it recorded."""
    with transaction.atomic():
        try:
            record(source="api", at=NOW, **said)
            connection.check_constraints()
        except ValidationError as error:
            return sorted(e.code or "" for errors in error.error_dict.values() for e in errors)
        finally:
            # The next example finds the world as this one did.
            transaction.set_rollback(True)
    return []


@pytest.fixture
def shipment(world: World, omar: User) -> Shipment:
    """Half received: 4 of 10 blankets, 1 of them handed over; no weight of the wood is known."""
    lines = build.line(world.blankets, 10), build.line(world.wood, "2.5")
    made = world.shipment(*lines)
    receive(made, by=omar, received=4)
    receive(made, by=omar, kind="handed_over", handed_over=1)
    return made


def try_delivery(shipment: Shipment, by: User, said: dict[str, Any]) -> None:
    report = DeliveryReport(key=uuid4(), shipment=shipment.reference, **said)
    event(f"refused: {tried(record_delivery, report=report, by=by) != []}")


def try_step(shipment: Shipment, by: User, said: dict[str, Any]) -> None:
    movement = Movement(key=uuid4(), shipment=shipment.reference, **said)
    tried(move_shipment, movement=movement, by=by)


def try_weighing(shipment: Shipment, by: User, weights: dict[int, Decimal]) -> None:
    weighing = Weighing(key=uuid4(), shipment=shipment.reference, occurred_at=NOW, weights=weights)
    tried(weigh_shipment, weighing=weighing, by=by)


@RANDOM
@given(REPORTS)
def test_a_delivery_is_never_left_to_the_database_to_refuse(
    shipment: Shipment, omar: User, from_the_database: list[str], said: dict[str, Any]
) -> None:
    try_delivery(shipment, omar, said)


@RANDOM
@given(STEPS)
def test_a_step_is_never_left_to_the_database_to_refuse(
    shipment: Shipment, omar: User, from_the_database: list[str], said: dict[str, Any]
) -> None:
    try_step(shipment, omar, said)


@RANDOM
@given(WEIGHTS)
def test_a_weighing_is_never_left_to_the_database_to_refuse(
    shipment: Shipment, omar: User, from_the_database: list[str], weights: dict[int, Decimal]
) -> None:
    try_weighing(shipment, omar, weights)


def test_good_reports_are_recorded_by_the_same_harness(shipment: Shipment, omar: User) -> None:
    """The control: the harness tells a recording from a refusal."""
    good = report(shipment, counted(received=6), counted(2, lost="2.5", reason="Stolen."))
    assert tried(record_delivery, report=good, by=omar) == []
    bad = report(shipment, counted(received=7), counted(2, lost="2.5"))
    codes = ["more_than_outstanding", "reason_required"]
    assert tried(record_delivery, report=bad, by=omar) == codes


def test_what_the_verbs_do_not_see_reaches_the_database(
    shipment: Shipment, omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with a check taken out of the verb, the harness hears the database."""
    monkeypatch.setattr("shipments.services.accounting.beyond_outstanding", lambda *_: Decimal(0))
    heard: list[str] = []
    said = refusals.said_by_database

    def listen(error: IntegrityError) -> ValidationError:
        heard.append(refusals.rule_broken(error))
        return said(error)

    monkeypatch.setattr(refusals, "said_by_database", listen)
    report = build.report(shipment, counted(received=7))
    assert tried(record_delivery, report=report, by=omar) == ["more_than_outstanding"]
    assert heard == ["balance_no_more_than_outstanding"]


def test_what_was_weighed_later_is_not_taken_back_before_its_weighing(
    shipment: Shipment, omar: User
) -> None:
    part = receive(shipment, by=omar, line=2, received=1).event
    weighed = weigh(shipment, {2: Decimal(1500)}, by=omar)
    with pytest.raises(ValidationError) as error:
        build.reverse(part, by=omar)
    assert [e.code for e in error.value.error_dict["event"]] == ["later_events_depend"]
    build.reverse(weighed.event, by=omar)
    build.reverse(part, by=omar)
    assert LineBalance.objects.get(line=part.lines.get().line).received_kg == 0


def weigh(shipment: Shipment, weights: dict[int, Decimal], *, by: User) -> Recorded:
    weighing = Weighing(key=uuid4(), shipment=shipment.reference, occurred_at=NOW, weights=weights)
    return weigh_shipment(weighing=weighing, by=by, source="api", at=NOW)


def test_no_part_weighs_less_than_nothing(world: World, omar: User) -> None:
    """Ten tablets of half a gram: parts weigh a gram and nothing by turns."""
    light = build.line(world.blankets, 10, weight_kg=Decimal("0.005"))
    shipment = world.shipment(light)
    parts = [receive(shipment, by=omar, received=1).event for _ in range(10)]
    for part in parts[1::2]:
        build.reverse(part, by=omar)
    for _ in range(5):
        receive(shipment, by=omar, received=1)
    assert not DeliveryLine.objects.filter(weight_kg__lt=0, event__reverses=None).exists()
    assert LineBalance.objects.get(line__shipment=shipment).received_kg == Decimal("0.005")
