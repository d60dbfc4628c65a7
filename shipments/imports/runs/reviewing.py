"""What a person says of single rows of a checked file: corrected cells, and which word holds."""

from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shipments.models import ImportRun
from shipments.models.imports import Decision, RowState
from shipments.services.refusals import refusal

EVERY_ROW = "all"


def fix_rows(run: ImportRun, fixes: Mapping[str, str]) -> None:
    for reference, text in fixes.items():
        letters = reference.rstrip("0123456789")
        number = reference[len(letters) :]
        row = run.rows.filter(number=number).first() if number and len(number) < 8 else None
        if row is None or not letters:
            sentence = _("The sheet has no cell %(cell)s below its header.")
            raise refusal("fixes", "unknown_cell", sentence, cell=reference)
        row.fixes[letters] = text
        row.save(update_fields=["fixes"])


def decide_rows(run: ImportRun, decisions: Mapping[str, str]) -> None:
    """This will keep what was decided of changed rows; those of one shipment go together."""
    changed = run.rows.filter(state__in=(RowState.CHANGED, RowState.ERROR), key__isnull=False)
    for named, decision in decisions.items():
        if decision not in ("", *Decision.values):
            sentence = _("Use one of: %(allowed)s.")
            raise refusal(
                "decisions", "unknown_decision", sentence, allowed=", ".join(Decision.values)
            )
        if named == EVERY_ROW:
            changed.filter(Q(state=RowState.CHANGED) | ~Q(decision="")).update(decision=decision)
            continue
        own = changed.filter(number=named) if named.isdecimal() and len(named) < 8 else changed[:0]
        if not own:
            sentence = _("Row %(row)s does not differ from what is there. Decide of those that do.")
            raise refusal("decisions", "unknown_row", sentence, row=named)
        changed.filter(key__in=[row.key for row in own]).update(decision=decision)
