"""The parts of an xlsx package: which sheets it has and where they lie."""

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from shipments.imports.reading.hardened import Attributes, check_prolog, local, parse
from shipments.imports.reading.limits import MAX_SHEETS
from shipments.imports.reading.number_formats import moment_styles
from shipments.imports.reading.refusals import Refused

_SMALL_PART_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class SheetPart:
    """One worksheet of a package, in workbook order."""

    name: str
    path: str
    hidden: bool
    fingerprint: tuple[int, int]


@dataclass(frozen=True)
class Package:
    """What the workbook part of an xlsx file lists."""

    sheets: tuple[SheetPart, ...]
    shared_strings: str | None
    date_1904: bool
    moment_styles: frozenset[int]


def open_package(archive: zipfile.ZipFile) -> Package:
    """List the worksheets of an xlsx file, chart and dialog sheets left out.

    Refuses with workbook_damaged, xml_has_doctype, or no_sheets.
    """
    root = _relations(archive, "_rels/.rels", "")
    workbooks = [path for kind, path in root.values() if kind == "officeDocument"]
    workbook = workbooks[0] if workbooks else "xl/workbook.xml"
    folder, name = posixpath.split(workbook)
    relations = _relations(archive, posixpath.join(folder, "_rels", f"{name}.rels"), folder)
    sheets, date_1904 = _sheets(archive, workbook, relations)
    if not sheets:
        raise Refused("no_sheets")
    strings = next((path for kind, path in relations.values() if kind == "sharedStrings"), None)
    if strings not in archive.NameToInfo:
        strings = None
    styles: frozenset[int] = frozenset()
    for kind, path in relations.values():
        if path not in archive.NameToInfo:
            continue
        if kind == "styles":
            styles = moment_styles(archive, path)
        elif kind in ("sharedStrings", "theme"):
            with archive.open(path) as stream:
                check_prolog(stream)
    return Package(tuple(sheets), strings, date_1904, styles)


def _relations(archive: zipfile.ZipFile, path: str, folder: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: Attributes) -> None:
        if local(name) != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "")
        inside = target[1:] if target.startswith("/") else posixpath.join(folder, target)
        kind = attributes.get("Type", "").rpartition("/")[2]
        found[attributes.get("Id", "")] = (kind, posixpath.normpath(inside))

    _parse_small(archive, path, start)
    return found


def _sheets(
    archive: zipfile.ZipFile, workbook: str, relations: dict[str, tuple[str, str]]
) -> tuple[list[SheetPart], bool]:
    sheets: list[SheetPart] = []
    calendars: list[bool] = []

    def start(name: str, attributes: Attributes) -> None:
        if local(name) == "workbookPr":
            calendars.append(attributes.get("date1904", "0") in ("1", "true"))
        if local(name) != "sheet":
            return
        if len(sheets) >= MAX_SHEETS:
            raise Refused("too_many_sheets", allowed=MAX_SHEETS)
        relation = next((v for k, v in attributes.items() if local(k) == "id"), "")
        kind, path = relations.get(relation, ("", ""))
        if kind != "worksheet" or path not in archive.NameToInfo:
            return
        entry = archive.getinfo(path)
        hidden = attributes.get("state", "visible") != "visible"
        fingerprint = (entry.CRC, entry.file_size)
        sheets.append(SheetPart(attributes.get("name", ""), path, hidden, fingerprint))

    _parse_small(archive, workbook, start)
    return sheets, any(calendars)


def _parse_small(
    archive: zipfile.ZipFile, path: str, start: Callable[[str, Attributes], None]
) -> None:
    if path not in archive.NameToInfo or archive.getinfo(path).file_size > _SMALL_PART_BYTES:
        raise Refused("workbook_damaged")
    with archive.open(path) as stream:
        parse(stream, start=start)
