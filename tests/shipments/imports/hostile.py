"""A corpus of spreadsheet files that mean harm or were harmed, made anew for each test."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.shipments.imports.files import (
    DECLARATION,
    Cell,
    broken_stream,
    inflated,
    ods,
    ods_row,
    ole,
    relations_xml,
    rows_xml,
    sheet_xml,
    with_declared_size,
    with_flag,
    with_one_offset,
    workbook_parts,
    xls,
    xlsx,
    xlsx_of,
    zipped,
)

LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY a0 'lol'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
SHEET = "xl/worksheets/sheet1.xml"
SMALL: list[list[Cell]] = [["Item", "Quantity"], ["Blankets", 5], ["Stoves", 7]]


@dataclass(frozen=True)
class Case:
    """A file, and what must come of it: a refusal's code, or this many rows below the header."""

    name: str
    build: Callable[[], bytes]
    expected: str | int
    file_name: str = "list.xlsx"


def parts(**options: str) -> dict[str, bytes]:
    return workbook_parts({"Sheet1": sheet_xml(rows_xml(SMALL), **options)})


def with_part(name: str, content: bytes) -> Callable[[], bytes]:
    return lambda: zipped({**parts(), name: content})


def shared(strings: str, data: str) -> Callable[[], bytes]:
    return lambda: zipped(workbook_parts({"Sheet1": sheet_xml(data)}, shared=strings))


def repeated_names() -> bytes:
    file = io.BytesIO(zipped(parts()))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(SHEET.upper(), b"<worksheet/>")
    return file.getvalue()


def far_columns(columns: int, rows: int) -> bytes:
    return xlsx([[f"c{column}" for column in range(columns)]] + [[1] * columns] * rows)


def nested(depth: int) -> bytes:
    return xlsx_of(rows_xml(SMALL), after="<a>" * depth + "</a>" * depth)


def random_bytes(size: int) -> bytes:
    return random.Random(8).randbytes(size)


SS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</sst>'
HEAD = rows_xml(SMALL[:1])

ARCHIVES = [
    Case("a bomb of spaces", with_part(SHEET, inflated(30)), "archive_ratio"),
    Case("a stated size of 1 GB",
         lambda: with_declared_size(zipped(parts()), SHEET, 2**30), "archive_too_large"),
    Case("a stated size of 10 bytes",
         lambda: with_declared_size(zipped(parts()), SHEET, 10), "workbook_damaged"),
    Case("three thousand entries",
         lambda: zipped({**parts(), **{f"x/{n}": b"" for n in range(3000)}}),
         "archive_too_many_entries"),
    Case("a zip in a zip", lambda: zipped({"inner.zip": zipped({"a": b"a"})}),
         "archive_not_workbook", "list.zip"),
    Case("a workbook in a zip", lambda: zipped({"list.xlsx": xlsx(SMALL)}),
         "archive_not_workbook"),
    Case("an empty zip", lambda: zipped({}), "format_not_supported"),
    Case("a way out of the folder", with_part("../../etc/passwd", b"x"), "archive_names"),
    Case("an absolute name", with_part("/etc/passwd", b"x"), "archive_names"),
    Case("a drive letter", with_part("C:/windows/x", b"x"), "archive_names"),
    Case("one name twice", repeated_names, "archive_names"),
    Case("entries over one another", lambda: with_one_offset(zipped(parts())),
         "archive_damaged"),
    Case("encrypted entries", lambda: with_flag(zipped(parts()), 1), "encrypted"),
    Case("bzip2 entries", lambda: zipped(parts(), zipfile.ZIP_BZIP2), "archive_damaged"),
    Case("half a workbook", lambda: xlsx(SMALL * 500)[:1500], "archive_damaged"),
    Case("a workbook without its end", lambda: xlsx(SMALL)[:-30], "archive_damaged"),
    Case("four bytes of zip", lambda: b"PK\x03\x04", "archive_damaged"),
    Case("a damaged stream", lambda: broken_stream(zipped(parts()), SHEET), "workbook_damaged"),
    Case("a Word document", lambda: zipped({"[Content_Types].xml": b"", "word/a.xml": b""}),
         "format_not_supported"),
    Case("a binary workbook", lambda: zipped({"[Content_Types].xml": b"", "xl/workbook.bin": b""}),
         "format_not_supported", "list.xlsb"),
    Case("a text document of OpenOffice",
         lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.text",
                         "content.xml": b"<a/>"}), "format_not_supported", "list.ods"),
    Case("no sheet part", lambda: zipped({k: v for k, v in parts().items() if k != SHEET}),
         "no_sheets"),
    Case("no workbook part",
         lambda: zipped({k: v for k, v in parts().items() if k != "xl/workbook.xml"}),
         "workbook_damaged"),
    Case("relations that lead outside", with_part("xl/_rels/workbook.xml.rels", relations_xml(
        [("rId1", "worksheet", "../../../../etc/passwd")])), "no_sheets"),
]  # fmt: skip

