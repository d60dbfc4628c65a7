"""What is announced weighs what was entered, or else what the ledger has learned since."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from regions.rights import Role
from shipments.models import ReportedFigure, Shipment
from shipments.querysets.beside import beside_itemised
from shipments.querysets.totals import Condition, Scope, TotalsQuery, answer
from tests import build
from tests.shipments.totals.recount import Ledger, Recount
from tests.shipments.totals.test_recount import assert_same
from tests.world import World

ASKED = TotalsQuery(measures=("announced_kg", "sent_kg", "lines_without_weight"))


@pytest.fixture
def wood(world: World) -> Shipment:
    """Ten pieces of wood that left without a weight, beside blankets of 150 kg."""
    return world.shipment(build.line(world.blankets, 100), build.line(world.wood, 10))


def told(reader: User | AnonymousUser, as_of: datetime | None = None) -> tuple[int | None, ...]:
    total = answer(replace(ASKED, scope=Scope(as_of=as_of)), reader).total
    return tuple(total[name] for name in ASKED.measures)


def test_a_weight_learned_after_dispatch_counts_as_announced(
    wood: Shipment, omar: User, chen: User
) -> None:
    assert told(chen) == (150, 150, 1)
    weighed = build.weigh(wood, {2: 30}, by=omar).event
    assert told(chen) == (180, 180, 0)
    build.reverse(weighed, by=omar)
    assert told(chen) == (150, 150, 1)


def test_a_weight_counts_from_when_it_was_recorded(
    committed: None, wood: Shipment, omar: User, chen: User
) -> None:
    before = wood.events.get(kind="dispatched").recorded_at
    weighed = build.weigh(wood, {2: 30}, by=omar).event
    taken_back = build.reverse(weighed, by=omar).event
    moments = {before: (150, 150, 1), weighed.recorded_at: (180, 180, 0)}
    for as_of, known in {**moments, taken_back.recorded_at: (150, 150, 1)}.items():
        assert told(chen, as_of) == known
        query = replace(ASKED, scope=Scope(as_of=as_of))
        assert_same(query, Recount(query, Ledger("KA20")), chen)


def test_days_choose_lines_and_change_nothing_about_their_weight(
    wood: Shipment, omar: User, chen: User
) -> None:
    build.weigh(wood, {2: 30}, by=omar)
    last = Condition(field="occurred_on", lookup="lte", values=(datetime.now(UTC).date(),))
    query = TotalsQuery(by=("month", "item"), measures=("announced_kg",))
    found = answer(replace(query, scope=Scope(conditions=(last,))), chen)
    assert {row["item"]: row["announced_kg"] for row in found.rows} == {"blanket": 150, "wood": 30}


def test_the_public_learns_of_a_weight_when_its_weighing_is_published(
    wood: Shipment, world: World, omar: User
) -> None:
    world.operation.public, world.operation.embargo_hours = True, 0
    world.operation.save()
    assert told(AnonymousUser()) == (150, 150, 1)
    # Clocks may differ by ten minutes: what lies ahead is not yet published.
    build.weigh(wood, {2: 30}, by=omar, occurred_at=datetime.now(UTC) + timedelta(minutes=5))
    assert told(omar) == (180, 180, 0)
    assert told(AnonymousUser()) == (150, 150, 1)


def test_a_statement_of_what_was_announced_stands_beside_weights_learned(
    wood: Shipment, world: World, omar: User, chen: User
) -> None:
    world.operation.public, world.operation.embargo_hours = True, 0
    world.operation.save()
    build.weigh(wood, {2: 30}, by=omar)
    figures = [
        ReportedFigure(
            operation=world.operation,
            published_on=datetime.now(UTC).date(),
            stage="announced",
            quantity=200,
            unit="kg",
            item=item,
        )
        for item in (None, world.wood)
    ]
    for reader in (chen, AnonymousUser()):
        found = beside_itemised(figures, reader)
        assert [beside.itemised for beside in found] == [Decimal(180), Decimal(30)]
        assert [beside.without_weight for beside in found] == [0, 0]


def test_a_weight_of_another_region_is_not_learned(
    wood: Shipment, world: World, omar: User
) -> None:
    build.weigh(wood, {2: 30}, by=omar)
    elsewhere = build.region("BB", name="Elsewhere")
    farid = build.person("farid", (Role.COORDINATOR, elsewhere))
    assert told(farid) == (0, 0, 0)
    nare = build.person("nare", (Role.COORDINATOR, world.north))
    assert told(nare) == (180, 180, 0)
