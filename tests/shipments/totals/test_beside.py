"""Whatever was said, what stands beside it is what a recount in plain Python comes to."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from shipments.models import ReportedFigure
from shipments.querysets.beside import Beside, beside_itemised
from shipments.querysets.totals import ledger_lines
from tests.shipments.totals.history import TURNS, History, Scenery, scenery
from tests.shipments.totals.recount import Fact, Ledger
from tests.shipments.totals.test_recount import RANDOM

OUTCOMES = {
    "dispatched": ["sent"],
    "arrived": ["received", "damaged"],
    "distributed": ["distributed"],
}
KILOGRAMS = {"kg": 1, "t": 1000}


def some_day(random: Random) -> date:
    return random.choice(TURNS).date() + timedelta(days=random.randint(-1, 1))


def some_figure(random: Random, history: History, world: Scenery) -> ReportedFigure:
    """This will make a statement about anything; most of it is left open."""

    def maybe(*rows: Any) -> Any:
        return random.choice([*[None] * 5, random.choice(rows)])

    first, last = sorted([some_day(random), some_day(random)])
    item = maybe(*world.items)
    return ReportedFigure(
        operation=history.operation,
        published_on=last,
        stage=random.choice(["dispatched", *OUTCOMES]),
        quantity=random.randint(1, 40),
        unit=random.choice(["piece", "piece", "piece", "kg", "t", "m3"]),
        donor=maybe(*world.donors),
        region=maybe(*world.regions),
        item=item,
        category=None if item else maybe(*world.categories),
        mode=random.choice(["", "", "road"]),
        movement=random.choice(["first", "first", "first", "onward"]),
        period_from=maybe(first),
        period_to=maybe(last),
    )


def is_meant(fact: Fact, said: ReportedFigure) -> bool:
    """This will say whether a ledger line is one that the statement speaks of."""
    goods, line = fact.goods, fact.goods.line
    day = fact.event.occurred_on
    return (
        fact.row.outcome in OUTCOMES[said.stage]
        and day <= (said.period_to or said.published_on)
        and (said.period_from is None or day >= said.period_from)
        and (said.donor is None or said.donor.code in goods.doubles("donor"))
        and (said.item is None or said.item.code in goods.doubles("item"))
        and (said.category is None or said.category.code in goods.categories)
        and (said.region is None or said.region.code in [region.code for region in goods.region])
        and said.mode in ("", goods.shipment.mode)
        and (line.from_line_id is not None) == (said.movement == "onward")
        and (said.item is not None or not line.equipment)
    )


def assert_counted(found: Beside, facts: list[Fact]) -> None:
    said = found.figure
    by_unit: dict[str, Decimal] = {}
    for fact in facts:
        by_unit[fact.goods.line.unit] = by_unit.get(fact.goods.line.unit, 0) + fact.row.quantity
    by_unit = {unit: amount for unit, amount in by_unit.items() if amount}
    if said.unit not in KILOGRAMS:
        assert found.itemised == by_unit.get(said.unit)
        assert found.other_units == tuple(sorted(set(by_unit) - {said.unit}))
    else:
        weight = sum((fact.row.weight_kg or Decimal(0) for fact in facts), Decimal(0))
        if found.itemised is not None:
            assert found.itemised == weight / KILOGRAMS[said.unit]
        else:
            assert not (by_unit and weight)
    if found.itemised is not None:
        assert found.difference == found.itemised - said.quantity


def assert_explained(found: Beside, facts: list[Fact], reader: User) -> None:
    """The lines linked to are the lines meant, of the unit that is compared."""
    if found.lines is None:
        return
    statement, values = ledger_lines(found.lines, reader)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        linked = {pk for (pk,) in cursor.fetchall()}
    compared = [f for f in facts if found.weighs or f.goods.line.unit == found.figure.unit]
    assert linked == {fact.row.pk for fact in compared}


def test_what_stands_beside_a_statement_is_what_a_recount_comes_to(reader: User) -> None:
    world = scenery()
    compared = []

    @RANDOM
    @given(st.integers(0, 2**32))
    def holds(seed: int) -> None:
        random = Random(seed)
        history = History(random, world)
        history.write(random.randint(6, 20))
        ledger = Ledger(history.operation.code)
        figures = [some_figure(random, history, world) for _ in range(60)]
        for found in beside_itemised(figures, reader):
            facts = [fact for fact in ledger.facts if is_meant(fact, found.figure)]
            assert_counted(found, facts)
            assert_explained(found, facts, reader)
            compared.append(found.itemised)

    holds()
    assert sum(value is not None for value in compared) > len(compared) / 10
