"""What an uploaded file is, by its first bytes and never by its name."""

import re
from pathlib import Path

from shipments.imports.reading.limits import MAX_FILE_BYTES
from shipments.imports.reading.refusals import Refused

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf",
    b"\x7fELF", b"MZ", b"{\\rtf", b"SQLite format", b"PAR1", b"BZh", b"\xfd7zXZ", b"\xca\xfe",
)  # fmt: skip
_WEB_PAGE = re.compile(rb"\s*(?:<!--.{0,200}?-->\s*)?<(?:!doctype\s+html|html|table|body)", re.I)
_XML = re.compile(rb"\s*<\?xml", re.I)
_JSON = re.compile(rb"""\s*(?:\{\s*"[^"]{0,200}"\s*:|\[\s*[\[{])""")


def recognise(path: Path) -> str:
    """Tell whether a file is "zip", "ole" (the container of xls) or "text".

    Refuses with empty_file, file_too_large, web_page or format_not_supported.
    """
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise Refused("file_too_large", allowed_mb=MAX_FILE_BYTES // 1024 // 1024)
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused("empty_file")
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    if head.startswith(_OTHER):
        raise Refused("format_not_supported")
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"")
    if _WEB_PAGE.match(text):
        raise Refused("web_page")
    if _XML.match(text) or _JSON.match(text):
        raise Refused("format_not_supported")
    return "text"
