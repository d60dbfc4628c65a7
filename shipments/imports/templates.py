"""Empty sheets to fill in: one for each kind, its headers in the reader's language."""

import io

import xlsxwriter
from django.utils.translation import gettext as _

from shipments.imports.synonyms.titles import title_of
from shipments.imports.targets import TARGETS, ImportKind

# What a program fills in, not a person.
LEFT_OUT = {"key", "reverses", "item_code"}


def template_workbook(kind: ImportKind, language: str) -> bytes:
    """This will make a workbook with a header for each column; needed ones are bold and first.

    Its headers are those by which a filled sheet is recognised in the language.
    """
    targets = [target for target in TARGETS[kind] if target.name not in LEFT_OUT]
    ordered = sorted(targets, key=lambda target: not (target.required or target.one_of))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet(str(kind.label)[:31])
        bold = book.add_format({"bold": True})
        for at, target in enumerate(ordered):
            needed = target.required or target.one_of
            sheet.write_string(
                0, at, title_of(kind, target.name, language), bold if needed else None
            )
            sheet.set_column(at, at, 18)
        sheet.freeze_panes(1, 0)
        about = book.add_worksheet(_("About"))
        about.write_string(0, 0, _("One row for each line. Bold columns are needed, others help."))
        about.write_string(1, 0, _("Dates as 2020-11-25, numbers without units."))
    return buffer.getvalue()
