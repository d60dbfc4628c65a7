"""The rows to fix as a workbook, with what is wrong in a column of their own."""

import io

import xlsxwriter
from django.utils.translation import gettext as _

from shipments.imports.filling import filled_cells
from shipments.imports.reading.cells import text_of
from shipments.imports.reading.references import column_index
from shipments.models import ImportRun
from shipments.models.imports import RowState

PROBLEMS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TO_FIX = (RowState.ERROR, RowState.CHANGED, RowState.REJECTED)


def problems_workbook(run: ImportRun) -> bytes:
    """This will write the rows that need fixing under their own headers, ready to come back.

    The column of problems is to the right, so that the mapping of the others still fits.
    """
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(_("To fix")[:31])
        bold = book.add_format({"bold": True})
        headers = [column["header"] for column in run.columns]
        for at, header in enumerate([*headers, _("Problem"), _("Row")]):
            sheet.write_string(0, at, header, bold)
        rows = run.rows.filter(state__in=TO_FIX).order_by("number")
        for line, row in enumerate(rows.iterator(chunk_size=2000), 1):
            cells = [text_of(raw) for raw in filled_cells(row.cells, row.filled)]
            for letters, text in row.fixes.items():
                at = column_index(letters)
                cells += [""] * (at + 1 - len(cells))
                cells[at] = text
            for at, text in enumerate(cells[: len(headers)]):
                sheet.write_string(line, at, text)
            said = " ".join(f"{p['cell']} {p['detail']}".strip() for p in row.problems)
            sheet.write_string(line, len(headers), said)
            sheet.write_number(line, len(headers) + 1, row.number)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
