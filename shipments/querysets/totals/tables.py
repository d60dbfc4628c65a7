"""How the rows of an answer are laid out: long, or wide with the last dimension as columns."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shipments.querysets.totals.dimensions import DIMENSIONS, Dimension
from shipments.querysets.totals.measures import MEASURES, Measure, column_of
from shipments.querysets.totals.plan import Plan
from shipments.querysets.totals.question import TotalsQuery
from text.refusals import QueryRefused

MOST_COLUMNS = 500
# What a column is called whose value is missing.
NOWHERE = "none"

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """Rows as they are shown, and beside each the codes of its dimensions."""

    columns: tuple[str, ...]
    rows: list[Row]
    codes: list[Row]
    total: Row
    heads: "dict[str, Head]" = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """What a column of the wide shape stands for: a value of the last dimension, and a measure."""

    code: str | None
    name: str | None
    measure: str


def long_table(plan: Plan, rows: list[Row], total: Row) -> Table:
    """This will show one row per combination of the dimensions."""
    columns = (*dimension_columns(plan, plan.query.by), *plan.columns)
    codes = [{name: row[name] for name in plan.query.by} for row in rows]
    sums = {name: total[name] for name in plan.columns}
    return Table(columns, [labelled(plan, row) for row in rows], codes, sums)


def dimension_columns(plan: Plan, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        named = plan.query.labels != "code" and DIMENSIONS[name].has_label
        if not (named and plan.query.labels == "name"):
            yield name
        if named:
            yield f"{name}_name"


def labelled(plan: Plan, row: Row) -> Row:
    """This will give a row as it is shown: codes, names or both, then the measures."""
    named = {
        f"{dimension.name}_name": word_of(dimension, row[dimension.name])
        for dimension in plan.dimensions
        if dimension.choices
    }
    columns = (*dimension_columns(plan, plan.query.by), *plan.columns)
    return {name: named[name] if name in named else row[name] for name in columns}


def word_of(dimension: Dimension, value: str | None) -> str | None:
    """This will name a word of a closed list in the language in use."""
    if value is None or dimension.choices is None:
        return None
    model, field = dimension.choices
    choices = apps.get_model("shipments", model)._meta.get_field(field).flatchoices
    return str(dict(choices).get(value, value))


@dataclass(frozen=True)
class WideNames:
    """How the columns of a wide answer are called.

    One measure: the value alone, ``2020-11``. Several: value and measure, ``2020-11_sent_kg``.
    """

    query: TotalsQuery

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures asked for; what long answers add of themselves has no column here."""
        return tuple(c for name in self.query.measures for c in MEASURES[name].columns)

    def name(self, value: str | None, measure: str) -> str:
        label = NOWHERE if value is None else value
        return label if len(self.measures) == 1 else f"{label}_{measure}"

    def measure_of(self, column: str) -> Measure | None:
        if column in {f"{name}{end}" for name in self.query.by[:-1] for end in ("", "_name")}:
            return None
        if len(self.measures) == 1:
            return column_of(self.measures[0])
        for measure in sorted(self.measures, key=len, reverse=True):
            if column.endswith(f"_{measure}"):
                return column_of(measure)
        return None


def wide_table(plan: Plan, rows: list[Row], sums: list[Row]) -> Table:
    """This will turn the last dimension into columns. A cell without any row is None."""
    names = WideNames(plan.query)
    *by, last = plan.query.by
    values = sorted({row[last] for row in rows}, key=lambda value: (value is None, value or ""))
    cells = [names.name(value, measure) for value in values for measure in names.measures]
    refuse_too_many(len(cells))
    heads = list(dimension_columns(plan, tuple(by)))
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in by)
        if key not in found:
            shown = labelled(plan, row)
            found[key] = {name: shown[name] for name in heads} | dict.fromkeys(cells)
        found[key] |= {names.name(row[last], m): row[m] for m in names.measures}
    codes = [dict(zip(by, key, strict=True)) for key in found]
    totals = {names.name(row[last], m): row[m] for row in sums or rows for m in names.measures}
    return Table((*heads, *cells), list(found.values()), codes, totals, heads_of(plan, rows, names))


def heads_of(plan: Plan, rows: list[Row], names: WideNames) -> dict[str, Head]:
    """This will say what each column stands for, by its name."""
    last = plan.dimensions[-1]
    called = {
        row[last.name]: row.get(f"{last.name}_name") or word_of(last, row[last.name])
        for row in rows
    }
    return {
        names.name(code, measure): Head(code, name, measure)
        for code, name in called.items()
        for measure in names.measures
    }


def refuse_too_many(count: int) -> None:
    if count > MOST_COLUMNS:
        raise QueryRefused(
            {
                "shape": ValidationError(
                    _("This would make %(count)s columns; at most %(most)s are laid out wide."),
                    code="too_many_columns",
                    params={"count": count, "most": MOST_COLUMNS, "allowed": ["long"]},
                )
            }
        )
