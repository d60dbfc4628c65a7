"""Pages of long lists: each page is found by where the one before it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from regions.rights import rights_of
from text.listings import Reader as ListReader

PAGE = 25
# Beyond this the exact number is not worth its price; "more than 1,000" says enough.
MOST_COUNTED = 1_000
# The lines that totals count unless asked otherwise: no onward movement, no equipment.
USUAL = {"movement": "first", "equipment": "exclude"}
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Page:
    """Rows of one page, newest first, and the addresses of its neighbours."""

    rows: list[Any]
    previous: str
    next: str
    count: int
    counted_out: bool


def list_reader(request: HttpRequest, language: str) -> ListReader:
    """This will describe the reader to the filters and listings that pages share with the API."""
    rights = rights_of(request.user)
    return ListReader(request.user, rights.is_known, rights.reading_paths, language)


def asked(request: HttpRequest) -> dict[str, str]:
    """This will read the filters of an address, empty ones and the page's place left out."""
    return {
        name: value
        for name, value in request.GET.items()
        if isinstance(value, str)
        and value.strip()
        and name not in (BEFORE, AFTER)
        and "\x00" not in value
    }


def page_of(rows: "QuerySet[Any]", query: Mapping[str, str], at: Mapping[str, str]) -> Page:
    """This will cut one page out of rows sorted by falling row number."""
    count = len(rows.order_by().values("pk")[: MOST_COUNTED + 1])
    before, after = number(at.get(BEFORE)), number(at.get(AFTER))
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        more_above, more_below = len(found) > PAGE, True
        found = found[:PAGE][::-1]
    else:
        below = rows.filter(pk__lt=before) if before is not None else rows
        found = list(below.order_by("-pk")[: PAGE + 1])
        more_above, more_below = before is not None, len(found) > PAGE
        found = found[:PAGE]
    return Page(
        rows=found,
        previous=address(query, AFTER, found[0].pk) if found and more_above else "",
        next=address(query, BEFORE, found[-1].pk) if found and more_below else "",
        count=min(count, MOST_COUNTED),
        counted_out=count > MOST_COUNTED,
    )


def lines_address(**asked: str) -> str:
    """This will name the ledger lines behind a figure that totals gave."""
    return f"{reverse('line-list')}?{urlencode({**asked, **USUAL})}"


def number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


def address(query: Mapping[str, str], place: str, at: int) -> str:
    return f"?{urlencode({**query, place: at})}"
