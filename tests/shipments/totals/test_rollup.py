"""Totals kept ready always equal a recount, folded or not, with whatever writers at once."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from shipments.querysets.totals import Condition, Scope, TotalsQuery, answer
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.rollup import COUNTS, PERIODS, TOLD_APART, is_kept_ready
from shipments.querysets.totals.verifying import differing_cells
from shipments.services import fold_totals
from tests import build
from tests.database import TestDatabase
from tests.shipments.totals.history import History, scenery
from tests.shipments.totals.recount import Ledger, Recount
from tests.shipments.totals.test_recount import CODES, RANDOM, assert_same, assert_same_wide
from tests.world import World

FLOWS = ("sent", "received", "damaged", "lost", "returned", "handed_over", "distributed")
MEASURES = [f"{name}{end}" for name in (*FLOWS, "surplus", "outstanding") for end in ("", "_kg")]


def some_turn(random: Random, lookup: str) -> date:
    """The bound at which a month begins or ends; now and then a day within one."""
    first = date(2020, 11, 1) if random.random() < 0.5 else date(2020, 12, 1)
    shift = random.choice([0, 0, 3])
    return first + timedelta(days=shift - (lookup in ("gt", "lte")))


def common_query(random: Random, history: History) -> TotalsQuery:
    """A question of the kind that the cells answer, now and then one that they cannot."""
    dimensions = [*TOLD_APART, *PERIODS]
    by = tuple(random.sample(dimensions, random.choice([0, 1, 1, 2])))
    field = random.choice([*(set(CODES) & set(TOLD_APART)), None, None])
    conditions = [Condition(field="operation", lookup="is", values=(history.operation.code,))]
    if field is not None:
        lookup = random.choice(["is", "is", "not"])
        conditions.append(
            Condition(field=field, lookup=lookup, values=(random.choice(CODES[field]),))
        )
    conditions += random.sample(
        [
            Condition(field="occurred_on", lookup=lookup, values=(some_turn(random, lookup),))
            for lookup in ("gte", "gt", "lte", "lt")
        ],
        random.choice([0, 0, 1, 2]),
    )
    return TotalsQuery(
        by=by,
        measures=tuple(
            dict.fromkeys(random.choices([*MEASURES, *COUNTS * 3], k=random.randint(1, 4)))
        ),
        scope=Scope(
            conditions=tuple(conditions),
            equipment=random.choice(["exclude", "include"]),
            level=random.choice([None, 1]) if "region" in by else None,
        ),
    )


def test_totals_kept_ready_are_what_a_recount_comes_to(reader: User) -> None:
    world, ready = scenery(), []

    @RANDOM
    @given(st.integers(0, 2**32))
    def holds(seed: int) -> None:
        random = Random(seed)
        history = History(random, world)
        for _ in range(2):
            history.write(random.randint(2, 7))
            if random.random() < 0.3:
                fold_totals()
        ledger = Ledger(history.operation.code)
        for _ in range(12):
            query = common_query(random, history)
            ready.append(is_kept_ready(Plan(query), reader))
            recount = Recount(query, ledger)
            assert_same(query, recount, reader)
            assert_same_wide(query, recount, reader)

    holds()
    assert ready.count(True) > len(ready) / 6
    assert differing_cells() == []
    fold_totals()
    assert differing_cells() == []


def since(day: date) -> Scope:
    return Scope(conditions=(Condition(field="occurred_on", lookup="gte", values=(day,)),))


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        (TotalsQuery(by=("donor", "month")), True),
        (TotalsQuery(by=("region",)), True),
        (TotalsQuery(by=("category", "donor")), True),
        (TotalsQuery(by=("day",)), False),
        (TotalsQuery(by=("mode",)), False),
        (TotalsQuery(by=("donor", "item", "region")), False),
        (TotalsQuery(by=("donor",), measures=("shipments",)), False),
        (TotalsQuery(by=("year",)), False),
        (TotalsQuery(by=("year", "unit"), measures=("sent",)), True),
        (TotalsQuery(by=("unit",), measures=("sent",), scope=since(date(2020, 12, 1))), True),
        (TotalsQuery(by=("unit",), measures=("sent",), scope=since(date(2020, 12, 4))), False),
    ],
)
def test_common_questions_need_no_ledger(
    world: World, chen: User, query: TotalsQuery, *, kept: bool
) -> None:
    assert is_kept_ready(Plan(query), chen) is kept


def test_a_reader_of_one_region_is_answered_from_the_ledger(world: World, amina: User) -> None:
    assert not is_kept_ready(Plan(TotalsQuery(by=("donor",))), amina)


@pytest.fixture
def thread_errors() -> Iterator[list[BaseException]]:
    errors: list[BaseException] = []
    yield errors
    assert errors == []


def test_writers_at_once_lose_nothing_while_totals_are_folded(
    committed: None, world: World, omar: User, chen: User, thread_errors: list[BaseException]
) -> None:
    """Six writers on the same donor, item and place; two of them share each shipment."""
    shipments = [world.sent(40) for _ in range(3)]

    def write(number: int) -> None:
        try:
            for _ in range(8):
                done = build.receive(shipments[number % 3], received=1, by=omar)
                if number == 0:
                    build.reverse(done.event, by=omar)
                fold_totals()
        except BaseException as error:
            thread_errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = answer(TotalsQuery(by=("donor",), measures=("received", "outstanding")), chen)
    assert (found.total["received"], found.total["outstanding"]) == (40, 80)
    assert differing_cells() == []


@pytest.mark.parametrize("by", [("donor",), ("donor", "unit"), ("month",), ()])
def test_what_was_recorded_since_the_last_folding_counts(
    committed: None, world: World, omar: User, chen: User, by: tuple[str, ...]
) -> None:
    sent = world.sent(10)
    fold_totals()
    build.receive(sent, received=4, by=omar)
    query = TotalsQuery(by=by, measures=("sent_kg", "received_kg", "outstanding_kg"))
    before = answer(query, chen)
    fold_totals()
    after = answer(query, chen)
    assert before.total["received_kg"] == 6
    assert (before.rows, before.total) == (after.rows, after.total)


def test_verify_totals_finds_a_wrong_cell_and_rebuild_rights_it(
    committed: None, world: World, omar: User, test_database: TestDatabase
) -> None:
    build.receive(world.sent(10), received=4, by=omar)
    fold_totals()
    call_command("verify_totals")
    with test_database.connect("owner", test_database.name) as owner, owner.transaction():
        owner.execute("SELECT open_totals(true)")
        owner.execute("UPDATE totals_cell SET received = received + 1 WHERE kept = 3")
    with pytest.raises(CommandError, match="2 cells"):
        call_command("verify_totals")
    call_command("verify_totals", rebuild=True)
    call_command("verify_totals")
