"""What became of a published total: the cells that are other figures now."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from regions.rights import EVERYWHERE, reader_within
from shipments.querysets.totals import (
    Answer,
    Scope,
    TotalsQuery,
    answer,
    kind_of,
    written,
)
from shipments.querysets.totals.plan import Plan

if TYPE_CHECKING:
    from accounts.models import User

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Erratum:
    """One figure that changed: where it stands, what it was, what it is.

    ``row`` has the codes and names of the dimensions, and is empty for the total. None is
    unknown. ``scope`` are the ledger lines behind the figure, whenever they were recorded.
    """

    row: Row
    measure: str
    was: str | int | None
    now: str | int | None
    scope: Scope

    @property
    def difference(self) -> Decimal | None:
        if self.was is None or self.now is None:
            return None
        return Decimal(str(self.now)) - Decimal(str(self.was))


@dataclass(frozen=True)
class Errata:
    """What changed since a total was published.

    ``as_published`` says whether a recount of the same moment still gives the same figures; it
    does not once places, categories or doubles were put in order.
    """

    cells: list[Erratum]
    as_published: bool
    compared_at: Any


def standpoint_reader(standpoint: str, regions: list[str]) -> "User | AnonymousUser":
    """This will make a reader with the rights that a total was made from, as they are today."""
    if standpoint == "public":
        return AnonymousUser()
    if standpoint == "everywhere":
        return reader_within([EVERYWHERE])
    found = apps.get_model("regions", "Region")._default_manager.filter(code__in=regions)
    return reader_within(found.values_list("path", flat=True))


def errata_of(snapshot: Any, query: TotalsQuery) -> Errata:
    """This will ask a snapshot's question again, from its own standpoint, and compare.

    ``query`` is the snapshot's own, parsed. Never with the rights of who reads: wider ones would
    show a difference that nobody corrected.
    """
    reader = standpoint_reader(snapshot.standpoint, snapshot.regions)
    published = json.loads(snapshot.content)
    again = answer(query, reader)
    today = answer(replace(query, scope=replace(query.scope, as_of=None)), reader)
    return Errata(
        cells=list(differing(published, today)),
        as_published=figures(published, query) == figures(content_of(again), query),
        compared_at=today.generated_at,
    )


def content_of(found: Answer) -> dict[str, Any]:
    """This will give the rows and the total of an answer as a snapshot keeps them."""
    kinds = {column: kind_of(found, column) for column in found.columns}
    return {
        "columns": list(found.columns),
        "results": [written(row, kinds) for row in found.rows],
        "total": written(found.total, kinds),
    }


def by_codes(content: dict[str, Any], by: tuple[str, ...]) -> dict[Key, Row]:
    return {tuple(row[name] for name in by): row for row in content["results"]}


def figures(content: dict[str, Any], query: TotalsQuery) -> dict[Key, Any]:
    """This will leave the figures alone, by codes: names may have been spelled anew."""
    measures = Plan(query).columns
    rows = by_codes(content, query.by).items()
    found: dict[Key, Any] = {key: [row[name] for name in measures] for key, row in rows}
    return found | {("total", None): [content["total"][name] for name in measures]}


def differing(published: dict[str, Any], today: Answer) -> Iterator[Erratum]:
    """This will list the cells that differ, in the order of the published rows, new rows after."""
    query, measures = today.query, Plan(today.query).columns
    now = content_of(today)
    old, new = by_codes(published, query.by), by_codes(now, query.by)
    for key in dict.fromkeys([*old, *new]):
        row = old.get(key) or new[key]
        shown = {name: value for name, value in row.items() if name not in measures}
        codes = dict(zip(query.by, key, strict=True))
        for name in measures:
            # What no row counts is nothing; what a row does not know is unknown.
            was, now_is = (rows[key][name] if key in rows else 0 for rows in (old, new))
            if not same(was, now_is):
                yield Erratum(shown, name, was, now_is, today.behind.row(codes))
    if query.by:
        for name in measures:
            was, now_is = published["total"][name], now["total"][name]
            if not same(was, now_is):
                yield Erratum({}, name, was, now_is, today.behind.row({}))


def same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return Decimal(str(one)) == Decimal(str(other))
