"""What is needed, beside what arrived: coverage, gap and kilograms per displaced person.

A need is its quantity, else its amount per person times the newest count of its people. The newest
assessment of the same goods holds until the next. Received is everything that arrived good in the
region, subtree included, by the end of the month; onward movement is told beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import DateField, F, Func, JSONField, Max, Q, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from shipments.querysets.beside import WEIGHED_IN, day, same
from shipments.querysets.statements import operations_of
from shipments.querysets.totals import Scope, Sums, TotalsQuery, answer_several
from shipments.querysets.totals.links import Behind

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

SHARE, EACH = Decimal("0.0001"), Decimal("0.001")
RELATED = ("operation", "region", "item", "category", "need__assessment", "population")


class ByKey(Subquery):
    """Keys and values of a subquery as one JSON object: asked once, not for each row."""

    template = "(SELECT jsonb_object_agg(key, value) FROM (%(subquery)s) AS pairs (key, value))"
    output_field = JSONField()


class CoverageQuerySet(models.QuerySet[Any]):
    """Questions about needs month by month."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """This will find the needs of the operations the person may see.

        Months go to the last one in which something changed that the person may see.
        """
        events = apps.get_model("shipments", "DeliveryEvent")._default_manager.visible_to(user)
        last = events.order_by().values("shipment__operation").annotate(day=Max("occurred_on"))
        words = Func(
            ByKey(last.values("shipment__operation", "day")),
            Cast("operation", TextField()),
            template="(%(expressions)s)",
            arg_joiner=" ->> ",
            output_field=TextField(),
        )
        listed = self.filter(Q(month__lte=F("changed")) | Q(month__lte=Cast(words, DateField())))
        return listed.filter(operation__in=operations_of(user))


@dataclass(frozen=True)
class Covered:
    """A need at the end of a month, and what had been received by then, in its unit.

    Without a need it is all goods, in kilograms. None is unknown, which is never zero.
    ``below`` are the regions below that have figures of their own: what they received is part of
    this, so that nothing may be added up over both.
    """

    row: Any
    sums: Sums
    below: tuple[str, ...]

    @property
    def weighs(self) -> bool:
        return self.row.unit in WEIGHED_IN

    @property
    def people(self) -> int | None:
        return None if self.row.population is None else int(self.row.population.people)

    @property
    def by_person(self) -> bool:
        return self.row.need is not None and self.row.need.quantity is None

    @cached_property
    def need(self) -> Decimal | None:
        """How much was needed; None where nobody counted the people by then."""
        line = self.row.need
        if line is None:
            return None
        if line.quantity is not None:
            return Decimal(line.quantity)
        return None if self.people is None else Decimal(line.per_person) * self.people

    @cached_property
    def received(self) -> Decimal | None:
        return self.arrived("first")

    @cached_property
    def onward(self) -> Decimal | None:
        """What came by onward movement, which had been received somewhere before."""
        return self.arrived("onward")

    def arrived(self, movement: str) -> Decimal | None:
        rows = [row for row in self.months if row["movement"] == movement]
        if not self.weighs:
            quantities = (row["received"] for row in rows if row["unit"] == self.row.unit)
            return sum(map(Decimal, quantities), Decimal(0))
        known = [row["received_kg"] for row in rows if row["received_kg"] is not None]
        if rows and not known:
            return None
        return sum(known, Decimal(0)) / WEIGHED_IN[self.row.unit]

    @cached_property
    def months(self) -> list[dict[str, Any]]:
        last = f"{self.row.month:%Y-%m}"
        return [row for row in self.sums.rows if row["month"] <= last]

    @property
    def without_weight(self) -> bool:
        """Whether something of unknown weight arrived, which ``received`` leaves out."""
        return self.weighs and any(
            row["received"] and row["lines_without_weight"]
            for row in self.months
            if row["movement"] == "first"
        )

    @property
    def other_units(self) -> tuple[str, ...]:
        if self.weighs:
            return ()
        found = {row["unit"] for row in self.months if row["received"]}
        return tuple(sorted(found - {self.row.unit}))

    @property
    def coverage(self) -> Decimal | None:
        """Received by need, as a share; above one where more came than was needed."""
        if not self.need or self.received is None:
            return None
        return (self.received / self.need).quantize(SHARE)

    @property
    def gap(self) -> Decimal | None:
        return None if self.need is None or self.received is None else self.need - self.received

    @property
    def kg_per_person(self) -> Decimal | None:
        """Kilograms of all goods for each displaced person."""
        if self.row.need is not None or not self.people or self.received is None:
            return None
        return (self.received / self.people).quantize(EACH)

    @property
    def lines(self) -> Scope | None:
        """The ledger lines that make ``received``; None where there are none."""
        if not self.received:
            return None
        codes = {"movement": "first"} | ({} if self.weighs else {"unit": self.row.unit})
        return Behind(self.sums.query).row(codes, "received").within(day("lte", self.row.until))


def cover(rows: Sequence[Any], user: "User | AnonymousUser") -> list[Covered]:
    """This will set needs beside what was received, as the reader may see it.

    The rows come with what RELATED names. One statement answers up to fifty different goods and
    regions, however many months they have; two more find the regions below with own figures.
    """
    subjects = {subject(row): row for row in rows}
    answers = answer_several([question_of(row) for row in subjects.values()], user)
    sums = dict(zip(subjects, answers, strict=True))
    figures = own_figures(rows)
    return [Covered(row, sums[subject(row)], below(row, figures)) for row in rows]


def subject(row: Any) -> tuple[Any, ...]:
    return (row.operation_id, row.region_id, row.item_id, row.category_id)


def question_of(row: Any) -> TotalsQuery:
    """This will ask for all that was received of some goods in a region, month by month.

    Categories count with all below them, merged items as one; equipment where an item is named.
    """
    named = {name: getattr(row, name) for name in ("operation", "region", "item", "category")}
    return TotalsQuery(
        by=("month", "unit", "movement"),
        measures=("received", "received_kg", "lines_without_weight"),
        scope=Scope(
            conditions=tuple(same(name, r.code) for name, r in named.items() if r is not None),
            movement="all",
            equipment="exclude" if row.item is None else "include",
        ),
        labels="code",
    )


@dataclass(frozen=True)
class Figure:
    """A need or a count of people of one region: of what, since when, and where."""

    of: tuple[Any, ...]
    path: str
    code: str
    since: "date"


def own_figures(rows: Sequence[Any]) -> list[Figure]:
    """This will read which regions below those of the rows have needs or counts of their own."""
    paths = {row.region.path for row in rows}
    needs = apps.get_model("shipments", "NeedLine")._default_manager
    counts = apps.get_model("regions", "Population")._default_manager
    merged = Coalesce("item__merged_into", "item")
    found = needs.filter(beneath("assessment__region", paths)).values_list(
        "assessment__operation_id",
        merged,
        "category_id",
        "unit",
        "assessment__region__path",
        "assessment__region__code",
        "assessment__assessed_on",
    )
    counted = counts.filter(beneath("region", paths)).values_list(
        "kind", "region__path", "region__code", "counted_on"
    )
    return [
        Figure(of=tuple(of), path=path, code=code, since=since)
        for *of, path, code, since in (*found, *counted)
    ]


def beneath(region: str, paths: Iterable[str]) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{region}__path__startswith": path}) & ~Q(**{f"{region}__path": path})
    return condition


def below(row: Any, figures: list[Figure]) -> tuple[str, ...]:
    """This will name the regions below with a figure of the same goods or the same people."""
    goods = (row.operation_id, row.item_id, row.category_id, row.unit)
    wanted: list[tuple[Any, ...]] = [goods] if row.need is not None else []
    if row.need is None or row.need.quantity is None:
        wanted.append((row.population_kind,))
    return tuple(
        sorted(
            {
                figure.code
                for figure in figures
                if figure.of in wanted
                and figure.path.startswith(row.region.path)
                and figure.path != row.region.path
                and figure.since <= row.until
            }
        )
    )
