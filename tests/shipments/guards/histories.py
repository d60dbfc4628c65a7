"""Random histories: every verb in any order, with a plain count of what was accepted beside it."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.models import User
from shipments.models import DeliveryEvent, LineBalance, Shipment
from shipments.models.ledger import ACCOUNTED, MILESTONES, Outcome
from shipments.models.reports import DeliveryReport, Reversal, Weighing
from shipments.services import (
    Recorded,
    create_shipment,
    move_shipment,
    record_deliveries,
    record_delivery,
    reverse_event,
    weigh_shipment,
)
from tests import build
from tests.build import NOW, counted, report
from tests.shipments.guards.recount import faults_of
from tests.world import World

SMALL = st.integers(0, 6).map(Decimal)
WORDS = {"reason": "Counted at the gate.", "note": "As the driver said."}
STEPS = ["planned", "inspected", "dispatched", "departed", "arrived", "closed", "cancelled"]
KINDS = ["received", "received", "handed_over", "distributed", "returned", "lost"]
COUNTED_BY_KIND = {
    "received": ("received", "damaged", "lost", "returned"),
    "handed_over": ("handed_over", "damaged", "lost", "returned"),
    "distributed": ("distributed", "damaged", "lost", "returned"),
    "returned": ("returned",),
    "lost": ("lost",),
}


class History(RuleBasedStateMachine):
    """Shipments of one operation, and people who record, correct and repeat themselves."""

    world: ClassVar[World]
    user: ClassVar[User]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.shipments: list[str] = []
        self.refusals: list[set[str | None]] = []
        # Whether something was recorded since the ledger was looked at.
        self.is_new = False
        self.said: list[tuple[DeliveryReport, dict[str, Any]]] = []
        # By event: what it counted of each line, in quantity, until it is taken back.
        self.counts: dict[uuid.UUID, dict[tuple[str, int, str], Decimal]] = {}

    def teardown(self) -> None:
        try:
            self.at_the_end()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def at_the_end(self) -> None:
        """This will ask whoever else knows the totals; nobody, unless a test says who."""

    def attempt(self, verb: Callable[..., Any], **said: Any) -> Any:
        """This will run a verb; a refusal in words is fine, anything else is a bug."""
        try:
            with transaction.atomic():
                answer = verb(by=self.user, **said)
                connection.check_constraints()
        except ValidationError as error:
            codes = {e.code for errors in error.error_dict.values() for e in errors}
            note(f"refused: {codes}")
            self.refusals.append(codes)
            return None
        self.is_new = True
        return answer

    def record(self, verb: Callable[..., Any], **said: Any) -> Any:
        return self.attempt(verb, source="api", at=NOW, **said)

    def keep(self, recorded: Recorded) -> None:
        event = recorded.event
        self.counts[event.key] = {
            (event.shipment.reference, line["line"], outcome): Decimal(line[outcome])
            for line in recorded.answer["lines"]
            for outcome in Outcome.values
            if outcome in line
        }

    def pick(self, number: int) -> Shipment:
        return Shipment.objects.get(reference=self.shipments[number % len(self.shipments)])

    @initialize()
    def begin(self) -> None:
        self.plan(items=[(0, Decimal(5), None)])
        for kind in ("planned", "dispatched"):
            self.step(number=0, kind=kind, minutes=0)

    @rule(
        items=st.lists(
            st.tuples(
                st.integers(0, 1),
                st.sampled_from(["1", "3", "7"]).map(Decimal),
                st.none() | st.sampled_from(["0.002", "0.01", "10", "100.001"]).map(Decimal),
            ),
            max_size=2,
        )
    )
    def plan(self, items: list[tuple[int, Decimal, Decimal | None]]) -> None:
        kinds = (self.world.blankets, self.world.wood)
        lines = [build.line(kinds[i], q, weight_kg=kg) for i, q, kg in items]
        world = self.world
        draft = build.draft(world.operation, world.donor, world.depot, world.hub, *lines)
        shipment = self.attempt(create_shipment, draft=draft)
        self.shipments.append(shipment.reference)

    @rule(number=st.integers(0, 9), quantity=SMALL)
    def carry_on(self, number: int, quantity: Decimal) -> None:
        shipment, world = self.pick(number), self.world
        line = shipment.lines.first()
        if line is None:
            return
        onward = build.line(line.item, quantity, from_line=f"{shipment.reference}/1")
        draft = build.draft(world.operation, world.donor, world.hub, world.depot, onward)
        made = self.attempt(create_shipment, draft=draft)
        if made is None:
            return
        self.shipments.append(made.reference)
        self.step(number=len(self.shipments) - 1, kind="planned", minutes=0)
        self.step(number=len(self.shipments) - 1, kind="dispatched", minutes=0)

    @rule(number=st.integers(0, 9), kind=st.sampled_from(STEPS), minutes=st.integers(-500, 500))
    def step(self, number: int, kind: str, minutes: int) -> None:
        shipment = self.pick(number)
        at = NOW - timedelta(days=1) + timedelta(minutes=minutes)
        movement = build.step(shipment, kind, occurred_at=at)
        recorded = self.record(move_shipment, movement=movement)
        if recorded:
            self.keep(recorded)

    @rule(number=st.integers(0, 9), kind=st.sampled_from(KINDS), data=st.data())
    def deliver(self, number: int, kind: str, data: st.DataObject) -> None:
        self.send(self.delivery(self.pick(number), kind, data))

    def delivery(self, shipment: Shipment, kind: str, data: st.DataObject) -> DeliveryReport:
        # A shipment without lines is told so.
        positions = list(shipment.lines.values_list("position", flat=True)) or [1]
        lines = [
            counted(
                position,
                reason=WORDS["reason"],
                **{outcome: data.draw(SMALL) for outcome in COUNTED_BY_KIND[kind]},
            )
            for position in positions
        ]
        surplus = data.draw(st.sampled_from([False, False, True]))
        return report(shipment, *lines, kind=kind, surplus=surplus, note=WORDS["note"])

    def send(self, said: DeliveryReport) -> None:
        recorded = self.record(record_delivery, report=said)
        if recorded:
            self.keep(recorded)
            self.said.append((said, recorded.answer))

    @rule(number=st.integers(0, 9), kind=st.sampled_from(KINDS))
    def account_for_the_rest(self, number: int, kind: str) -> None:
        """What is outstanding is accepted, whatever happened before."""
        shipment = self.pick(number)
        balances = LineBalance.objects.filter(line__shipment=shipment).select_related("line")
        outcome = COUNTED_BY_KIND[kind][0]
        lines = [
            counted(b.line.position, reason=WORDS["reason"], **{outcome: b.outstanding})
            for b in balances
            if b.outstanding
        ]
        if lines and shipment.status not in ("draft", "planned", "closed", "cancelled"):
            before = len(self.said)
            self.send(report(shipment, *lines, kind=kind))
            assert len(self.said) == before + 1

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 9), more=st.booleans())
    def repeat(self, number: int, more: bool) -> None:
        said, answer = self.said[number % len(self.said)]
        if more:
            other = replace(said, surplus=not said.surplus)
            assert self.record(record_delivery, report=other) is None
        else:
            again = self.record(record_delivery, report=said)
            assert again.replayed
            assert again.answer == answer

    @rule(numbers=st.lists(st.integers(0, 9), min_size=2, max_size=3), data=st.data())
    def deliver_many(self, numbers: list[int], data: st.DataObject) -> None:
        reports = [self.delivery(self.pick(n), "received", data) for n in numbers]
        atomic = data.draw(st.booleans())
        outcomes = self.record(record_deliveries, reports=reports, atomic=atomic) or []
        recorded = [outcome for outcome in outcomes if isinstance(outcome, Recorded)]
        assert not atomic or len(recorded) in (0, len(reports))
        for outcome in recorded:
            self.keep(outcome)

    @rule(number=st.integers(0, 20), again=st.booleans(), data=st.data())
    def take_back(self, number: int, again: bool, data: st.DataObject) -> None:
        events = list(DeliveryEvent.objects.order_by("-id")[:21])
        if not events:
            return
        event = events[number % len(events)]
        new = self.delivery(event.shipment, "received", data) if again else None
        reversal = Reversal(
            key=uuid.uuid4(), event=event.key, reason="Wrong truck.", replacement=new
        )
        recorded = self.record(reverse_event, reversal=reversal)
        if recorded:
            del self.counts[event.key]
            if recorded.replacement:
                self.keep(recorded.replacement)

    @rule(number=st.integers(0, 9), kg=st.sampled_from(["0.001", "0.007", "33.333"]).map(Decimal))
    def weigh(self, number: int, kg: Decimal) -> None:
        shipment = self.pick(number)
        unknown = shipment.lines.filter(balance__sent_kg=0).values_list("position", flat=True)
        weighing = Weighing(
            key=uuid.uuid4(),
            shipment=shipment.reference,
            occurred_at=NOW,
            weights=dict.fromkeys(unknown, kg),
        )
        recorded = self.record(weigh_shipment, weighing=weighing)
        if recorded:
            self.counts[recorded.event.key] = {}

    @invariant()
    def every_refusal_has_a_code_and_nobody_waits_for_themselves(self) -> None:
        for codes in self.refusals:
            assert not codes & {None, "", "busy"}
        self.refusals.clear()

    @invariant()
    def the_ledger_agrees_with_itself(self) -> None:
        if self.is_new:
            assert faults_of(connection) == []
            self.counters_are_what_was_accepted()
            self.is_new = False

    def counters_are_what_was_accepted(self) -> None:
        expected: dict[tuple[str, int, str], Decimal] = defaultdict(Decimal)
        for counts in self.counts.values():
            for place, quantity in counts.items():
                expected[place] += quantity
        balances = LineBalance.objects.select_related("line__shipment")
        found = {
            (b.line.shipment.reference, b.line.position, outcome): getattr(b, outcome)
            for b in balances
            for outcome in (Outcome.SENT, *ACCOUNTED, *MILESTONES)
            if getattr(b, outcome)
        }
        assert found == {place: quantity for place, quantity in expected.items() if quantity}
