"""The directory of a zipped workbook, judged before any parser touches what it lists."""

import os
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from shipments.imports.reading.limits import (
    MAX_ARCHIVE_ENTRIES,
    MAX_DIRECTORY_BYTES,
    MAX_INFLATED_BYTES,
    MAX_INFLATION_RATIO,
    RATIO_MATTERS_FROM_BYTES,
)
from shipments.imports.reading.refusals import Refused

_END_OF_DIRECTORY = b"PK\x05\x06"
_LOCAL_HEADER_BYTES = 30
_PACKED_WORKBOOKS = (".zip", ".xlsx", ".xls", ".ods", ".csv", ".tsv", ".xlsm", ".xlsb")
_OTHER_DOCUMENTS = ("word/", "ppt/", "index/document.iwa", "xl/workbook.bin")
UNREADABLE_ZIP = (
    zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError,
    struct.error,
)  # fmt: skip
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Archive:
    """A zip whose directory is within bounds: what it is and what it holds."""

    kind: str
    names: tuple[str, ...]
    inflated_bytes: int
    has_macros: bool


def inspect_archive(path: Path) -> Archive:
    """Judge a zip by its directory alone and tell whether it is an xlsx or an ods workbook.

    Refuses with archive_damaged, archive_too_many_entries, archive_names, archive_too_large,
    archive_ratio, encrypted, archive_not_workbook or format_not_supported.
    """
    _check_directory_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            _check_sizes(entries, path.stat().st_size)
            names = tuple(entry.filename for entry in entries)
            kind = _kind(archive, names)
    except UNREADABLE_ZIP as error:
        raise Refused("archive_damaged") from error
    macros = any(name.lower().endswith(("vbaproject.bin", "script-lc.xml")) for name in names)
    return Archive(kind, names, sum(entry.file_size for entry in entries), macros)


def _check_directory_size(path: Path) -> None:
    """Read the last bytes only: a directory of a million entries must not be loaded at all."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        raise Refused("archive_damaged")
    entries, directory_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > MAX_ARCHIVE_ENTRIES or directory_bytes > MAX_DIRECTORY_BYTES:
        raise Refused("archive_too_many_entries", entries=entries, allowed=MAX_ARCHIVE_ENTRIES)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ARCHIVE_ENTRIES:
        raise Refused("archive_too_many_entries", entries=len(entries), allowed=MAX_ARCHIVE_ENTRIES)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("encrypted")
    names = [entry.filename.lower() for entry in entries]
    # Two entries of one name are read differently by different parsers.
    if len(set(names)) != len(names) or any(not _plain_name(name) for name in names):
        raise Refused("archive_names")
    if any(entry.compress_type not in (0, 8) for entry in entries):
        raise Refused("archive_damaged")
    _check_no_overlap(entries)


def _plain_name(name: str) -> bool:
    parts = name.split("/")
    return not (name.startswith("/") or ".." in parts or "\\" in name or ":" in parts[0])


def _check_no_overlap(entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes inflate one block many times."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Refused("archive_damaged")
        end = entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    inflated = sum(entry.file_size for entry in entries)
    if inflated > MAX_INFLATED_BYTES:
        raise Refused(
            "archive_too_large",
            inflated_mb=inflated // 1024 // 1024,
            allowed_mb=MAX_INFLATED_BYTES // 1024 // 1024,
        )
    if inflated > RATIO_MATTERS_FROM_BYTES and inflated > packed * MAX_INFLATION_RATIO:
        raise Refused("archive_ratio", ratio=inflated // max(packed, 1))


def _kind(archive: zipfile.ZipFile, names: tuple[str, ...]) -> str:
    lowered = {name.lower() for name in names}
    if "content.xml" in lowered and "mimetype" in lowered:
        with archive.open("mimetype") as file:
            media_type = file.read(200).decode("ascii", "replace").strip()
        if not media_type.startswith(_ODS_TYPE):
            raise Refused("format_not_supported")
        return "ods"
    if any(name.startswith(_OTHER_DOCUMENTS) for name in lowered):
        raise Refused("format_not_supported")
    if "[content_types].xml" in lowered and any(name.startswith("xl/") for name in lowered):
        return "xlsx"
    if any(name.endswith(_PACKED_WORKBOOKS) for name in lowered):
        raise Refused("archive_not_workbook")
    raise Refused("format_not_supported")
