"""Number formats of workbooks: which of them show a day with its time."""

import re
import zipfile

from shipments.imports.reading.hardened import Attributes, local, parse

# m/d/yy h:mm, the one such format that workbooks do not spell out (ECMA-376, 18.8.30).
_BUILT_IN = 22
# Texts, escaped and padded signs, colours, currencies and elapsed time are no part of a date.
_NO_PART = re.compile(r"\"[^\"]*\"|[\\_*].|\[[^\]]*\]")


def is_moment_format(code: str) -> bool:
    """Tell whether a format shows both a day and an hour, as yyyy-mm-dd hh:mm does."""
    shown = _NO_PART.sub("", code).lower()
    return "h" in shown and ("d" in shown or "y" in shown)


def moment_styles(archive: zipfile.ZipFile, path: str) -> frozenset[int]:
    """List the cell styles of an xlsx file whose format shows a day with its time.

    Refuses with xml_has_doctype or workbook_damaged.
    """
    formats = {_BUILT_IN}
    used: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        inside.append(local(name))
        if inside[-1] == "numFmt" and is_moment_format(attributes.get("formatCode", "")):
            formats.add(_number(attributes))
        elif inside[-2:] == ["cellXfs", "xf"]:
            used.append(_number(attributes))

    def end(_name: str) -> None:
        inside.pop()

    with archive.open(path) as stream:
        parse(stream, start=start, end=end)
    return frozenset(style for style, number in enumerate(used) if number in formats)


def _number(attributes: Attributes) -> int:
    text = attributes.get("numFmtId", "0")
    return int(text) if text.isascii() and text.isdigit() else 0
