"""Pages of a list: by number of rows, and by a cursor that makes the last as cheap as the first."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from regions.api.etags import SnapshotText
from regions.exports.compiled import counted, fetched
from regions.exports.rows import json_rows, values_of
from text.listings import Column, Listing, Reader
from text.numbers import parse_plain_decimal
from text.refusals import QueryRefused, unknown

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 1000
LARGEST_OFFSET = 1_000_000
# What a row number of the database holds.
LARGEST_NUMBER = 2**63 - 1
FORWARD, BACK = "n", "p"
# Stands in a compiled page where each request has the number its cursor names.
ANY_NUMBER = -(2**40)
# Parameters that do not choose rows, or that are part of the name of a compiled question.
UNFILTERED = ("limit", "offset", "count", "format", "lang", "standpoint")


class Pages:
    """A page with ``count``, ``next``, ``previous`` and ``results``."""

    parameters: ClassVar[dict[str, dict[str, Any]]] = {
        "limit": {
            "schema": {
                "type": "integer",
                "minimum": 1,
                "maximum": LARGEST_LIMIT,
                "default": DEFAULT_LIMIT,
            },
            "description": _("Rows on a page."),
        },
        "offset": {
            "schema": {"type": "integer", "minimum": 0, "maximum": LARGEST_OFFSET, "default": 0},
            "description": _("Rows to leave out; a cursor is faster for pages far down."),
        },
        "cursor": {
            "schema": {"type": "string"},
            "description": _("From the next or previous of another page."),
        },
        "count": {
            "schema": {"type": "string", "enum": ["0", "1"], "default": "1"},
            "description": _("0 leaves out the count, which makes the answer faster."),
        },
    }

    def page(
        self, request: Request, listing: Listing, rows: QuerySet[Any], reader: Reader
    ) -> tuple[dict[str, Any], str]:
        """This will read one page; with it comes the snapshot it was read from."""
        asked = PageAsked(request, listing)
        columns = listing.columns_for(reader)
        found = asked.fetch(columns, rows, reader)
        more = len(found) > asked.limit
        found = found[: asked.limit]
        if asked.backward:
            found.reverse()
        page: dict[str, Any] = {}
        if asked.counted:
            page["count"] = asked.count_of(rows, found, more, reader)
        page["next"], page["previous"] = asked.neighbours(found, more, len(columns))
        page["results"] = list(json_rows(columns, listing.completed(found, reader)))
        return page, found[0][-1] if found else ""


class PageAsked:
    """Which page a request asks for."""

    def __init__(self, request: Request, listing: Listing) -> None:
        self.request, self.listing = request, listing
        refusals: dict[str, list[ValidationError]] = {}
        self.limit = self.whole("limit", 1, LARGEST_LIMIT, DEFAULT_LIMIT, refusals)
        self.offset = self.whole("offset", 0, LARGEST_OFFSET, 0, refusals)
        word = request.GET.get("count") or "1"
        if word not in ("0", "1"):
            refusals["count"] = [unknown(word, ["0", "1"], code="unknown_value")]
        self.counted = word == "1"
        self.cursor: list[Any] | None = None
        self.backward = False
        if request.GET.get("cursor"):
            self.read_cursor(request.GET["cursor"], refusals)
        if refusals:
            raise QueryRefused(refusals)

    def whole(
        self, name: str, least: int, most: int, default: int, refusals: dict[str, Any]
    ) -> int:
        text = self.request.GET.get(name)
        if not text:
            return default
        try:
            return int(parse_plain_decimal(text, decimals=0, minimum=least, maximum=most))
        except ValidationError as refusal:
            refusals[name] = refusal.error_list
            return default

    def read_cursor(self, text: str, refusals: dict[str, Any]) -> None:
        try:
            name, way, values = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
            if name != self.listing.name or way not in (FORWARD, BACK):
                raise ValueError
            if self.offset or len(values) != len(self.listing.order):
                raise ValueError
            if any(isinstance(value, int) and abs(value) > LARGEST_NUMBER for value in values):
                raise ValueError
            self.cursor, self.backward = values, way == BACK
            self.after(values)
        except (ValueError, TypeError, KeyError, RecursionError, binascii.Error, FieldError):
            self.refuse_cursor(refusals)

    def refuse_cursor(self, refusals: dict[str, Any]) -> None:
        sentence = _(
            "This cursor is not from a page of this list. Follow next and previous as they "
            "are, and send no offset with them."
        )
        refusals["cursor"] = [ValidationError(sentence, code="not_a_cursor")]
        self.cursor = None

    def fetch(
        self, columns: tuple[Column, ...], rows: QuerySet[Any], reader: Reader
    ) -> list[tuple[Any, ...]]:
        """This will read the rows of the page and one more, with their place and the snapshot."""
        keys = [name.lstrip("-") for name in self.listing.order]

        def values(cursor: Sequence[Any] | None) -> QuerySet[Any, Any]:
            return values_of(columns, self.cut(rows, cursor), reader, *keys, SnapshotText())

        # Pages by offset are all different, and few ask for them twice.
        numbers = all(isinstance(value, int) for value in self.cursor or ())
        if self.offset or not numbers or not self.chooses_nothing_but("cursor"):
            return list(values(self.cursor))
        stand_ins = [ANY_NUMBER - n for n, _value in enumerate(self.cursor or ())]
        given = dict(zip(stand_ins, self.cursor or (), strict=True))
        name = (self.listing.name, "page", self.limit, self.backward, len(given))
        return fetched(name, reader, lambda: values(stand_ins or None), given)

    def cut(self, rows: QuerySet[Any], cursor: Sequence[Any] | None) -> QuerySet[Any]:
        """This will order the rows and take the page, with one row more to see whether it ends."""
        order = self.listing.order
        if self.backward:
            order = tuple(n.removeprefix("-") if n.startswith("-") else f"-{n}" for n in order)
        rows = rows.order_by(*order)
        if cursor is not None:
            refusals: dict[str, Any] = {}
            try:
                rows = rows.filter(self.after(cursor))
            except (ValueError, TypeError, ValidationError):
                self.refuse_cursor(refusals)
                raise QueryRefused(refusals) from None
        return rows[self.offset : self.offset + self.limit + 1]

    def after(self, values: Sequence[Any]) -> Q:
        """This will match the rows that follow the values in the order of the list."""
        found, same = Q(), Q()
        for name, value in zip(self.listing.order, values, strict=True):
            if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
                raise ValueError
            downward = name.startswith("-") != self.backward
            column = name.lstrip("-")
            found |= same & Q(**{f"{column}__{'lt' if downward else 'gt'}": value})
            same &= Q(**{column: value})
        first = self.listing.order[0]
        way = "lte" if first.startswith("-") != self.backward else "gte"
        # Says no more than the rest, but lets the database use an index.
        return Q(**{f"{first.lstrip('-')}__{way}": values[0]}) & found

    def count_of(self, rows: QuerySet[Any], found: list[Any], more: bool, reader: Reader) -> int:
        """This will count; a list that ends on its first page counts itself."""
        if self.cursor is None and not more and (found or not self.offset):
            return self.offset + len(found)
        if self.chooses_nothing_but():
            return counted((self.listing.name, "count"), reader, lambda: rows)
        return rows.order_by().count()

    def chooses_nothing_but(self, *names: str) -> bool:
        """This will say whether the query chooses no rows, so that its question can be kept."""
        given = [name for name in self.request.GET if self.request.GET[name]]
        return all(name in (*UNFILTERED, *names) for name in given)

    def neighbours(self, found: list[Any], more: bool, width: int) -> tuple[str | None, str | None]:
        """This will give the addresses of the next and the previous page."""
        if not found:
            return None, None
        keys = len(self.listing.order)
        last, first = found[-1][width : width + keys], found[0][width : width + keys]
        ahead = more if not self.backward else True
        behind = more if self.backward else self.cursor is not None or self.offset > 0
        return (
            self.address(FORWARD, last) if ahead else None,
            self.address(BACK, first) if behind else None,
        )

    def address(self, way: str, values: Sequence[Any]) -> str:
        written = [v.isoformat() if isinstance(v, date | datetime) else v for v in values]
        text = json.dumps([self.listing.name, way, written], separators=(",", ":"))
        query = {k: v for k, v in self.request.GET.items() if k not in ("offset", "cursor") and v}
        query["cursor"] = base64.urlsafe_b64encode(text.encode()).decode()
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode(query)}")
