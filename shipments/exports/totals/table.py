"""An answer about totals as a table, for files."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shipments.exports.totals.document import moment
from shipments.exports.totals.notes import notes_of
from shipments.exports.writing import Table
from shipments.querysets.totals import MEASURES, Answer
from text.listings import Column, Kind

KINDS = {
    "quantity": Kind.QUANTITY,
    "weight": Kind.WEIGHT,
    "count": Kind.INTEGER,
    "shares": Kind.AMOUNT,
}


def totals_table(answer: Answer, params: Mapping[str, Any], site: str) -> Table:
    """This will make the rows of an answer ready for a file; the total is not among them."""
    return Table(
        name="totals",
        columns=tuple(column_for(answer, name) for name in answer.columns),
        rows=[tuple(row[name] for name in answer.columns) for row in answer.rows],
        count=len(answer.rows),
        about={
            _("List"): "totals",
            _("Asked for"): answer.query.canonical(),
            _("As known on"): moment(answer.as_of),
            _("Source"): site,
            **{f"{_('Note')} {n}": note for n, note in enumerate(notes_of(answer), start=1)},
        },
        bom=params.get("bom") == "1",
    )


def column_for(answer: Answer, name: str) -> Column:
    measure = answer.measure_of(name)
    if measure is None:
        return Column(name)
    return Column(name, kind=KINDS[measure.kind], help=str(MEASURES[measure.name].description))
