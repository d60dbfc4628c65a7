"""XML read by expat in pieces, with document types and so all entities refused."""

import zipfile
import zlib
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from shipments.imports.reading.refusals import Refused

Attributes = dict[str, str]
_BLOCK = 64 * 1024


class _Seen(Exception):  # noqa: N818 - ends a parse early, on purpose
    """The root element was met: what stands before it was plain."""


def parse(
    stream: IO[bytes],
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element, its local name without prefix left to the caller.

    Refuses with xml_has_doctype, and with workbook_damaged what is no well-formed XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        while block := stream.read(_BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, ValueError, EOFError) as error:
        raise Refused("workbook_damaged") from error


def check_prolog(stream: IO[bytes]) -> None:
    """Refuse a part whose prolog declares a document type; read no further than its root."""

    def stop(_name: str, _attributes: Attributes) -> None:
        raise _Seen

    try:
        parse(stream, start=stop)
    except _Seen:
        return


def local(name: str) -> str:
    """Cut the prefix off an element or attribute name."""
    return name.rpartition(":")[2]


def _refuse_doctype(
    _name: str, _system_id: str | None, _public_id: str | None, _has_internal_subset: bool
) -> None:
    raise Refused("xml_has_doctype")
