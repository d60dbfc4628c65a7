"""Cells and ledger agree where a weight is learned late and where a line has several months."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from shipments.models import Shipment
from shipments.querysets.totals import Condition, Scope, TotalsQuery, answer
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.rollup import ends_with_a_month, is_kept_ready
from tests import build
from tests.world import World


def on(month: int, day: int) -> datetime:
    return datetime(2020, month, day, 12, tzinfo=UTC)


@pytest.fixture
def weighed_late(world: World, omar: User) -> Shipment:
    """Ten pieces of wood left in October; twelve came in November; October's scale told later."""
    shipment = world.shipment(build.line(world.wood, 10), sent=False)
    build.move(shipment, "planned", "dispatched", by=omar, occurred_at=on(10, 20))
    build.receive(
        shipment, by=omar, received=12, occurred_at=on(11, 5), surplus=True, note="Two more."
    )
    build.weigh(shipment, {1: 10}, by=omar, occurred_at=on(10, 30))
    return shipment


WITHOUT = "lines_without_weight"
BALANCES = ("sent_kg", "surplus_kg", "received_kg", "outstanding_kg")


def from_both(query: TotalsQuery, reader: User) -> list[Any]:
    """The same question from the cells, and from the ledger: with the operation's own zone."""
    ledger = replace(query, scope=replace(query.scope, tz=ZoneInfo("Asia/Yerevan")))
    assert not is_kept_ready(Plan(ledger), reader)
    return [answer(query, reader), answer(ledger, reader)]


def test_a_surplus_in_a_month_without_weight_is_that_of_the_whole(
    weighed_late: Shipment, chen: User
) -> None:
    by_month = TotalsQuery(by=("month",), measures=BALANCES)
    assert is_kept_ready(Plan(by_month), chen)
    cells, ledger = from_both(by_month, chen)
    assert cells.rows == ledger.rows
    assert [row["surplus_kg"] for row in cells.rows] == [0, 2]
    whole = answer(TotalsQuery(measures=BALANCES), chen).total
    assert [whole[name] for name in BALANCES] == [10, 2, 12, 0]
    # What is outstanding changed by pieces of unknown weight: the months do not know.
    assert cells.total == ledger.total == {**whole, "outstanding_kg": None, WITHOUT: 0}


@pytest.mark.parametrize("by", [("month", "donor"), ("donor", "month")])
def test_a_line_of_two_months_counts_once_in_a_column(
    weighed_late: Shipment, chen: User, by: tuple[str, ...]
) -> None:
    counts = ("lines", WITHOUT)
    cells, ledger = from_both(TotalsQuery(by=by, measures=counts, shape="wide"), chen)
    assert (cells.rows, cells.total) == (ledger.rows, ledger.total)
    if by[-1] == "donor":
        assert cells.total == {"mchs_lines": 1, "mchs_lines_without_weight": 0}
    else:
        assert cells.total["2020-10_lines"] == cells.total["2020-11_lines"] == 1


def test_a_bound_that_is_no_day_is_left_to_the_ledger(world: World, chen: User) -> None:
    """No door makes one: each reads days as days."""
    bound = Condition(field="occurred_on", lookup="gte", values=("2020-11-01",))
    assert not ends_with_a_month(bound)
    asked = TotalsQuery(scope=Scope(conditions=(bound,)), measures=("lines",))
    assert answer(asked, chen).total["lines"] == 0
