"""What is looked up before a question is answered: the clock, open transactions, codes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from shipments.querysets.totals.binding import Binder, joined, rendered
from shipments.querysets.totals.fields import FIELDS, Field
from shipments.querysets.totals.question import Condition, Scope
from text.dates import format_moment
from text.refusals import QueryRefused, unknown
from text.statements import run

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Asked before the answer is computed: a transaction that ends in between is then not missed.
SETTLED = """
    {as_of} <= statement_timestamp() AND NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend'
            AND pid <> pg_backend_pid() AND xact_start <= {as_of}
    )
"""
# More codes than these are not all named in a refusal, nor searched for the nearest one.
MOST_NAMED, MOST_COMPARED = 60, 2000
# Today is asked for as its end, and begins so much before UTC's in the east.
TODAY_BEGINS = timedelta(hours=14)


@dataclass(frozen=True)
class Moment:
    """When a question was asked, and whether what it asks about can still change."""

    at: datetime
    settled: bool
    snapshot: str


def look_up(scope: Scope, user: "User | AnonymousUser") -> Moment:
    """This will read the clock and check every code of the scope, in one statement.

    Raises QueryRefused (``unknown_value``) for codes that do not exist for the reader, and
    (``in_the_future``) for a moment of a day that has not begun anywhere.
    """
    coded = [c for c in scope.conditions if FIELDS.get(c.field, NOT_CODED).kind == "code"]
    coded = [c for c in coded if c.lookup != "isnull"]
    bind = Binder()
    as_of = bind(scope.as_of) if scope.as_of else sql.SQL("statement_timestamp()")
    columns: list[sql.Composable] = [
        sql.SQL("statement_timestamp()"),
        sql.SQL(SETTLED).format(as_of=as_of),
        sql.SQL("pg_current_snapshot()::text || pg_postmaster_start_time()::text"),
    ]
    columns += [sql.SQL("ARRAY({})").format(bind.subquery(found(c, user))) for c in coded]
    text = rendered(sql.SQL("SELECT {}").format(joined(", ", columns)))
    at, settled, snapshot, *codes = asked(text, bind.values, often=not coded)
    refusals = {
        condition.parameter: refusal(condition, set(known), user)
        for condition, known in zip(coded, codes, strict=True)
        if not set(condition.values) <= set(known)
    }
    if scope.as_of and not has_begun(scope.as_of, at=at):
        refusals["as_of"] = in_the_future(scope.as_of)
    if refusals:
        raise QueryRefused(refusals)
    return Moment(at, settled, snapshot)


def has_begun(moment: datetime, *, at: datetime) -> bool:
    """This will say whether the day of a moment, as written or in UTC, has begun somewhere."""
    # West of Greenwich the end of today is tomorrow in UTC.
    day = min(moment.date(), moment.astimezone(UTC).date())
    return day <= (at.astimezone(UTC) + TODAY_BEGINS).date()


def in_the_future(moment: datetime) -> ValidationError:
    return ValidationError(
        _("%(given)s lies in the future. Ask for what was known earlier, or leave as_of out."),
        code="in_the_future",
        params={"given": format_moment(moment)},
    )


def asked(text: str, values: dict[str, Any], *, often: bool) -> tuple[Any, ...]:
    """This will read the one row; the clock alone is asked so often that its plan is kept."""
    if often:
        return run(text, values)[0]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return tuple(cursor.fetchone() or ())


def check_codes(scope: Scope, user: "User | AnonymousUser") -> None:
    """This will refuse codes that do not exist for the reader, as answering would."""
    look_up(scope, user)


NOT_CODED = Field("", "word", "")


def rows_of(field: Field, user: "User | AnonymousUser") -> Any:
    rows = apps.get_model(*field.model)._default_manager.visible_to(user)
    return rows.as_seen_by(user) if field.name == "shipment" else rows


def found(condition: Condition, user: "User | AnonymousUser") -> Any:
    field = FIELDS[condition.field]
    rows = rows_of(field, user).filter(**{f"{field.code}__in": list(condition.values)})
    return rows.order_by().values_list(field.code)


def refusal(condition: Condition, known: set[str], user: "User | AnonymousUser") -> Any:
    """This will refuse the first code that does not exist, with the ones that do."""
    field = FIELDS[condition.field]
    word = next(str(value) for value in condition.values if value not in known)
    if field.name == "shipment":
        # Far too many to be named, and a guess would be somebody else's shipment.
        return unknown(word, [], code="unknown_value")
    rows = rows_of(field, user).order_by(field.code)
    codes = list(rows.values_list(field.code, flat=True)[:MOST_COMPARED])
    error = unknown(word, codes, code="unknown_value")
    error.params = {**(error.params or {}), "allowed": codes[:MOST_NAMED]}
    return error
