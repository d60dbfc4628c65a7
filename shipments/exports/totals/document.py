"""An answer about totals as the JSON of the API."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from shipments.exports.totals.links import Links
from shipments.exports.totals.notes import notes_of
from shipments.querysets.totals import MEASURES, Answer, kind_of, written


def totals_document(answer: Answer, site: str = "") -> dict[str, Any]:
    """This will write an answer as results, total, meta and links; exact decimals as strings."""
    links = Links(answer, site)
    kinds = {column: kind_of(answer, column) for column in answer.columns}
    results = [
        written(row, kinds) | {"links": {"lines": links.lines(codes)}}
        for row, codes in zip(answer.rows, answer.codes, strict=True)
    ]
    return {
        "results": results,
        "total": written(answer.total, kinds),
        "meta": {
            "row_count": len(results),
            "complete": answer.complete,
            "as_of": moment(answer.as_of),
            "generated_at": moment(answer.generated_at),
            "settled": answer.settled,
            "tz": answer.query.scope.tz.key if answer.query.scope.tz else "operation",
            "units": units_of(answer),
            "notes": notes_of(answer),
            "query": answer.query.canonical(),
            "boundaries": _(
                "Days begin and end at midnight where the operation is, or in tz=. "
                "Regions, categories and merges are those of today."
            ),
        },
        "links": links.all(),
    }


def units_of(answer: Answer) -> dict[str, str | None]:
    """This will name the unit of each measure; None where rows differ and carry their own."""
    single = answer.units[0] if len(answer.units) == 1 else None
    units = {"quantity": single, "weight": "kg", "count": "1", "shares": "1"}
    return {name: units[MEASURES[name].kind] for name in answer.query.measures}


def moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
