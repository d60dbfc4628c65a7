"""Bytes of a text file to lines of text, in whatever encoding, or two, they were written."""

import codecs
import io
import re
from dataclasses import dataclass, field

from shipments.imports.reading.refusals import Refused

# The one-byte encodings that field offices' spreadsheet programs write.
LEGACY = ("cp1251", "cp1252", "cp1256", "mac_roman")
SHOWN = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with BOM",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 (big-endian)",
    "cp1251": "windows-1251",
    "cp1252": "windows-1252",
    "cp1256": "windows-1256",
    "latin-1": "ISO-8859-1",
    "mac_roman": "MacRoman",
}
_NAMES = {codecs.lookup(name).name: name for name in SHOWN} | {
    codecs.lookup(alias).name: name
    for alias, name in {"utf-16": "utf-16-le", "utf-8-sig": "utf-8-sig"}.items()
}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"),
         (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BOTH_HIGH = re.compile(rb"[\x80-\xff](?=[\x80-\xff])")
_HIGH_BESIDE_ASCII = re.compile(rb"[\x80-\xff](?=[A-Za-z])|[A-Za-z](?=[\x80-\xff])")
_CASE_RISES = re.compile("[а-яё][А-ЯЁ]")
_SCRIPTS_MIXED = re.compile("[à-ü][\u0621-\u064a]|[\u0621-\u064a][à-ü]")
_ALPHABETS = (0x00, 0x04, 0x05, 0x06)
_SAMPLE = 64 * 1024


@dataclass
class Decoded:
    """The text of a file, and where its encoding was not the one of the rest."""

    text: str
    encoding: str
    mixed_lines: dict[int, str] = field(default_factory=dict)


def decode(data: bytes, asked_for: str | None = None) -> Decoded:
    """Decode a file, line by line where it holds two encodings; lines count from 1.

    Refuses with encoding_unknown, encoding_differs (the one asked for does not fit) and
    not_text.
    """
    data = data.rstrip(b"\x1a")
    if asked_for is not None:
        return _decode_as(data, encoding_name(asked_for))
    encoding = _wide_encoding(data)
    if encoding is not None:
        return _decode_as(data, encoding)
    if len(_NOT_TEXT.findall(data[:_SAMPLE])) > len(data[:_SAMPLE]) // 100 + 8:
        raise Refused("not_text")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(data)


def encoding_name(asked_for: str) -> str:
    """Return our name for an encoding a person or program asked for."""
    by_shown = {shown.lower(): name for name, shown in SHOWN.items()}
    wanted = asked_for.strip().lower()
    try:
        name = by_shown.get(wanted) or _NAMES.get(codecs.lookup(wanted).name)
    except (LookupError, ValueError):
        name = None
    if name is None:
        raise Refused("encoding_unknown", found=asked_for, allowed=", ".join(SHOWN.values()))
    return name


def _decode_as(data: bytes, encoding: str) -> Decoded:
    body = data
    for bom, name in _BOMS:
        if data.startswith(bom) and name.removesuffix("-sig") == encoding.removesuffix("-sig"):
            body, encoding = data[len(bom) :], name
    cut = ""
    if encoding.startswith("utf-16") and len(body) % 2:
        body, cut = body[:-1], "" if body[-1:] in b"\x00\n" else "\ufffd"
    try:
        return Decoded(body.decode(encoding.removesuffix("-sig")) + cut, encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8-sig":
            return _decode_lines(body, "utf-8-sig", _guess_legacy(_odd_lines(body)))
        raise Refused("encoding_differs", encoding=SHOWN[encoding]) from error


def _wide_encoding(data: bytes) -> str | None:
    """Recognise a byte order mark, or UTF-16 without one by where its zero bytes stand."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    # Half of the bytes then say the alphabet: Latin, Cyrillic, Armenian or Arabic.
    sample = data[:_SAMPLE]
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        alphabets, letters = sample[start::2], sample[1 - start :: 2]
        known = sum(map(alphabets.count, _ALPHABETS))
        if 0 in alphabets and known > len(alphabets) * 0.7 and letters.count(0) * 8 < known:
            return name
    return None


def _decode_legacy(data: bytes) -> Decoded:
    """Choose between one legacy encoding and a file whose lines are of two encodings."""
    lines = [line for line in data.splitlines() if not line.isascii()]
    wide = sum(1 for line in lines if _is_utf8(line))
    legacy = _guess_legacy(_odd_lines(data))
    if wide == 0:
        return _decode_lines(data, legacy, legacy)
    # A line in a legacy encoding is almost never well-formed UTF-8 by chance.
    return _decode_lines(data, "utf-8" if wide * 2 >= len(lines) else legacy, legacy)


def _odd_lines(data: bytes) -> bytes:
    odd = [line for line in data.splitlines() if not _is_utf8(line)]
    return b"\n".join(odd)[:_SAMPLE]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode_lines(data: bytes, main: str, legacy: str) -> Decoded:
    """Decode each line as UTF-8 where it can be, else as the legacy encoding."""
    main_is_wide = main.startswith("utf-8")
    if main == legacy and not any(
        _is_utf8(line) for line in data.splitlines() if not line.isascii()
    ):
        return Decoded(_decode_legacy_bytes(data, legacy), main)
    text = io.StringIO(newline="")
    mixed: dict[int, str] = {}
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        wide = _is_utf8(line)
        text.write(line.decode("utf-8") if wide else _decode_legacy_bytes(line, legacy))
        if wide != main_is_wide and not line.isascii():
            mixed[number] = SHOWN["utf-8" if wide else legacy]
    return Decoded(text.getvalue(), main, mixed)


def _decode_legacy_bytes(data: bytes, encoding: str) -> str:
    """Decode, and keep the few bytes that windows code pages leave undefined as U+FFFD."""
    return data.decode(encoding, "replace")


def _guess_legacy(sample: bytes) -> str:
    """Tell the legacy encodings apart: by which bytes neighbour, then by the library.

    In French or Spanish a letter above ASCII stands between ASCII letters; Cyrillic and Arabic
    words consist of such letters. That decides the family even in a single word, which is too
    little for statistics.
    """
    if len(_HIGH_BESIDE_ASCII.findall(sample)) >= len(_BOTH_HIGH.findall(sample)):
        return _best_of(sample, ("cp1252", "mac_roman"))
    # Inside a word no capital follows a small letter, and no Arabic letter a French one.
    cyrillic_fits = not _CASE_RISES.search(sample.decode("cp1251", "replace"))
    arabic_fits = not _SCRIPTS_MIXED.search(sample.decode("cp1256", "replace"))
    if cyrillic_fits != arabic_fits:
        return "cp1251" if cyrillic_fits else "cp1256"
    return _best_of(sample, ("cp1251", "cp1256"))


def _best_of(sample: bytes, family: tuple[str, str]) -> str:
    # Loaded for the rare file that needs it: it takes a third of a child's start.
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(family)).best()
    return best.encoding if best is not None and best.encoding in family else family[0]
