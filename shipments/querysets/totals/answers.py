"""Answers to questions about totals."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext_lazy as _

from regions.rights import EVERYWHERE, reader_within, rights_of
from shipments.querysets.totals.binding import Binder, rendered
from shipments.querysets.totals.compiler import compiler_for
from shipments.querysets.totals.dimensions import DIMENSIONS
from shipments.querysets.totals.filling import with_every_period
from shipments.querysets.totals.links import Behind
from shipments.querysets.totals.lookups import look_up
from shipments.querysets.totals.measures import Measure, column_of
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.question import TotalsQuery
from shipments.querysets.totals.rollup import is_kept_ready
from shipments.querysets.totals.tables import Head, Row, WideNames, long_table, wide_table
from text.refusals import QueryRefused
from text.statements import run_with_names

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


MOST_STATEMENTS = 500
PUBLISHED = [dimension for dimension in DIMENSIONS.values() if not dimension.private]


@dataclass(frozen=True)
class Answer:
    """What a question comes to.

    ``rows`` and ``total`` are keyed by ``columns``; decimals are exact, counts are ints, None
    is unknown (a weight nobody knows, a sum over several units). ``codes`` holds each row's
    dimension codes whatever ``labels`` shows, for links. ``units`` are the units met.
    ``snapshot`` changes whenever something was committed. ``whole`` is the total of each measure
    whatever the shape, ``heads`` what the columns of the wide shape stand for. ``part`` says that
    there may be more than the reader may see.
    """

    query: TotalsQuery
    columns: tuple[str, ...]
    rows: list[Row]
    codes: list[Row]
    total: Row
    units: tuple[str, ...]
    complete: bool
    as_of: datetime
    generated_at: datetime
    settled: bool
    snapshot: str
    total_without_weight: int
    whole: Row
    heads: dict[str, Head]
    part: bool

    @cached_property
    def behind(self) -> Behind:
        """The ledger lines behind its rows."""
        return Behind(self.query)

    def measure_of(self, column: str) -> Measure | None:
        """This will find the measure that a column shows, in the wide shape too."""
        if Plan(self.query).is_wide:
            return WideNames(self.query).measure_of(column)
        return column_of(column)


def answer(query: TotalsQuery, user: "User | AnonymousUser") -> Answer:
    """This will answer a question from the ledger, for what the reader may see.

    Two statements: one looks up the clock and the codes, one computes. Raises QueryRefused
    with the codes ``unknown_value``, ``not_shown``, ``units_mixed`` and ``too_many_columns``.
    """
    refuse_hidden(query, user)
    moment = look_up(query.scope, user)
    plan = Plan(query)
    total, sums, rows = fetched(plan, user)
    units = tuple(sorted(total["units"] or ()))
    refuse_mixed_units(plan, units)
    if query.fill == "zero":
        rows = with_every_period(plan, rows)
    laid = wide_table(plan, rows, sums) if plan.is_wide else long_table(plan, rows, total)
    return Answer(
        query=query,
        columns=laid.columns,
        rows=laid.rows[: query.limit],
        codes=laid.codes[: query.limit],
        total=laid.total,
        units=units,
        complete=query.limit is None or len(laid.rows) <= query.limit,
        as_of=query.scope.as_of or moment.at,
        generated_at=moment.at,
        settled=moment.settled,
        snapshot=moment.snapshot,
        total_without_weight=total.get("lines_without_weight") or 0,
        whole={name: total[name] for name in plan.columns},
        heads=laid.heads,
        part=rights_of(user).sees_part,
    )


def fetched(plan: Plan, user: "User | AnonymousUser") -> tuple[Row, list[Row], list[Row]]:
    """This will run the statement: the total, the totals of columns, and the rows in order."""
    if is_kept_ready(plan, user):
        names, found = run_with_names(*statement_kept(plan.query))
    else:
        bind = Binder()
        text = rendered(compiler_for(plan, user, bind).statement())
        with connection.cursor() as cursor:
            cursor.execute(text, bind.values)
            names, found = [column.name for column in cursor.description], cursor.fetchall()
    total, *rows = [dict(zip(names, row, strict=True)) for row in found]
    if not plan.query.by:
        return total, [], [total]
    sums = [row for row in rows if row["depth"]]
    return total, sums, rows[len(sums) :]


@lru_cache(maxsize=MOST_STATEMENTS)
def statement_kept(query: TotalsQuery) -> tuple[str, dict[str, Any]]:
    """This will write the statement over the cells, with its values, once for each question.

    It is the same for every reader of everything. Writing it costs more than it takes to run.
    """
    bind = Binder()
    compiler = compiler_for(Plan(query), reader_within([EVERYWHERE]), bind)
    return rendered(compiler.statement()), bind.values


def refuse_hidden(query: TotalsQuery, user: "User | AnonymousUser") -> None:
    """This will refuse what readers without a role may neither see nor ask by (``not_shown``)."""
    if rights_of(user).is_known:
        return
    asked = [("by", name) for name in query.by]
    asked += [(condition.parameter, condition.field) for condition in query.scope.conditions]
    refusals = {
        parameter: ValidationError(
            _("“%(value)s” is not shown to readers without a role."),
            code="not_shown",
            params={"value": name, "allowed": [d.name for d in PUBLISHED]},
        )
        for parameter, name in asked
        if name in DIMENSIONS and DIMENSIONS[name].private
    }
    if refusals:
        raise QueryRefused(refusals)


def refuse_mixed_units(plan: Plan, units: tuple[str, ...]) -> None:
    quantities = [m.name for m in plan.measures if m.kind == "quantity"]
    if quantities and len(units) > 1 and "unit" not in plan.query.by:
        raise QueryRefused(
            {
                "measure": ValidationError(
                    _(
                        "The quantities are in several units: %(units)s. Add unit to by=, ask "
                        "for one unit=, or measure kilograms with %(kilograms)s."
                    ),
                    code="units_mixed",
                    params={
                        "units": ", ".join(units),
                        "kilograms": f"{quantities[0]}_kg",
                        "allowed": list(units),
                    },
                )
            }
        )
