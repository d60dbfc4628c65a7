"""Builds spreadsheet files by hand, down to the byte, good ones and evil ones."""

import datetime
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from shipments.imports.reading.references import column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Cell = str | int | float | bool | datetime.date | None


def cell_xml(column: int, row: int, value: Cell) -> str:
    place = f'r="{column_letters(column)}{row}"'
    match value:
        case None:
            return ""
        case bool():
            return f'<c {place} t="b"><v>{int(value)}</v></c>'
        case str():
            text = escape(value)
            return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        case _:
            return f"<c {place}><v>{value}</v></c>"


def rows_xml(rows: Sequence[Sequence[Cell]], first: int = 1) -> str:
    written = []
    for number, row in enumerate(rows, start=first):
        cells = "".join(cell_xml(column, number, value) for column, value in enumerate(row))
        written.append(f'<row r="{number}">{cells}</row>')
    return "".join(written)


def sheet_xml(data: str, *, before: str = "", after: str = "", prolog: str = "") -> str:
    return (
        f'{DECLARATION}{prolog}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f"{before}<sheetData>{data}</sheetData>{after}</worksheet>"
    )


def workbook_parts(
    sheets: Mapping[str, str | bytes],
    *,
    states: Mapping[str, str] | None = None,
    shared: str | None = None,
    properties: str = "",
    prolog: str = "",
) -> dict[str, bytes]:
    """List the parts of an xlsx file by their names; the values of `sheets` are whole parts."""
    listed, related, parts = [], [], {}
    for index, (name, xml) in enumerate(sheets.items(), start=1):
        state = f' state="{states[name]}"' if states and name in states else ""
        listed.append(f'<sheet name="{escape(name)}" sheetId="{index}"{state} r:id="rId{index}"/>')
        related.append((f"rId{index}", "worksheet", f"worksheets/sheet{index}.xml"))
        parts[f"xl/worksheets/sheet{index}.xml"] = xml.encode() if isinstance(xml, str) else xml
    if shared is not None:
        related.append(("rIdS", "sharedStrings", "sharedStrings.xml"))
        parts["xl/sharedStrings.xml"] = shared.encode()
    related.append(("rIdT", "styles", "styles.xml"))
    workbook = (
        f'{DECLARATION}{prolog}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}'
        f"<sheets>{''.join(listed)}</sheets></workbook>"
    )
    return {
        "[Content_Types].xml": _content_types(list(parts)),
        "_rels/.rels": relations_xml([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": workbook.encode(),
        "xl/_rels/workbook.xml.rels": relations_xml(related),
        "xl/styles.xml": _STYLES.encode(),
        **parts,
    }


def relations_xml(related: Sequence[tuple[str, str, str]]) -> bytes:
    entries = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for key, kind, target in related
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}">{entries}</Relationships>'.encode()


_STYLES = (
    f'{DECLARATION}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1">'
    '<border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    "</cellXfs></styleSheet>"
)


def _content_types(parts: list[str]) -> bytes:
    kinds = "".join(
        f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument'
        f'.spreadsheetml.{"sharedStrings" if "shared" in part else "worksheet"}+xml"/>'
        for part in parts
    )
    return (
        f'{DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        f'officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>'
    ).encode()


def zipped(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def xlsx(rows: Sequence[Sequence[Cell]], **options: str) -> bytes:
    return zipped(workbook_parts({"Sheet1": sheet_xml(rows_xml(rows), **options)}))


def xlsx_of(data: str, **options: str) -> bytes:
    """Pack one sheet whose sheetData is given as it is."""
    return zipped(workbook_parts({"Sheet1": sheet_xml(data, **options)}))


def ods(rows: str, *, prolog: str = "", manifest: str = "") -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Sheet1">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>{manifest}'
        "</manifest:manifest>"
    )
    return zipped(
        {
            "mimetype": kind.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": listed.encode(),
        }
    )


def ods_row(*cells: str | float, repeated: int = 1, hidden: bool = False) -> str:
    written = "".join(
        f'<table:table-cell office:value-type="float" office:value="{cell}">'
        f"<text:p>{cell}</text:p></table:table-cell>"
        if isinstance(cell, int | float)
        else f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
        "</table:table-cell>"
        for cell in cells
    )
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    shown = ' table:visibility="collapse"' if hidden else ""
    return f"<table:table-row{times}{shown}>{written}</table:table-row>"


def with_declared_size(file: bytes, name: str, size: int) -> bytes:
    """Lie about how large one entry inflates, in the directory of a zip."""
    at = 0
    changed = bytearray(file)
    while (at := file.find(b"PK\x01\x02", at)) >= 0:
        length = struct.unpack_from("<H", file, at + 28)[0]
        if file[at + 46 : at + 46 + length] == name.encode():
            struct.pack_into("<I", changed, at + 24, size)
        at += 46
    return bytes(changed)


def with_flag(file: bytes, flag: int) -> bytes:
    """Set a general purpose flag in every entry of the directory of a zip."""
    changed, at = bytearray(file), 0
    while (at := file.find(b"PK\x01\x02", at)) >= 0:
        struct.pack_into("<H", changed, at + 8, flag)
        at += 46
    return bytes(changed)


def with_one_offset(file: bytes) -> bytes:
    """Let every entry of a zip point at the bytes of its largest one."""
    places, at = [], 0
    while (at := file.find(b"PK\x01\x02", at)) >= 0:
        places.append(at)
        at += 46
    changed = bytearray(file)
    largest = max(places, key=lambda place: struct.unpack_from("<I", file, place + 20)[0])
    for place in places:
        changed[place + 10 : place + 28] = file[largest + 10 : largest + 28]
        changed[place + 42 : place + 46] = file[largest + 42 : largest + 46]
    return bytes(changed)


def xls(rows: Sequence[Sequence[Cell]], *, encrypted: bool = False, hidden_row: int = 0) -> bytes:
    """Write a small BIFF8 workbook with one sheet in an OLE container."""
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6))
    for number, row in enumerate(rows):
        flags = 0x100 | (0x20 if number + 1 == hidden_row else 0)
        sheet += _record(0x208, struct.pack("<HHHHHHHH", number, 0, len(row), 255, 0, 0, flags, 0))
    for number, row in enumerate(rows):
        sheet += b"".join(_biff_cell(number, column, cell) for column, cell in enumerate(row))
    sheet += _record(0x0A, b"")
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    start += _record(0x2F, b"\x01\x00\x01\x00\x01\x00" + bytes(48)) if encrypted else b""
    start += _record(0x31, struct.pack("<HHHHHBBBBB", 200, 0, 8, 400, 0, 0, 0, 0, 0, 1) + b"\0A")
    start += _record(0xE0, struct.pack("<HHHBBBBII", 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"\0\0") * 2
    for number_format in (14, 22):
        style = struct.pack("<HHHBBBBII", 0, number_format, 1, 0, 0, 0, 0, 0, 0)
        start += _record(0xE0, style + b"\0\0")
    name = b"\x06\x00Sheet1"
    length = len(start) + 4 + 6 + len(name) + 4
    start += _record(0x85, struct.pack("<IBB", length, 0, 0) + name) + _record(0x0A, b"")
    return ole({"Workbook": start + sheet})


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _biff_cell(row: int, column: int, value: Cell) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    match value:
        case None:
            return b""
        case bool():
            return _record(0x205, place + bytes([int(value), 0]))
        case str() if value.startswith("#"):
            # #LATER! is an error that no program knows.
            return _record(0x205, place + bytes([0x99 if value == "#LATER!" else 0x2A, 1]))
        case str():
            text = value.encode("utf-16-le")
            return _record(0x204, place + struct.pack("<HB", len(value), 1) + text)
        case datetime.date():
            # The third style shows a day, the fourth a day with its time.
            style = 3 if isinstance(value, datetime.datetime) else 2
            moment = datetime.datetime(*value.timetuple()[:6])  # noqa: DTZ001
            days = (moment - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)  # noqa: DTZ001
            return _record(0x203, struct.pack("<HHHd", row, column, style, days))
        case _:
            return _record(0x203, place + struct.pack("<d", value))


def ole(streams: Mapping[str, bytes]) -> bytes:
    """Write an OLE container of 512-byte sectors, with every stream out of the mini stream."""
    chains: list[tuple[str, int, int]] = []
    body = b""
    allocation: list[int] = []
    for name, content in streams.items():
        content = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        first, sectors = len(allocation), len(content) // 512
        allocation += [*range(first + 1, first + sectors), 0xFFFFFFFE]
        chains.append((name, first, len(content)))
        body += content
    directory_at = len(allocation)
    entries = [_ole_entry("Root Entry", 5, 0xFFFFFFFE, 0, 1)]
    entries += [_ole_entry(name, 2, first, size, None) for name, first, size in chains]
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    allocation += [*range(directory_at + 1, directory_at + len(directory) // 512), 0xFFFFFFFE]
    table_at = len(allocation)
    allocation.append(0xFFFFFFFD)
    table = struct.pack(f"<{len(allocation)}I", *allocation).ljust(512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", table_at).ljust(436, b"\xff")
    return header + body + directory + table


def _ole_entry(name: str, kind: int, first: int, size: int, child: int | None) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + struct.pack("<III", none, none, none if child is None else child)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )


def inflated(megabytes: int) -> bytes:
    """Return XML that packs a thousand to one."""
    return b"<worksheet>" + b" " * (megabytes * 1024 * 1024) + b"</worksheet>"


def broken_stream(file: bytes, name: str) -> bytes:
    """Damage the packed bytes of one entry of a zip."""
    at = file.find(name.encode()) + len(name) + 10
    return file[:at] + bytes(byte ^ 0xFF for byte in file[at : at + 20]) + file[at + 20 :]
