"""Where the rows of an answer come from: lines of shipments (``x``) and their ledger lines."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from psycopg import sql

from regions.rights import rights_of
from shipments.querysets.published import published
from shipments.querysets.totals.binding import Binder, joined
from shipments.querysets.totals.days import (
    all_of,
    bounded_above,
    bounded_below,
    condition_on_day,
    is_interval,
    local_day,
    occurred_day,
)
from shipments.querysets.totals.dimensions import REGION_AT_LEVEL
from shipments.querysets.totals.fields import FIELDS, OUTCOME
from shipments.querysets.totals.question import Condition, Scope

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Not as a bare IS NULL, of which PostgreSQL expects hardly any before it has counted the table.
GOODS = """(
    SELECT l.id AS line_id, l.shipment_id, l.donor_id, l.item_id, l.unit, l.equipment, l.quantity,
        l.weight_kg, CASE WHEN l.from_line_id IS NULL THEN false ELSE true END AS onward{more}
    FROM {lines} AS l{joins}
) AS x"""
OF_SHIPMENT = """, s.operation_id, s.destination_id, s.mode, s.status, s.planned_at, s.created_at,
    {dispatched_at} AS dispatched_at"""
JOIN_SHIPMENT = " JOIN shipments_shipment AS s ON s.id = l.shipment_id"
JOIN_OPERATION = " JOIN shipments_operation AS o ON o.id = s.operation_id"
NAMES_SHIPMENT = re.compile(
    r"x\.(operation_id|destination_id|mode|status|planned_at|created_at|dispatched_at|time_zone)"
)
NAMES_ZONE = re.compile(r"x\.time_zone")
NAMES_EVENT = re.compile(r"\be\.")
# The dispatch that held at the time asked for; later reversals were not known then.
DISPATCHED_AS_OF = """(
    SELECT max(sent.occurred_at) FROM shipments_deliveryevent AS sent
    WHERE sent.shipment_id = s.id AND sent.kind = 'dispatched' AND sent.recorded_at <= {as_of}
        AND NOT EXISTS (SELECT FROM shipments_deliveryevent AS undone
            WHERE undone.reverses_id = sent.id AND undone.recorded_at <= {as_of})
)"""
CANCELLED_AS_OF = """EXISTS (
    SELECT FROM shipments_deliveryevent AS ended
    WHERE ended.shipment_id = x.shipment_id AND ended.kind = 'cancelled'
        AND ended.recorded_at <= {as_of}
        AND NOT EXISTS (SELECT FROM shipments_deliveryevent AS undone
            WHERE undone.reverses_id = ended.id AND undone.recorded_at <= {as_of})
)"""
# A reversal stands at the level of what it reverses, so that the two always cancel out.
LEVEL = """coalesce((
    SELECT v.level FROM shipments_verification AS v
    WHERE v.event_id = coalesce(e.reverses_id, e.id) AND {known}
    ORDER BY v.id DESC LIMIT 1
), 'reported')"""
ABOVE_LEVEL = """x.destination_id IN (
    SELECT place.id FROM regions_destination AS place
    JOIN regions_destination AS current_place
        ON current_place.id = coalesce(place.merged_into_id, place.id)
    JOIN regions_region AS region ON region.id = current_place.region_id
    WHERE {key} IS NULL
)"""
LEDGER = "{lines} AS d{event} JOIN {goods} ON x.line_id = d.line_id"
ALL_GOODS, ALL_LINES = sql.SQL("shipments_shipmentline"), sql.SQL("shipments_deliveryline")
# What is read of the lines of shipments, and of the ledger, where not all may be seen.
OF_GOODS = (
    *("id", "shipment_id", "donor_id", "item_id", "unit", "equipment", "quantity", "weight_kg"),
    "from_line_id",
)
OF_LEDGER = ("id", "event_id", "line_id", "outcome", "quantity", "weight_kg", "weight_basis")
JOIN_EVENT = " JOIN shipments_deliveryevent AS e ON e.id = d.event_id"


@dataclass(frozen=True)
class Sources:
    """The rows that one question draws on, for one reader."""

    scope: Scope
    user: "User | AnonymousUser"
    bind: Binder

    def goods(self, *users: sql.Composable, lines: sql.Composable = ALL_GOODS) -> sql.Composable:
        """This will give one row per line of a shipment, as ``x``.

        What the fragments that use it name decides what is joined: at a million lines each
        join that nobody needs costs as much as the question.
        """
        text = " ".join(user.as_string(None) for user in users)
        joins = ""
        more: list[sql.Composable] = []
        if NAMES_SHIPMENT.search(text):
            joins += JOIN_SHIPMENT
            more.append(sql.SQL(OF_SHIPMENT).format(dispatched_at=self.dispatched_at()))
        if NAMES_ZONE.search(text):
            joins += JOIN_OPERATION
            more.append(sql.SQL(", o.time_zone"))
        return sql.SQL(GOODS).format(more=joined("", more), joins=sql.SQL(joins), lines=lines)

    def dispatched_at(self) -> sql.Composable:
        if self.scope.as_of is None:
            return sql.SQL("s.dispatched_at")
        return sql.SQL(DISPATCHED_AS_OF).format(as_of=self.bind(self.scope.as_of))

    def ledger(self, *users: sql.Composable) -> sql.Composable:
        """This will give one row per ledger line, as ``d`` with its event ``e`` and ``x``."""
        named = any(NAMES_EVENT.search(user.as_string(None)) for user in users)
        return sql.SQL(LEDGER).format(
            lines=self.seen_ledger(),
            event=sql.SQL(JOIN_EVENT if named else ""),
            goods=self.goods(*users),
        )

    def seen_ledger(self) -> sql.Composable:
        """This will give the ledger lines that the reader may see.

        They are what a question starts from. Joined to it, they would be read again for each line
        as long as PostgreSQL has not counted its tables and expects hardly any.
        """
        if rights_of(self.user).reads_everywhere:
            return ALL_LINES
        return self.bind.once("seen_ledger", self.visible_ledger)

    def announced(self, *users: sql.Composable) -> sql.Composable:
        """This will give one row per line of a shipment that the reader may see, as ``x``."""
        if rights_of(self.user).reads_everywhere:
            return self.goods(*users)
        return self.goods(*users, lines=self.bind.once("seen_goods", self.visible_goods))

    def dispatched_day(self) -> sql.Composable:
        return local_day("x.dispatched_at", self.scope, self.bind)

    def occurred_day(self) -> sql.Composable:
        return occurred_day(self.scope, self.bind)

    def recorded_day(self) -> sql.Composable:
        return local_day("e.recorded_at", self.scope, self.bind)

    def level(self) -> sql.Composable:
        """This will give the verification level of the event ``e``, as known then."""
        known: sql.Composable = sql.SQL("true")
        if self.scope.as_of is not None:
            known = sql.SQL("v.verified_at <= {}").format(self.bind(self.scope.as_of))
        return sql.SQL(LEVEL).format(known=known)

    def on_goods(self) -> sql.Composable:
        """This will write the conditions on lines of shipments, whatever befell them."""
        conditions = [
            self.condition(condition)
            for condition in self.scope.conditions
            if FIELDS.get(condition.field, OUTCOME).where
        ]
        conditions += [
            condition_on_day(self.dispatched_day(), condition, self.bind)
            for condition in self.scope.on("dispatched_on")
        ]
        if self.scope.movement != "all":
            word = "x.onward" if self.scope.movement == "onward" else "NOT x.onward"
            conditions.append(sql.SQL(word))
        if self.scope.equipment != "include":
            word = "x.equipment" if self.scope.equipment == "only" else "NOT x.equipment"
            conditions.append(sql.SQL(word))
        return all_of(conditions)

    def condition(self, condition: Condition) -> sql.Composable:
        field = FIELDS[condition.field]
        if condition.lookup == "isnull":
            return self.is_null(condition)
        template = field.exact if condition.lookup == "exact" else field.where
        found = sql.SQL(template).format(values=self.bind.words(map(str, condition.values)))
        return sql.SQL("NOT ({})").format(found) if condition.lookup == "not" else found

    def is_null(self, condition: Condition) -> sql.Composable:
        """Only the region at a level can be missing; every other field is always filled."""
        found: sql.Composable = sql.SQL("false")
        if condition.field == "region" and self.scope.level is not None:
            key = sql.SQL(REGION_AT_LEVEL).format(level=self.bind(self.scope.level))
            found = sql.SQL(ABOVE_LEVEL).format(key=key)
        return found if condition.values[0] else sql.SQL("NOT ({})").format(found)

    def on_ledger(self) -> sql.Composable:
        """This will write the conditions on ledger lines, those on days left to the caller."""
        conditions = [self.on_goods()]
        if self.scope.as_of is not None:
            conditions.append(sql.SQL("e.recorded_at <= {}").format(self.bind(self.scope.as_of)))
        conditions += [self.on_level(condition) for condition in self.scope.on("verification")]
        for condition in self.scope.on("outcome"):
            sign = "d.outcome <> ALL({})" if condition.lookup == "not" else "d.outcome = ANY({})"
            conditions.append(sql.SQL(sign).format(self.bind.words(map(str, condition.values))))
        return all_of(conditions)

    def on_level(self, condition: Condition) -> sql.Composable:
        words = self.bind.words(map(str, condition.values))
        if condition.lookup == "exact":
            return sql.SQL("{} = ANY({})").format(self.level(), words)
        sign = "<> ALL" if condition.lookup == "not" else "= ANY"
        return sql.SQL("(d.outcome = 'sent' OR {} {}({}))").format(
            self.level(), sql.SQL(sign), words
        )

    def on_announced(self) -> sql.Composable:
        """This will write the conditions on lines that count as announced."""
        conditions = [self.on_goods()]
        if self.scope.as_of is None:
            conditions.append(sql.SQL("x.status <> 'cancelled'"))
        else:
            as_of = self.bind(self.scope.as_of)
            conditions.append(sql.SQL("x.created_at <= {}").format(as_of))
            conditions.append(sql.SQL("NOT " + CANCELLED_AS_OF).format(as_of=as_of))
        for name, day in (
            ("occurred_on", self.announced_day()),
            ("recorded_on", local_day("x.created_at", self.scope, self.bind)),
        ):
            conditions += [condition_on_day(day, c, self.bind) for c in self.scope.on(name)]
        return all_of(conditions)

    def visible_ledger(self) -> Any:
        return self.visible("DeliveryLine").values(*OF_LEDGER)

    def visible_goods(self) -> Any:
        """Readers without a role see a line once its dispatch is older than the embargo."""
        lines = self.visible("ShipmentLine").values(*OF_GOODS)
        if rights_of(self.user).is_known:
            return lines
        return lines.filter(published("ledger__event__"), ledger__outcome="sent").distinct()

    def announced_day(self) -> sql.Composable:
        return local_day("coalesce(x.planned_at, x.created_at)", self.scope, self.bind)

    def visible(self, model: str) -> Any:
        return apps.get_model("shipments", model)._default_manager.visible_to(self.user).order_by()

    def days(self) -> tuple[tuple[sql.Composable, tuple[Condition, ...]], ...]:
        """This will list the days of a ledger line with the conditions on each.

        Recording comes first: what was recorded before the time asked for is the ground on
        which the changes within it stand.
        """
        return (
            (self.recorded_day(), self.scope.on("recorded_on")),
            (self.occurred_day(), self.scope.on("occurred_on")),
        )

    def until(self) -> sql.Composable:
        """This will write the conditions that cut off later days; no balance looks beyond them."""
        return all_of(
            [
                condition_on_day(day, condition, self.bind)
                for day, conditions in self.days()
                for condition in bounded_above(conditions)
            ]
        )

    def within(self) -> sql.Composable:
        """This will write the conditions that leave out earlier days."""
        return all_of(
            [
                condition_on_day(day, condition, self.bind)
                for day, conditions in self.days()
                for condition in bounded_below(conditions)
            ]
        )

    def day_keys(self) -> list[sql.Composable]:
        """This will list by what a line's history is cut, so that each piece is inside or not."""
        keys: list[sql.Composable] = []
        for day, conditions in self.days():
            below = bounded_below(conditions)
            if not is_interval(conditions):
                keys.append(day)
            elif below:
                keys.append(all_of([condition_on_day(day, c, self.bind) for c in below]))
        return keys

    def cuts_days(self) -> bool:
        """This will say whether a history is cut day by day, for days with gaps between them."""
        return not all(is_interval(conditions) for _, conditions in self.days())


def ledger_lines(scope: Scope, user: "User | AnonymousUser") -> tuple[str, list[Any]]:
    """This will write the query for the ids of the ledger lines in scope, with its values.

    For the list of ledger lines: ``filter(pk__in=RawSQL(*ledger_lines(scope, user)))``.
    """
    sources = Sources(scope, user, Binder())
    conditions = joined(" AND ", [sources.on_ledger(), sources.until(), sources.within()])
    statement = sql.SQL("SELECT d.id FROM {} WHERE {}").format(
        sources.ledger(conditions), conditions
    )
    return sources.bind.positional(statement)