DOCUMENTS = [
    Case("laughs in the sheet", lambda: xlsx_of("&a9;", prolog=LAUGHS), "xml_has_doctype"),
    Case("laughs in the shared texts",
         shared(DECLARATION + LAUGHS + SS.format("<si><t>&a9;</t></si>"), HEAD),
         "xml_has_doctype"),
    Case("laughs in the styles",
         with_part("xl/styles.xml", (DECLARATION + LAUGHS + "<styleSheet/>").encode()),
         "xml_has_doctype"),
    Case("a secret file in the workbook",
         lambda: zipped(workbook_parts({"S": sheet_xml(HEAD)}, prolog=OUTSIDE)),
         "xml_has_doctype"),
    Case("a sheet that ends in the middle",
         with_part(SHEET, sheet_xml(rows_xml(SMALL))[:-80].encode()), "workbook_damaged"),
    Case("a sheet of random bytes", with_part(SHEET, random_bytes(5000)), "workbook_damaged"),
    Case("an empty sheet part", with_part(SHEET, b""), "workbook_damaged"),
    Case("a sheet in UTF-16",
         with_part(SHEET, sheet_xml(rows_xml(SMALL)).replace("UTF-8", "UTF-16").encode("utf-16")),
         "empty_file"),
    Case("a hundred thousand nested elements", lambda: nested(100_000), 2),
    Case("a stated dimension of one cell",
         lambda: xlsx(SMALL + [["Beds", 1]] * 998, before='<dimension ref="A1"/>'), 1000),
    Case("a stated dimension of everything",
         lambda: xlsx(SMALL, before='<dimension ref="A1:XFD1048576"/>'), 2),
    Case("a dimension that is none", lambda: xlsx(SMALL, before='<dimension ref="?!"/>'),
         "workbook_damaged"),
    Case("one cell in the last row",
         lambda: xlsx_of(HEAD + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), 1),
    Case("the two far corners", lambda: xlsx_of(
        HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "sheet_too_spread"),
    Case("16,384 columns", lambda: far_columns(16_384, 2), 2),
    Case("a thousand rows with a cell in the last column", lambda: xlsx_of(
        HEAD + "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="XFD{n}"><v>1</v></c></row>'
                       for n in range(2, 1002))), "sheet_too_spread"),
    Case("a column beyond the last",
         lambda: xlsx_of(HEAD + '<row r="2"><c r="XFE2"><v>1</v></c></row>'),
         "too_many_columns"),
    Case("a row beyond the last",
         lambda: xlsx_of(HEAD + '<row r="1048577"><c r="A1048577"><v>1</v></c></row>'),
         "workbook_damaged"),
    Case("one row twice", lambda: xlsx_of(HEAD + rows_xml([["a", 1]], 2) + rows_xml([["b", 2]], 2)),
         "row_counts_disagree"),
    Case("one cell twice", lambda: xlsx_of(
        HEAD + '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>'),
        "row_counts_disagree"),
    Case("rows in a comment", lambda: xlsx_of(
        HEAD + rows_xml([["a", 1]], 2) + "<!--" + rows_xml([["b", 1]], 3) + "-->"),
        "row_counts_disagree"),
    Case("rows and cells without numbers",
         lambda: xlsx_of("<row><c><v>1</v></c></row>" * 3), 3),
    Case("elements with a prefix", with_part(SHEET, sheet_xml(rows_xml(SMALL)).replace(
        "<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace(
        "xmlns=", "xmlns:x=").encode()), 2),
    Case("a text in a character section", lambda: xlsx_of(
        HEAD + '<row r="2"><c r="A2" t="inlineStr"><is><t><![CDATA[a < b]]></t></is></c></row>'),
        1),
    Case("everything merged",
         lambda: xlsx(SMALL, after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
         2),
    Case("thirty thousand merged ranges", lambda: xlsx(SMALL, after="<mergeCells>" + "".join(
        f'<mergeCell ref="A{n}:B{n}"/>' for n in range(10, 30_010)) + "</mergeCells>"),
        "too_many_merged"),
    Case("a shared text that is not there",
         shared(SS.format("<si><t>Item</t></si>"),
                HEAD + '<row r="2"><c r="A2" t="s"><v>99</v></c></row>'), "workbook_damaged"),
    Case("a number that is none",
         lambda: xlsx_of(HEAD + '<row r="2"><c r="A2"><v>twelve</v></c></row>'),
         1),
    Case("only a hidden sheet", lambda: zipped(workbook_parts(
        {"S": sheet_xml(rows_xml(SMALL))}, states={"S": "veryHidden"})), 2),
    Case("macros", with_part("xl/vbaProject.bin", b"\xcc\x61"), 2, "list.xlsm"),
    Case("an empty sheet", lambda: xlsx([]), "empty_file"),
]  # fmt: skip

OTHER_WORKBOOKS = [
    Case("a good xls", lambda: xls(SMALL), 2, "list.xls"),
    Case("an xls under a password", lambda: xls(SMALL, encrypted=True), "encrypted", "list.xls"),
    Case("an xlsx under a password", lambda: ole({"EncryptedPackage": b"x" * 5000}), "encrypted"),
    Case("half an xls", lambda: xls(SMALL)[:2000], "workbook_damaged", "list.xls"),
    Case("an xls of random bytes", lambda: xls(SMALL)[:512] + random_bytes(9000),
         "workbook_damaged", "list.xls"),
    Case("an OLE file that is no workbook", lambda: ole({"WordDocument": b"x" * 5000}),
         "workbook_damaged", "list.xls"),
    Case("eight bytes of OLE", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook_damaged",
         "list.xls"),
    Case("a good ods", lambda: ods(ods_row("Item", "Qty") + ods_row("Beds", 5)), 1, "list.ods"),
    Case("an ods row repeated a million times",
         lambda: ods(ods_row("Item", "Qty") + ods_row("Beds", 5, repeated=1_048_575)),
         "too_many_rows", "list.ods"),
    Case("an ods column repeated to the end", lambda: ods(ods_row("Item", "Qty") + (
        '<table:table-row table:number-rows-repeated="2000"><table:table-cell'
        ' table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
        "</table:table-row>")), "sheet_too_spread", "list.ods"),
    Case("an ods with a million blank rows at the end",
         lambda: ods(ods_row("Item", "Qty") + ods_row("Beds", 5) + (
             '<table:table-row table:number-rows-repeated="1048574"><table:table-cell'
             ' table:number-columns-repeated="16384"/></table:table-row>')), 1, "list.ods"),
    Case("an ods under a password", lambda: ods(ods_row("a"), manifest=(
        "<manifest:encryption-data/>")), "encrypted", "list.ods"),
    Case("an ods that laughs", lambda: ods("", prolog=LAUGHS), "xml_has_doctype", "list.ods"),
    Case("an ods without its end",
         lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                         "content.xml": b"<a><b>"}), "workbook_damaged", "list.ods"),
]  # fmt: skip

