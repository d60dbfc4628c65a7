"""Parse the query of an address: strict, one parser for pages and API."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Choices, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from regions.filters.sets import Lookup, Parse, Schema
from regions.models import Destination, Region
from text.bodies import parse_iso_date
from text.dates import parse_instant
from text.listings import Reader
from text.numbers import parse_plain_decimal
from text.refusals import unknown

# More codes than these in one list are not all named in a refusal.
MOST_NAMED = 60
LONGEST_LIST = 200
LONGEST_SEARCH = 200
COMPARISONS = {
    "gte": _("At or after, at least."),
    "lte": _("At or before, at most."),
    "gt": _("After, more than."),
    "lt": _("Before, less than."),
}


def words_in(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    if len(words) > LONGEST_LIST:
        raise ValidationError(
            _("Name at most %(limit)s values."), code="too_many", params={"limit": LONGEST_LIST}
        )
    return [word for word in words if word]


def plain_words(text: str, reader: Reader) -> list[str]:  # noqa: ARG001
    return words_in(text)


def choices(
    name: str, path: str, words: type[Choices], help_text: object = "", **more: Any
) -> dict[str, Lookup]:
    """This will make ``name`` and ``name__not`` for a closed list of words."""

    def parse(text: str, reader: Reader) -> list[str]:  # noqa: ARG001
        found = words_in(text)
        for word in found:
            if word not in words.values:
                raise unknown(word, words.values, code="unknown_value")
        return found

    listed = {"type": "array", "items": {"type": "string", "enum": list(words.values)}}
    return either(name, parse, lambda values: Q(**{f"{path}__in": values}), listed, help_text, more)


def either(
    name: str,
    parse: Parse,
    condition: Callable[[Any], Q],
    schema: Schema,
    help_text: object,
    more: dict[str, Any],
) -> dict[str, Lookup]:
    """This will make a parameter and its ``__not``; a comma in the value means "or"."""
    return {
        name: Lookup(parse, condition, schema=schema, help_text=help_text, **more),
        f"{name}__not": Lookup(
            parse, lambda v: ~condition(v), schema=schema, help_text=_("Leave these out."), **more
        ),
    }


def codes(
    name: str,
    condition: Callable[[list[str]], Q],
    known: Callable[[Reader], QuerySet[Any]],
    help_text: object = "",
    **more: Any,
) -> dict[str, Lookup]:
    """This will make ``name`` and ``name__not`` for the codes of reference records."""

    def parse(text: str, reader: Reader) -> list[str]:
        found = words_in(text)
        rows = known(reader)
        missing = sorted(
            set(found) - set(rows.filter(code__in=found).values_list("code", flat=True))
        )
        if missing:
            everything = list(rows.order_by("code").values_list("code", flat=True)[:2000])
            refusal = unknown(missing[0], everything, code="unknown_value")
            refusal.params = {**(refusal.params or {}), "allowed": everything[:MOST_NAMED]}
            raise refusal
        return found

    listed = {"type": "array", "items": {"type": "string"}}
    return either(name, parse, condition, listed, help_text, more)


def texts(name: str, path: str, help_text: object = "", **more: Any) -> dict[str, Lookup]:
    """This will make ``name`` and ``name__not`` for exact words of any kind."""
    listed = {"type": "array", "items": {"type": "string"}}
    return either(
        name, plain_words, lambda values: Q(**{f"{path}__in": values}), listed, help_text, more
    )


def compared(
    name: str, path: str, parse: Parse, schema: Schema, *, null: bool = False, **more: Any
) -> dict[str, Lookup]:
    """This will make ``name__gte __lte __gt __lt``, and ``__isnull`` where a value may lack."""
    made = {
        f"{name}__{word}": Lookup(
            parse,
            partial(condition_of, f"{path}__{word}"),
            schema=schema,
            help_text=help_text,
            **more,
        )
        for word, help_text in COMPARISONS.items()
    }
    if null:
        made |= missing(name, path, **more)
    return made


def condition_of(path: str, value: Any) -> Q:
    return Q(**{path: value})


def missing(name: str, path: str, **more: Any) -> dict[str, Lookup]:
    """This will make ``name__isnull``."""
    return {
        f"{name}__isnull": Lookup(
            read_flag,
            partial(condition_of, f"{path}__isnull"),
            schema={"type": "boolean"},
            help_text=_("true for rows without a value, false for rows with one."),
            **more,
        )
    }


def read_flag(text: str, reader: Reader) -> bool:  # noqa: ARG001
    if text not in ("true", "false"):
        raise unknown(text, ["true", "false"], code="unknown_value")
    return text == "true"


def read_day(text: str, reader: Reader) -> Any:  # noqa: ARG001
    return parse_iso_date(text)


def read_moment(text: str, reader: Reader) -> Any:  # noqa: ARG001
    # A plus sign that was not escaped arrives as a space.
    return parse_instant(text.replace(" ", "+") if text.count(" ") == 1 else text)


def read_number(text: str, reader: Reader) -> Any:  # noqa: ARG001
    return parse_plain_decimal(text, minimum=0)


def flags(name: str, path: str, help_text: object = "", **more: Any) -> dict[str, Lookup]:
    return {
        name: Lookup(
            read_flag,
            partial(condition_of, path),
            schema={"type": "boolean"},
            help_text=help_text,
            **more,
        )
    }


def days(name: str, path: str, **more: Any) -> dict[str, Lookup]:
    return compared(name, path, read_day, {"type": "string", "format": "date"}, **more)


def moments(name: str, path: str, **more: Any) -> dict[str, Lookup]:
    return compared(name, path, read_moment, {"type": "string", "format": "date-time"}, **more)


def numbers(name: str, path: str, **more: Any) -> dict[str, Lookup]:
    return compared(name, path, read_number, {"type": "string", "format": "decimal"}, **more)


def search(
    narrow: Callable[[QuerySet[Any], str, Reader], QuerySet[Any]], help_text: object
) -> dict[str, Lookup]:
    """This will make ``q``."""

    def parse(text: str, reader: Reader) -> str:  # noqa: ARG001
        if len(text) > LONGEST_SEARCH:
            raise ValidationError(
                _("Search for at most %(limit)s characters."),
                code="too_long",
                params={"limit": LONGEST_SEARCH},
            )
        return text

    return {"q": Lookup(parse, narrow=narrow, help_text=help_text)}


def all_regions(reader: Reader) -> QuerySet[Any]:
    return Region.objects.visible_to(reader.user)


def all_destinations(reader: Reader) -> QuerySet[Any]:
    return Destination.objects.visible_to(reader.user)


def subtree(name: str, *paths: str) -> dict[str, Lookup]:
    """This will make ``name`` for regions with everything below them, at any of the paths."""

    def condition(values: list[str]) -> Q:
        below = Region.objects.subtree(*values).values("pk")
        found = Q()
        for path in paths:
            found |= Q(**{f"{path}__in": below})
        return found

    return codes(name, condition, all_regions, _("Region code; everything below it counts too."))


def named(queryset: QuerySet[Any], words: str, reader: Reader) -> QuerySet[Any]:  # noqa: ARG001
    return queryset.named(words)  # type: ignore[attr-defined, no-any-return]


def wholes(name: str, path: str, *, least: int, most: int) -> dict[str, Lookup]:
    """This will make ``name`` and ``name__not`` for a few whole numbers."""

    def parse(text: str, reader: Reader) -> list[int]:  # noqa: ARG001
        allowed = [str(number) for number in range(least, most + 1)]
        found = words_in(text)
        for word in found:
            if word not in allowed:
                raise unknown(word, allowed, code="unknown_value")
        return [int(word) for word in found]

    listed = {"type": "array", "items": {"type": "integer", "minimum": least, "maximum": most}}
    return either(name, parse, lambda values: Q(**{f"{path}__in": values}), listed, "", {})


def merged() -> dict[str, Lookup]:
    """This will make ``merged``, which finds the doubles that were merged into another row."""
    return {
        "merged": Lookup(
            read_flag,
            lambda value: Q(merged_into__isnull=not value),
            schema={"type": "boolean"},
            help_text=_("true for doubles that were merged into another record."),
        )
    }
