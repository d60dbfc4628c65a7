"""The days on which things fall, and conditions on them."""

from psycopg import sql

from shipments.querysets.totals.binding import Binder, joined
from shipments.querysets.totals.question import Condition, Scope

COMPARED = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}
LOWER = ("gte", "gt")
UPPER = ("lte", "lt")


def zone(scope: Scope, bind: Binder) -> sql.Composable:
    """This will give the time zone of local days: the one asked for, or the operation's."""
    return bind(scope.tz.key) if scope.tz else sql.SQL("x.time_zone")


def local_day(moment: str, scope: Scope, bind: Binder) -> sql.Composable:
    return sql.SQL("({} AT TIME ZONE {})::date").format(sql.SQL(moment), zone(scope, bind))


def occurred_day(scope: Scope, bind: Binder) -> sql.Composable:
    return local_day("e.occurred_at", scope, bind) if scope.tz else sql.SQL("e.occurred_on")


def condition_on_day(day: sql.Composable, condition: Condition, bind: Binder) -> sql.Composable:
    """This will write one condition on a day, for example ``day >= '2020-11-01'``."""
    if condition.lookup == "isnull":
        word = "IS NULL" if condition.values[0] else "IS NOT NULL"
        return sql.SQL("{} {}").format(day, sql.SQL(word))
    if condition.lookup in COMPARED:
        sign = sql.SQL(COMPARED[condition.lookup])
        return sql.SQL("{} {} {}").format(day, sign, bind(condition.values[0]))
    dates = sql.SQL("{}::date[]").format(bind(list(condition.values)))
    if condition.lookup == "not":
        return sql.SQL("{} <> ALL({})").format(day, dates)
    return sql.SQL("{} = ANY({})").format(day, dates)


def all_of(conditions: list[sql.Composable]) -> sql.Composable:
    return joined(" AND ", conditions) if conditions else sql.SQL("true")


def bounded_above(conditions: tuple[Condition, ...]) -> list[Condition]:
    """This will list the conditions that only leave out later days."""
    return [condition for condition in conditions if condition.lookup in UPPER]


def bounded_below(conditions: tuple[Condition, ...]) -> list[Condition]:
    return [condition for condition in conditions if condition.lookup not in UPPER]


def is_interval(conditions: tuple[Condition, ...]) -> bool:
    """This will say whether the days asked for follow one another without a gap."""
    return all(
        condition.lookup in (*LOWER, *UPPER, "isnull")
        or (condition.lookup == "is" and len(condition.values) == 1)
        for condition in conditions
    )