TEXTS = [
    Case("nothing", lambda: b"", "empty_file", "list.csv"),
    Case("only a byte order mark", lambda: b"\xef\xbb\xbf\r\n\r\n", "empty_file", "list.csv"),
    Case("a quote left open", lambda: b'a,b\n1,"2\n3,4\n', "stray_quote", "list.csv"),
    Case("two quotes that swallow rows",
         lambda: b"a,b,c\n" + b"1,2,3\n" * 500 + b'1,",3\n' + b"1,2,3\n" * 400 + b'1,",3\n',
         "stray_quote", "list.csv"),
    Case("a quote in the middle of a quoted cell", lambda: b'a,b\n"x"y,2\n', "stray_quote",
         "list.csv"),
    Case("inches", lambda: b'a,b\npipe 2" long,1\nhose 3",2\n', 2, "list.csv"),
    Case("doubled quotes", lambda: b'a,b\n"54""x30""",1\n', 1, "list.csv"),
    Case("only quotes", lambda: b'""""""""\n', 0, "list.csv"),
    Case("twenty thousand columns", lambda: b"a," * 20_000 + b"a\n", "too_many_columns",
         "list.csv"),
    Case("a hundred thousand rows and thirty", lambda: b"a,b\n" + b"1,2\n" * 100_030,
         "too_many_rows", "list.csv"),
    Case("a million empty lines", lambda: b"a,b\n" + b"\n" * 1_000_000 + b"1,2\n", 1, "list.csv"),
    Case("a cell of 200,000 characters", lambda: b"a,b\n" + b"x" * 200_000 + b",1\n",
         "cell_too_long", "list.csv"),
    Case("20 MB and one byte", lambda: b"a,b\n" * (5 * 1024 * 1024) + b"1", "file_too_large",
         "list.csv"),
    Case("random bytes", lambda: random_bytes(20_000), "not_text", "list.csv"),
    Case("zero bytes", lambda: b"\0" * 5000, "empty_file", "list.csv"),
    Case("a web page called xls", lambda: b"\n<html><table><tr><td>1</td></tr></table></html>",
         "web_page", "list.xls"),
    Case("a table of a web page", lambda: b"<TABLE border=1><tr><td>1", "web_page", "list.xls"),
    Case("a PDF called csv", lambda: b"%PDF-1.7\n1 0 obj", "format_not_supported", "list.csv"),
    Case("a picture called xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
         "format_not_supported"),
    Case("a packed csv", lambda: gzip.compress(b"a,b\n1,2\n"), "format_not_supported",
         "list.csv.gz"),
    Case("JSON called csv", lambda: json.dumps({"type": "FeatureCollection"}).encode(),
         "format_not_supported", "list.csv"),
    Case("the XML of 2003", lambda: b'<?xml version="1.0"?><Workbook/>', "format_not_supported",
         "list.xls"),
    Case("a csv called xlsx", lambda: b"Item,Quantity\nBeds,4\n", 1),
    Case("an xlsx called csv", lambda: xlsx(SMALL), 2, "list.csv"),
    Case("UTF-16 cut in the middle", lambda: "a,b\nж,2\n".encode("utf-16")[:-3], 1, "list.csv"),
    Case("UTF-16 with half a pair", lambda: "a,b\n".encode("utf-16") + b"\x00\xd8,\x001\x00",
         "encoding_differs", "list.csv"),
    Case("surrogates as UTF-8", lambda: b"a,b\n\xed\xa0\x80,1\n", 1, "list.csv"),
    Case("line separators that part no rows",
         lambda: "a,b\nx\u2028y\x0bz\x0c,1\n\x85w,2\n".encode(), 2, "list.csv"),
    Case("every kind of line end", lambda: b"a,b\r1,2\n3,4\r\n5,6\r\r\n7,8", 4, "list.csv"),
]  # fmt: skip

CORPUS = [*ARCHIVES, *DOCUMENTS, *OTHER_WORKBOOKS, *TEXTS]
