"""In which formats the answer to a question can be had, and why not in the others."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shipments.querysets.totals import PERIODS, Answer, drawn_as, drawn_measure, is_row_a_region
from text.listings import EVERY_LIST
from text.refusals import QueryRefused

TOTALS_FORMATS = (*EVERY_LIST, "parquet", "geojson", "hxl.csv", "svg")
# Further bars could not be told apart.
MOST_BARS = 120

SENTENCES: dict[str, Any] = {
    "geojson": _(
        "GeoJSON has one feature for each region. Write by=region, or by=region and one more "
        "with shape=wide."
    ),
    "svg": _(
        "A picture shows kilograms, quantities in one unit, or events, as a map with by=region, as "
        "up to %(most)s bars with one of day, week, month, quarter, year and at most one more, or "
        "as bars with one other dimension."
    ),
}


def offered_formats(answer: Answer) -> tuple[str, ...]:
    """This will list the formats that an answer can be had in."""
    return tuple(word for word in TOTALS_FORMATS if is_fit(answer, word))


def is_fit(answer: Answer, file_format: str) -> bool:
    query = answer.query
    if file_format == "geojson":
        return is_row_a_region(query)
    return file_format != "svg" or can_be_drawn(answer)


def can_be_drawn(answer: Answer) -> bool:
    picture, measure = drawn_as(answer.query), drawn_measure(answer)
    # Neither a circle nor a bar that starts at zero shows less than nothing.
    if not picture or not measure or any((row[measure] or 0) < 0 for row in answer.rows):
        return False
    return picture != "bars" or len(set(bars_of(answer))) <= MOST_BARS


def bars_of(answer: Answer) -> list[Any]:
    (period,) = [name for name in answer.query.by if name in PERIODS]
    return [codes[period] for codes in answer.codes]


def refuse_unfit(answer: Answer, file_format: str) -> None:
    """This will refuse a format that this answer cannot be had in (``not_in_this_format``)."""
    if not is_fit(answer, file_format):
        params = {"most": MOST_BARS, "allowed": list(offered_formats(answer))}
        sentence = ValidationError(SENTENCES[file_format], code="not_in_this_format", params=params)
        raise QueryRefused({"format": sentence})
