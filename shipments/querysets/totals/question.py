"""A question about totals as a value: what to measure, for each of what, and only where."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, Self
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

# What a condition compares with: codes and words, days, or yes and no.
Value = str | date | bool
LOOKUPS = ("is", "not", "exact", "gte", "gt", "lte", "lt", "isnull")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One filter: a field, a lookup and the values, of which any one suffices."""

    field: str
    lookup: str
    values: tuple[Value, ...]

    @property
    def parameter(self) -> str:
        return self.field if self.lookup == "is" else f"{self.field}__{self.lookup}"

    @property
    def text(self) -> str:
        return ",".join(written(value) for value in self.values)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which ledger lines a question is about. Totals and the list of lines share it."""

    conditions: tuple[Condition, ...] = ()
    movement: Literal["first", "onward", "all"] = "first"
    equipment: Literal["exclude", "only", "include"] = "exclude"
    as_of: datetime | None = None
    tz: ZoneInfo | None = None
    level: int | None = None

    def on(self, name: str) -> tuple[Condition, ...]:
        """This will list the conditions on one field."""
        return tuple(condition for condition in self.conditions if condition.field == name)

    def within(self, *conditions: Condition) -> Self:
        """This will narrow the scope by further conditions."""
        fresh = tuple(c for c in conditions if c not in self.conditions)
        return replace(self, conditions=self.conditions + fresh)

    def parameters(self) -> list[tuple[str, str]]:
        """This will write the scope as query parameters, always in the same order."""
        pairs = [
            (condition.parameter, condition.text)
            for condition in sorted(self.conditions, key=lambda c: (c.field, c.lookup))
        ]
        if self.movement != "first":
            pairs.append(("movement", self.movement))
        if self.equipment != "exclude":
            pairs.append(("equipment", self.equipment))
        if self.level is not None:
            pairs.append(("level", str(self.level)))
        if self.as_of is not None:
            pairs.append(("as_of", self.as_of.isoformat()))
        if self.tz is not None:
            pairs.append(("tz", self.tz.key))
        return pairs


@dataclass(frozen=True, kw_only=True)
class TotalsQuery:
    """A whole question: measures, dimensions, scope, and how the answer is laid out."""

    by: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("sent_kg", "received_kg", "outstanding_kg")
    scope: Scope = field(default_factory=Scope)
    date_field: Literal["occurred", "dispatched"] = "occurred"
    labels: Literal["code", "name", "both"] = "both"
    lang: str = ""
    shape: Literal["long", "wide"] = "long"
    fill: Literal["none", "zero"] = "none"
    order: tuple[str, ...] = ()
    limit: int | None = None

    def parameters(self) -> list[tuple[str, str]]:
        """This will write the question as query parameters, always in the same order."""
        pairs = [("by", ",".join(self.by))] if self.by else []
        pairs += [("measure", ",".join(self.measures)), *self.scope.parameters()]
        for name, usual in (
            ("date_field", "occurred"),
            ("labels", "both"),
            ("lang", ""),
            ("shape", "long"),
            ("fill", "none"),
        ):
            if getattr(self, name) != usual:
                pairs.append((name, getattr(self, name)))
        if self.order:
            pairs.append(("order", ",".join(self.order)))
        if self.limit is not None:
            pairs.append(("limit", str(self.limit)))
        return pairs

    @property
    def only_operation(self) -> str:
        """The code of the one operation that is asked about, "" for all or several."""
        asked = [(condition.lookup, condition.values) for condition in self.scope.on("operation")]
        if len(asked) == 1 and asked[0][0] == "is" and len(asked[0][1]) == 1:
            return str(asked[0][1][0])
        return ""

    def canonical(self) -> str:
        """This will write the question as a query string that reads the same every time."""
        return address_of(self.parameters())


def address_of(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{name}={quoted(text)}" for name, text in pairs)


def quoted(text: str) -> str:
    """This will write the value of a parameter as an address wants it; names are our own words."""
    return quote_plus(text, safe=",:")


def written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value
