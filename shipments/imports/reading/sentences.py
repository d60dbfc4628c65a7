"""The words for every refusal and remark of reading, in one table each."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from shipments.imports.reading.refusals import Refused

REFUSALS: dict[str, StrOrPromise] = {
    "empty_file": _("There is nothing in this file. Upload one with at least a header row."),
    "file_too_large": _("This file is larger than %(allowed_mb)s MB. Split it into smaller files."),
    "format_not_supported": _(
        "This is not a spreadsheet that can be read. Upload XLSX, XLS, ODS, CSV or TSV."
    ),
    "web_page": _(
        "This is a web page, not a spreadsheet, whatever its name says. Open it in your "
        "spreadsheet program, save it as XLSX and upload that file."
    ),
    "not_text": _("This is neither a workbook nor a text file. Upload XLSX, XLS, ODS, CSV or TSV."),
    "encrypted": _(
        "This file is protected by a password. Remove the password and upload it again."
    ),
    "archive_damaged": _(
        "This workbook is damaged or was only partly uploaded. Save it again and upload it again."
    ),
    "archive_too_many_entries": _(
        "This workbook is packed from more than %(allowed)s parts, which no spreadsheet program "
        "does. Save only the sheet you need as XLSX and upload that file."
    ),
    "archive_names": _(
        "The parts inside this workbook have names that no spreadsheet program writes. Save it "
        "again in your spreadsheet program and upload that file."
    ),
    "archive_too_large": _(
        "Unpacked, this workbook has %(inflated_mb)s MB; up to %(allowed_mb)s MB are read. Split "
        "it into smaller files."
    ),
    "archive_ratio": _(
        "This workbook unpacks to %(ratio)s times its size, which no real sheet does. Save only "
        "the rows you need as XLSX or CSV and upload that file."
    ),
    "archive_not_workbook": _(
        "This is a ZIP folder with files in it. Unpack it and upload one spreadsheet at a time."
    ),
    "xml_has_doctype": _(
        "This workbook contains a document type declaration, which no spreadsheet program writes. "
        "Save it again in your spreadsheet program and upload that file."
    ),
    "workbook_damaged": _(
        "This workbook is damaged and two readers could not open it. Open it in your spreadsheet "
        "program, save it as XLSX and upload that file."
    ),
    "no_sheets": _("This workbook has no sheet with cells. Upload one with at least a header row."),
    "too_many_sheets": _(
        "This workbook has more than %(allowed)s sheets. Save the one you need on its own."
    ),
    "sheet_unknown": _("There is no sheet “%(found)s”. The sheets are: %(allowed)s."),
    "sheet_too_spread": _(
        "The sheet “%(sheet)s” spreads %(cells)s cells out to cell %(cell)s. Delete what stands "
        "far from the table and upload it again."
    ),
    "sheet_too_large": _(
        "The sheet “%(sheet)s” has too many cells for this kind of file. Save it as XLSX or CSV "
        "and upload that file."
    ),
    "too_many_rows": _(
        "This sheet has more than %(allowed)s rows. Split it into smaller files; rows that were "
        "imported before are recognised."
    ),
    "too_many_columns": _("This sheet has more than %(allowed)s columns. Keep those you need."),
    "too_many_errors": _(
        "More than %(allowed)s cells of this sheet hold a formula error. Correct the formulas and "
        "upload it again."
    ),
    "too_many_merged": _(
        "This sheet has more than %(allowed)s merged ranges. Unmerge the cells and upload it again."
    ),
    "row_counts_disagree": _(
        "Two independent counts of this file's rows disagree: %(counted)s and %(read)s. Nothing "
        "was imported, because rows could be lost. Save it as XLSX and upload that file."
    ),
    "stray_quote": _(
        "A quotation mark in row %(row)s is opened and not closed in that cell. Close it, double "
        "it or delete it, and upload the file again."
    ),
    "cell_too_long": _("A cell in row %(row)s has more than %(allowed)s characters. Shorten it."),
    "encoding_unknown": _(
        "There is no encoding “%(found)s” to choose. Choose one of: %(allowed)s."
    ),
    "encoding_differs": _(
        "This file is not written in %(encoding)s. Choose another encoding, or let it be found."
    ),
    "delimiter_unknown": _("“%(found)s” cannot part cells. Choose one of: %(allowed)s."),
    "header_row_unknown": _(
        "Row %(found)s holds nothing that could be headers. Choose a filled row between "
        "%(first)s and %(last)s, or 0 for none."
    ),
    "took_too_long": _(
        "Reading this file took longer than %(seconds)s seconds and was stopped. Save only the "
        "rows you need as CSV and upload that file."
    ),
    "too_much_memory": _(
        "Reading this file needs more memory than one file may take. Save only the sheet you need "
        "as CSV and upload that file."
    ),
    "could_not_be_read": _(
        "This file could not be read. Open it in your spreadsheet program, save it as XLSX and "
        "upload that file."
    ),
}

REMARKS: dict[str, StrOrPromise] = {
    "other_encoding": _("This row is written in %(encoding)s, unlike the rest of the file."),
    "unreadable_characters": _(
        "This cell held characters that cannot be stored; each is shown as \ufffd."
    ),
    "merged_number": _(
        "This number was filled in from a merged cell. Check that it counts once for each row."
    ),
    "sheet_repeats": _("The sheets “%(sheet)s” and “%(other)s” hold the same. Import only one."),
    "macros_not_run": _("This workbook contains macros. They were not run."),
    "second_reader": _("This workbook was opened by a second reader, since the first could not."),
    "extension_differs": _("The name ends in %(suffix)s, but the file is %(format)s."),
    "hidden_row": _("This row is hidden in the spreadsheet. It is read like the others."),
    "obsolete_hashtag": _("%(tag)s is not a hashtag of the present HXL standard."),
}


def as_validation_error(refused: Refused) -> ValidationError:
    """Give a refusal its sentence, with its code and figures kept."""
    return ValidationError(REFUSALS[refused.code], code=refused.code, params=refused.params)


def remark(code: str, params: dict[str, Any]) -> str:
    """Say a remark on a row in the language of the moment."""
    return str(REMARKS[code]) % params
