"""Parse a whole question about totals."""

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shipments.filters.totals.reading import OF_THE_DOOR, Parameters, one_of, some_of, whole, words
from shipments.filters.totals.scope import level_without_region, read_scope, scope_parameters
from shipments.querysets.totals import DIMENSIONS, MEASURES, MOST_DIMENSIONS, PERIODS, TotalsQuery
from shipments.querysets.totals.plan import Plan
from text.refusals import keyed, unknown

USUAL = TotalsQuery()
WORDS: dict[str, tuple[str, ...]] = {
    "date_field": ("occurred", "dispatched"),
    "labels": ("code", "name", "both"),
    "shape": ("long", "wide"),
    "fill": ("none", "zero"),
}
QUERY_WORDS = ("by", "measure", *WORDS, "lang", "order", "limit")
MOST_ROWS = 1_000_000


def totals_parameters() -> list[str]:
    """This will name every parameter of totals."""
    return [*QUERY_WORDS, *scope_parameters(), *OF_THE_DOOR]


def parse_totals(data: Mapping[str, Any]) -> TotalsQuery:
    """This will read a question about totals from the query of an address.

    Raises QueryRefused with one refusal per parameter: unknown_parameter, unknown_value (with
    the nearest word and the list), too_many_dimensions, movement_mixed, needs_one_period,
    needs_region, not_a_date, no_offset and the like. Whether codes exist is checked when the
    question is answered.
    """
    parameters = Parameters(data)
    parameters.only(totals_parameters())
    query = TotalsQuery(
        by=parameters.read("by", some_of(DIMENSIONS), USUAL.by),
        measures=parameters.read("measure", some_of(MEASURES), USUAL.measures),
        scope=read_scope(parameters),
        lang=parameters.read("lang", one_of(code for code, _ in settings.LANGUAGES), ""),
        limit=parameters.read("limit", limit_of, USUAL.limit),
        **{name: read_word(parameters, name) for name in WORDS},
    )
    query = with_order(parameters, query)
    check_together(parameters, query)
    parameters.finish()
    return query


def read_question(text: str) -> TotalsQuery:
    """This will read a question from an address or from the query of one, as somebody kept it.

    What is refused is keyed by ``query``; format and bom are of the door and not of the question.
    """
    given = QueryDict(text.partition("?")[2] if "?" in text else text)
    try:
        return parse_totals(given)
    except ValidationError as refused:
        raise keyed(refused, "query") from None


def limit_of(text: str) -> int | None:
    return whole(1, MOST_ROWS)(text)


def read_word(parameters: Parameters, name: str) -> Any:
    return parameters.read(name, one_of(WORDS[name]), getattr(USUAL, name))


def with_order(parameters: Parameters, query: TotalsQuery) -> TotalsQuery:
    """This will read order=, which takes the columns of the answer, each with - for downward."""
    sortable = query.by[:-1] if query.shape == "wide" else (*query.by, *Plan(query).columns)

    def parse(text: str) -> tuple[str, ...]:
        for word in words(text):
            if word.removeprefix("-") not in sortable:
                raise unknown(word, sortable, code="unknown_value")
        return words(text)

    order = parameters.read("order", parse, USUAL.order)
    return TotalsQuery(**{**vars(query), "order": cast("Any", order)})


def check_together(parameters: Parameters, query: TotalsQuery) -> None:
    """This will refuse parameters that do not fit together."""
    if len(query.by) > MOST_DIMENSIONS:
        parameters.refuse(
            "by",
            ValidationError(
                _("Split by at most %(most)s dimensions."),
                code="too_many_dimensions",
                params={"most": MOST_DIMENSIONS},
            ),
        )
    if query.scope.movement == "all" and "movement" not in query.by:
        parameters.refuse(
            "movement",
            ValidationError(
                _(
                    "Onward movement carries goods that were counted before. "
                    "Add movement to by=, or ask for first or onward."
                ),
                code="movement_mixed",
                params={"allowed": ["first", "onward"]},
            ),
        )
    if query.fill == "zero" and sum(name in PERIODS for name in query.by) != 1:
        parameters.refuse(
            "fill",
            ValidationError(
                _("fill=zero needs exactly one of %(periods)s in by=."),
                code="needs_one_period",
                params={"periods": ", ".join(PERIODS), "allowed": ["none"]},
            ),
        )
    if query.scope.level is not None and "region" not in query.by:
        parameters.refuse("level", level_without_region())
