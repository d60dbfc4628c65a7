"""An independent count of totals: every ledger line is loaded and added up in plain Python."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from regions.models import Destination, Region
from shipments.models import (
    Category,
    DeliveryEvent,
    DeliveryLine,
    Donor,
    Item,
    Shipment,
    ShipmentLine,
    Verification,
)
from shipments.querysets.totals import Condition, TotalsQuery

ZERO = Decimal(0)
ACCOUNTED = ("received", "damaged", "lost", "returned")
FLOWS = ("sent", *ACCOUNTED, "handed_over", "distributed")
LEVELS = ("reported", "documented", "verified", "disputed")
NEVER = date(1, 1, 1)

Row = dict[str, Any]


@dataclass(frozen=True)
class Goods:
    """A line of a shipment with everything it can be asked by."""

    line: ShipmentLine
    donor: Donor
    item: Item
    place: Destination
    region: list[Region]
    categories: list[str]
    dispatches: list[tuple[datetime, datetime, datetime | None]]
    cancellations: list[tuple[datetime, datetime | None]]
    weights_sent: list[tuple[Decimal, datetime, datetime | None]]

    @property
    def shipment(self) -> Shipment:
        return self.line.shipment

    def zone(self, query: TotalsQuery) -> ZoneInfo:
        return query.scope.tz or ZoneInfo(self.shipment.operation.time_zone)

    def day(self, moment: datetime, query: TotalsQuery) -> date:
        return moment.astimezone(self.zone(query)).date()

    def dispatched_on(self, query: TotalsQuery) -> date | None:
        as_of = query.scope.as_of
        known = [
            occurred
            for occurred, recorded, undone in self.dispatches
            if stood(recorded, undone, as_of)
        ]
        return self.day(max(known), query) if known else None

    def cancelled(self, as_of: datetime | None) -> bool:
        return any(stood(recorded, undone, as_of) for recorded, undone in self.cancellations)

    def weight(self, as_of: datetime | None) -> Decimal | None:
        """What the whole line weighs: as it was entered, else as whatever still stood told."""
        entered: Decimal | None = self.line.weight_kg
        if entered is not None:
            return entered
        known = [kg for kg, recorded, undone in self.weights_sent if stood(recorded, undone, as_of)]
        return sum(known, start=ZERO) if known else None

    def standing(self, name: str, query: TotalsQuery) -> str | None:
        """The value of a dimension that the line has once for all."""
        line, level = self.line, query.scope.level
        if name == "region" and level is not None:
            above = [region for region in self.region if region.level == level]
            return above[0].code if above else None
        return {
            "operation": line.shipment.operation.code,
            "movement": "first" if line.from_line_id is None else "onward",
            "donor": self.donor.code,
            "donor_kind": self.donor.kind,
            "category": self.item.category.code,
            "item": self.item.code,
            "unit": line.unit,
            "region": self.region[-1].code,
            "destination": self.place.code,
            "mode": line.shipment.mode,
            "status": line.shipment.status,
            "shipment": line.shipment.reference,
        }[name]

    def meets(self, condition: Condition, query: TotalsQuery) -> bool:
        name, values = condition.field, set(condition.values)
        if name == "dispatched_on":
            return compare(self.dispatched_on(query), condition)
        if condition.lookup == "isnull":
            return (self.standing(name, query) is None) == condition.values[0]
        mine = {self.standing(name, query)}
        if condition.lookup != "exact":
            if name == "category":
                mine = set(self.categories)
            elif name == "region":
                mine = {region.code for region in self.region}
            elif name == "shipment":
                mine = {self.shipment.plain_reference}
            elif name in ("donor", "item", "destination"):
                # A code that was merged away still means the same thing.
                mine = set(self.doubles(name))
        elif name == "region":
            mine = {self.region[-1].code}
        return bool(mine & values) != (condition.lookup == "not")

    def doubles(self, name: str) -> Iterable[str]:
        current: Any = {"donor": self.donor, "item": self.item, "destination": self.place}[name]
        yield current.code
        for double in current.merged_from.all():
            yield double.code


@dataclass(frozen=True)
class Fact:
    """A ledger line with its event."""

    row: DeliveryLine
    event: DeliveryEvent
    goods: Goods
    levels: list[tuple[datetime, str]]

    def level(self, as_of: datetime | None) -> str:
        known = [level for at, level in self.levels if as_of is None or at <= as_of]
        return known[-1] if known else "reported"

    def occurred_on(self, query: TotalsQuery) -> date:
        return self.goods.day(self.event.occurred_at, query)

    def recorded_on(self, query: TotalsQuery) -> date:
        return self.goods.day(self.event.recorded_at, query)


def stood(recorded: datetime, undone: datetime | None, as_of: datetime | None) -> bool:
    """Whether something was recorded by then and not yet taken back."""
    if as_of is None:
        return undone is None
    return recorded <= as_of and (undone is None or undone > as_of)


def compare(day: date | None, condition: Condition) -> bool:
    value: Any = condition.values[0]
    if condition.lookup == "isnull":
        return (day is None) is value
    if day is None:
        return False
    met: dict[str, bool] = {
        "is": day in condition.values,
        "not": day not in condition.values,
        "gte": day >= value,
        "gt": day > value,
        "lte": day <= value,
        "lt": day < value,
    }
    return met[condition.lookup]


def written(kind: str, day: date | None) -> str | None:
    if day is None:
        return None
    year, week, _ = day.isocalendar()
    return {
        "day": f"{day}",
        "week": f"{year}-W{week:02}",
        "month": f"{day}"[:7],
        "quarter": f"{day.year}-Q{(day.month - 1) // 3 + 1}",
        "year": f"{day.year}",
    }[kind]


PERIODS = ("day", "week", "month", "quarter", "year")


class Ledger:
    """Everything the tracker knows, in memory."""

    def __init__(self, operation: str) -> None:
        regions = {region.pk: region for region in Region.objects.all()}
        categories = {category.pk: category for category in Category.objects.all()}
        events = list(DeliveryEvent.objects.filter(shipment__operation__code=operation))
        undone = {event.reverses_id: event.recorded_at for event in events if event.reverses_id}
        levels: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
        for verification in Verification.objects.order_by("pk"):
            levels[verification.event_id].append((verification.verified_at, verification.level))
        by_id = {event.pk: event for event in events}
        rows = list(DeliveryLine.objects.filter(event__in=events))
        weights: dict[int, list[tuple[Decimal, datetime, datetime | None]]] = defaultdict(list)
        for row in rows:
            event = by_id[row.event_id]
            if row.outcome == "sent" and row.weight_kg is not None and not event.reverses_id:
                told = (row.weight_kg, event.recorded_at, undone.get(event.pk))
                weights[row.line_id].append(told)
        self.goods: dict[int, Goods] = {}
        lines = ShipmentLine.objects.filter(shipment__operation__code=operation).select_related(
            "shipment__operation",
            "donor__merged_into",
            "item__category",
            "item__merged_into__category",
            "shipment__destination__merged_into",
        )
        for line in lines:
            item = line.item.merged_into or line.item
            place = line.shipment.destination.merged_into or line.shipment.destination
            path = [int(part) for part in regions[place.region_id].path.strip("/").split("/")]
            mine = [event for event in events if event.shipment_id == line.shipment_id]
            self.goods[line.pk] = Goods(
                line=line,
                donor=line.donor.merged_into or line.donor,
                item=item,
                place=place,
                region=[regions[pk] for pk in path],
                categories=chain(item.category, categories),
                dispatches=[
                    (event.occurred_at, event.recorded_at, undone.get(event.pk))
                    for event in mine
                    if event.kind == "dispatched"
                ],
                cancellations=[
                    (event.recorded_at, undone.get(event.pk))
                    for event in mine
                    if event.kind == "cancelled"
                ],
                weights_sent=weights[line.pk],
            )
        self.facts = [
            Fact(
                row=row,
                event=by_id[row.event_id],
                goods=self.goods[row.line_id],
                levels=levels[by_id[row.event_id].reverses_id or row.event_id],
            )
            for row in rows
        ]


def chain(category: Category, categories: dict[int, Category]) -> list[str]:
    found = [category.code]
    while category.parent_id is not None:
        category = categories[category.parent_id]
        found.append(category.code)
    return found


@dataclass(frozen=True)
class Recount:
    """One question, counted again."""

    query: TotalsQuery
    ledger: Ledger

    def wanted(self, goods: Goods) -> bool:
        scope = self.query.scope
        line = goods.line
        if scope.movement != "all" and (scope.movement == "first") != (line.from_line_id is None):
            return False
        if scope.equipment != "include" and (scope.equipment == "only") != line.equipment:
            return False
        return all(
            goods.meets(condition, self.query)
            for condition in scope.conditions
            if condition.field not in ("occurred_on", "recorded_on", "verification", "outcome")
        )

    def in_scope(self, fact: Fact) -> bool:
        """Whether a ledger line counts, days with a lower bound not considered."""
        scope = self.query.scope
        if scope.as_of is not None and fact.event.recorded_at > scope.as_of:
            return False
        for condition in scope.on("verification"):
            met = (fact.level(scope.as_of) in condition.values) != (condition.lookup == "not")
            if not met and (condition.lookup == "exact" or fact.row.outcome != "sent"):
                return False
        for condition in scope.on("outcome"):
            if (fact.row.outcome in condition.values) == (condition.lookup == "not"):
                return False
        return self.wanted(fact.goods) and all(
            compare(day, condition)
            for day, condition in self.days(fact)
            if condition.lookup in ("lte", "lt")
        )

    def days(self, fact: Fact) -> list[tuple[date, Condition]]:
        scope = self.query.scope
        return [
            *((fact.occurred_on(self.query), c) for c in scope.on("occurred_on")),
            *((fact.recorded_on(self.query), c) for c in scope.on("recorded_on")),
        ]

    def within(self, fact: Fact) -> bool:
        return all(compare(day, condition) for day, condition in self.days(fact))

    @cached_property
    def facts(self) -> list[Fact]:
        return [fact for fact in self.ledger.facts if self.in_scope(fact)]

    def key(self, fact: Fact) -> tuple[Any, ...]:
        """Where in the history of its line a fact stands, as fine as the question needs it."""
        scope, by = self.query.scope, self.query.by
        ranked = LEVELS.index(fact.level(scope.as_of)) if "verification" in by else 0
        timed = self.query.date_field == "occurred" and any(name in PERIODS for name in by)
        # What was recorded, or happened, before the days asked for is the ground to what came
        # within them; a bound at their end leaves out, and cuts nothing.
        dated = sorted(self.days(fact), key=lambda dated: dated[1].field, reverse=True)
        ground = [
            (c.field, day if c.lookup == "not" or len(c.values) > 1 else compare(day, c))
            for day, c in dated
            if c.lookup not in ("lt", "lte")
        ]
        if "verification" not in by:
            day = fact.occurred_on(self.query) if timed or scope.on("occurred_on") else NEVER
            return (*(cut for field, cut in ground if field == "recorded_on"), day, ranked)
        # Levels lie side by side within the asked period, whatever the day.
        periods = [
            written(name, fact.occurred_on(self.query)) for name in by if timed and name in PERIODS
        ]
        return (*(cut for _field, cut in ground), *periods, ranked)

    def group(self, fact: Fact) -> tuple[str | None, ...]:
        def value(name: str) -> str | None:
            if name in PERIODS:
                occurred = self.query.date_field == "occurred"
                day = fact.occurred_on(self.query)
                return written(name, day if occurred else fact.goods.dispatched_on(self.query))
            if name == "verification":
                return fact.level(self.query.scope.as_of)
            return fact.goods.standing(name, self.query)

        return tuple(value(name) for name in self.query.by)

    def rows(self) -> dict[tuple[str | None, ...], Row]:
        groups, _ = self.counted
        return {group: tally.row() for group, tally in groups.items() if tally.holds()}

    def total(self) -> Row:
        _, total = self.counted
        return total.row()

    def columns(self) -> dict[str | None, Row]:
        """What each value of the last dimension comes to, however the others fall."""
        columns: dict[str | None, Tally] = defaultdict(lambda: Tally(self.query))
        last = self.query.by[-1]
        occurred = self.query.date_field == "occurred"
        splits = last == "verification" or (last in PERIODS and occurred)
        for facts in self.by_line().values():
            for group, (mine, changes) in self.pieces(facts).items():
                columns[group[-1]].add(mine, changes)
            if not splits:
                columns[self.group(facts[0])[-1]].judge_weight(
                    [fact for fact in facts if self.within(fact)]
                )
        for group, goods in self.announced():
            columns[group[-1]].announce(goods)
        return {value: tally.row() for value, tally in columns.items() if tally.holds()}

    def mixes_units(self) -> bool:
        quantities = ("announced", *FLOWS, "surplus", "outstanding")
        asked = any(name in quantities for name in self.query.measures)
        return asked and len(self.counted[1].units) > 1 and "unit" not in self.query.by

    @cached_property
    def counted(self) -> tuple[dict[tuple[str | None, ...], "Tally"], "Tally"]:
        groups: dict[tuple[str | None, ...], Tally] = defaultdict(lambda: Tally(self.query))
        total = Tally(self.query)
        for facts in self.by_line().values():
            for group, (mine, changes) in self.pieces(facts).items():
                groups[group].add(mine, changes)
                total.add(mine, changes)
            # Over its whole history a line's weight may be known where a period does not show it.
            total.judge_weight([fact for fact in facts if self.within(fact)])
        for group, goods in self.announced():
            groups[group].announce(goods)
            total.announce(goods)
        return groups, total

    def pieces(
        self, facts: list[Fact]
    ) -> dict[tuple[str | None, ...], tuple[list[Fact], dict[str, Decimal]]]:
        """What befell one line, by row: its facts, and how far they changed the balance."""
        found: dict[Any, tuple[list[Fact], dict[str, Decimal]]] = defaultdict(
            lambda: ([], defaultdict(lambda: ZERO))
        )
        before: list[Fact] = []
        for key in sorted({self.key(fact) for fact in facts}):
            cell = [fact for fact in facts if self.key(fact) == key]
            after = before + cell
            if self.within(cell[0]):
                mine, changes = found[self.group(cell[0])]
                mine += cell
                for name, value in balance(after).items():
                    changes[name] += value - balance(before)[name]
            before = after
        return found

    def by_line(self) -> dict[int, list[Fact]]:
        lines: dict[int, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            lines[fact.row.line_id].append(fact)
        return lines

    def announced(self) -> list[tuple[tuple[str | None, ...], Goods]]:
        if not any(name.startswith("announced") for name in self.query.measures):
            return []
        found = []
        scope = self.query.scope
        for goods in self.ledger.goods.values():
            created = goods.shipment.created_at
            if not self.wanted(goods) or goods.cancelled(scope.as_of):
                continue
            if scope.as_of is not None and created > scope.as_of:
                continue
            day = goods.day(goods.shipment.planned_at or created, self.query)
            if not all(compare(day, c) for c in scope.on("occurred_on")):
                continue
            if not all(compare(goods.day(created, self.query), c) for c in scope.on("recorded_on")):
                continue
            found.append((self.announced_group(goods, day), goods))
        return found

    def announced_group(self, goods: Goods, day: date) -> tuple[str | None, ...]:
        values: list[str | None] = []
        for name in self.query.by:
            if name in PERIODS:
                occurred = self.query.date_field == "occurred"
                values.append(written(name, day if occurred else goods.dispatched_on(self.query)))
            else:
                values.append(None if name == "verification" else goods.standing(name, self.query))
        return tuple(values)


def added(facts: list[Fact], outcome: str, column: str = "quantity") -> Decimal:
    return sum(
        (getattr(f.row, column) or ZERO for f in facts if f.row.outcome == outcome), start=ZERO
    )


def due(facts: list[Fact], column: str) -> Decimal:
    return added(facts, "sent", column) - sum(
        (added(facts, outcome, column) for outcome in ACCOUNTED), start=ZERO
    )


def balance(facts: list[Fact]) -> dict[str, Decimal]:
    pieces, kilograms = due(facts, "quantity"), due(facts, "weight_kg")
    leans_out = pieces > 0 or (pieces == 0 and kilograms > 0)
    leans_over = pieces < 0 or (pieces == 0 and kilograms < 0)
    return {
        "outstanding": max(pieces, ZERO),
        "surplus": max(-pieces, ZERO),
        "outstanding_kg": kilograms if leans_out else ZERO,
        "surplus_kg": -kilograms if leans_over else ZERO,
    }


def is_nothing(facts: list[Fact]) -> bool:
    return not any(
        added(facts, outcome, column) for outcome in FLOWS for column in ("quantity", "weight_kg")
    )


def weightless(facts: list[Fact]) -> bool:
    return any(f.row.weight_kg is None for f in facts) and not sum(
        (f.row.weight_kg or ZERO for f in facts), start=ZERO
    )


class Tally:
    """One row while it is counted."""

    def __init__(self, query: TotalsQuery) -> None:
        self.query = query
        self.quantity: dict[str, Decimal] = defaultdict(lambda: ZERO)
        self.weight: dict[str, Decimal] = defaultdict(lambda: ZERO)
        self.dark: dict[str, Decimal] = defaultdict(lambda: ZERO)
        self.lines: set[int] = set()
        self.shipments: set[int] = set()
        self.units: set[str] = set()
        self.without_weight: set[int] = set()
        self.events: dict[tuple[int, int], int] = defaultdict(int)
        self.basis: dict[str, Decimal] = defaultdict(lambda: ZERO)

    def holds(self) -> bool:
        return bool(self.lines)

    def add(self, facts: list[Fact], changes: dict[str, Decimal]) -> None:
        for fact in facts:
            root = fact.event.reverses_id or fact.event.pk
            self.events[(root, fact.row.line_id)] += -1 if fact.event.reverses_id else 1
        if is_nothing(facts):
            return
        line = facts[0].goods.line
        self.lines.add(line.pk)
        self.shipments.add(line.shipment_id)
        self.units.add(line.unit)
        if weightless(facts):
            self.without_weight.add(line.pk)
        for outcome in FLOWS:
            self.count(outcome, added(facts, outcome), added(facts, outcome, "weight_kg"), facts)
        for name in ("outstanding", "surplus"):
            self.count(name, changes[name], changes[f"{name}_kg"], facts)
        for fact in facts:
            if fact.row.outcome == self.shared() and fact.row.weight_kg is not None:
                self.basis[fact.row.weight_basis] += fact.row.weight_kg

    def judge_weight(self, facts: list[Fact]) -> None:
        if facts and not weightless(facts):
            self.without_weight.discard(facts[0].row.line_id)
        elif not is_nothing(facts):
            self.without_weight.add(facts[0].row.line_id)

    def shared(self) -> str:
        kilograms = [name.removesuffix("_kg") for name in self.query.measures if "_kg" in name]
        return next((base for base in kilograms if base in FLOWS), "sent")

    def count(self, name: str, quantity: Decimal, weight: Decimal, facts: list[Fact]) -> None:
        self.quantity[name] += quantity
        self.weight[name] += weight
        if weightless(facts):
            self.dark[name] += quantity

    def announce(self, goods: Goods) -> None:
        line = goods.line
        self.lines.add(line.pk)
        self.shipments.add(line.shipment_id)
        self.units.add(line.unit)
        self.quantity["announced"] += line.quantity
        weight = goods.weight(self.query.scope.as_of)
        if weight is None:
            self.dark["announced"] += line.quantity
            if "announced_kg" in self.query.measures:
                self.without_weight.add(line.pk)
        else:
            self.weight["announced"] += weight

    def row(self) -> Row:
        row: Row = {
            "shipments": len(self.shipments),
            "lines": len(self.lines),
            "lines_without_weight": len(self.without_weight),
            "events": self.happened(),
        }
        for name in ("announced", *FLOWS, "surplus", "outstanding"):
            row[name] = None if len(self.units) > 1 else self.quantity[name]
            in_the_dark = not self.weight[name] and self.dark[name]
            row[f"{name}_kg"] = None if in_the_dark else self.weight[name]
        whole = sum(self.basis.values(), start=ZERO)
        for basis in ("weighed", "declared", "estimated"):
            share = round(self.basis[basis] / whole, 4) if whole else None
            row[f"weight_basis_{basis}"] = share
        return row

    def happened(self) -> int:
        ups = {event for (event, _), count in self.events.items() if count > 0}
        downs = {event for (event, _), count in self.events.items() if count < 0}
        return len(ups) - len(downs)
