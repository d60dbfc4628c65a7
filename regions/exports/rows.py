"""Reads a declared list: who reads, which rows are asked for, and the rows themselves."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from regions.rights import put_rights_aside, rights_of
from text.listings import DECIMAL_WRITERS, Column, Kind, Listing, Reader
from text.refusals import QueryRefused, unknown

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# How one asks to read as everybody may: what is public, and that alone.
STANDPOINT, PUBLIC = "standpoint", "public"


def reader_of(user: Any, language: str = "") -> Reader:
    """This will say who reads: with rights read now, and the language wanted for names."""
    rights = rights_of(user)
    return Reader(user, rights.is_known, rights.reading_paths, language)


def standing_reader(user: Any, params: Mapping[str, str]) -> Reader:
    """This will say who reads by ``standpoint`` and ``lang``: the public, where that is asked."""
    take_standpoint(user, params)
    return reader_of(user, check_language(params))


def take_standpoint(user: Any, params: Mapping[str, str]) -> None:
    """This will put the person's rights aside where ``standpoint=public`` asks for it."""
    asked = params.get(STANDPOINT, "")
    if asked not in ("", PUBLIC):
        raise QueryRefused({STANDPOINT: [unknown(asked, [PUBLIC], code="unknown_value")]})
    if asked:
        put_rights_aside(user)


def check_language(params: Mapping[str, str]) -> str:
    """This will read ``lang``; "" means the names as they were stored."""
    language = params.get("lang", "")
    if language and language not in LANGUAGES:
        raise QueryRefused({"lang": [unknown(language, LANGUAGES, code="unknown_value")]})
    return language


def asked(listing: Listing, params: Any, reader: Reader, *, also: Iterable[str] = ()) -> Any:
    """This will give the rows that a query asks for, every parameter known and used.

    Raises ``QueryRefused`` keyed by parameter: unknown_parameter, repeated, and what the
    parsers of values say.
    """
    filters = {} if listing.filters is None else listing.filters.accepted(reader)
    check_parameters(params, [*filters, *also])
    given = {name: params[name] for name in filters if params.get(name)}
    if not given:
        return listing.rows(reader)
    return listing.filters(given, listing.rows, reader=reader).narrowed()


def check_parameters(params: Any, allowed: Iterable[str]) -> None:
    """This will refuse parameters that are not known, and those that came twice."""
    allowed = list(allowed)
    refusals: dict[str, list[ValidationError]] = {}
    for name in params:
        if name not in allowed:
            refusals[name[:100]] = [unknown(name, sorted(allowed), code="unknown_parameter")]
        elif len(params.getlist(name)) > 1:
            refusals[name] = [
                ValidationError(
                    _("“%(value)s” came more than once. Write %(value)s=a,b for several values."),
                    code="repeated",
                    params={"value": name},
                )
            ]
    if refusals:
        raise QueryRefused(refusals)


def values_of(
    columns: Iterable[Column], rows: QuerySet[Any], reader: Reader, *more: Any
) -> QuerySet[Any, tuple[Any, ...]]:
    """This will ask for the columns of the rows as tuples, further sources at their end."""
    return rows.values_list(*(column.source_for(reader) for column in columns), *more)


def json_rows(
    columns: tuple[Column, ...], rows: Iterable[tuple[Any, ...]]
) -> Iterator[dict[str, Any]]:
    """This will name the values of each row; decimals become strings, nested lists stay unread."""
    names = [column.name for column in columns]
    convert = [
        (at, orjson.Fragment if column.kind == Kind.ROWS else DECIMAL_WRITERS[column.kind])
        for at, column in enumerate(columns)
        if column.kind == Kind.ROWS or column.kind in DECIMAL_WRITERS
    ]
    for row in rows:
        values = list(row)
        for at, write in convert:
            if values[at] is not None:
                values[at] = write(values[at])
        yield dict(zip(names, values, strict=False))
