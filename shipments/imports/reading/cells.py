"""One cell as it was read: what kind of thing it is, its text as shown, its value."""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

# Excel in several languages, Google Sheets, LibreOffice, and what database exports leave behind.
_ERROR = re.compile(
    r"#(?:DIV/0!|N/A N/A|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!"
    r"|CONNECT!|BUSY!|GETTING_DATA|EXTERNAL!|ERROR!|PYTHON!"
    r"|ДЕЛ/0!|Н/Д|ИМЯ\?|ПУСТО!|ЧИСЛО!|ССЫЛКА!|ЗНАЧ!|ПЕРЕНОС!|ВЫЧИСЛ!"
    r"|NOM\s?\?|NUL\s?!|NOMBRE\s?!|VALEUR\s?!)|##+|Err:\d{3}|ERROR_\d{1,6}",
    re.IGNORECASE,
)


class CellKind(StrEnum):
    """What a cell holds; a number in a text file is text until a column says otherwise."""

    BLANK = "blank"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    BOOL = "bool"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `text` is what the file says, or what its program shows for a stored number."""

    kind: CellKind
    text: str
    value: Decimal | datetime.date | datetime.datetime | datetime.time | bool | str | None


_BLANK = Cell(CellKind.BLANK, "", None)


def cell_of(raw: Any) -> Cell:
    """Turn a spooled value into a cell."""
    match raw:
        case None:
            return _BLANK
        case str():
            return _text_cell(raw)
        case bool():
            return Cell(CellKind.BOOL, "TRUE" if raw else "FALSE", raw)
        case int() | float():
            text = number_text(raw)
            return Cell(CellKind.NUMBER, text, Decimal(text))
        case {"d": text}:
            return Cell(CellKind.DATE, text.replace("T", " "), _date(text))
        case {"t": text}:
            return Cell(CellKind.TIME, text, datetime.time.fromisoformat(text))
        case {"e": token}:
            return Cell(CellKind.ERROR, token, None)
        case {"s": text}:
            return Cell(CellKind.TEXT, text, text)
        case _:
            raise TypeError(raw)


def text_of(raw: Any) -> str:
    """Return only the text of a spooled value, for what needs no more."""
    return raw if isinstance(raw, str) else cell_of(raw).text


def is_error_text(text: str) -> bool:
    """Tell whether a text is what a spreadsheet shows in place of a value it could not make."""
    return _ERROR.fullmatch(text.strip()) is not None


def number_text(number: int | float) -> str:
    """Write a stored number with the 15 digits a spreadsheet program shows, never as 1E+05."""
    if isinstance(number, int):
        return str(number)
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{Decimal(f'{number:.15g}'):f}"


def _text_cell(raw: str) -> Cell:
    if not raw or raw.isspace():
        return Cell(CellKind.BLANK, raw, None) if raw else _BLANK
    if raw.strip()[0] in "#Ee" and is_error_text(raw):
        return Cell(CellKind.ERROR, raw.strip(), None)
    return Cell(CellKind.TEXT, raw, raw.strip())


def _date(text: str) -> datetime.date | datetime.datetime:
    if "T" in text:
        return datetime.datetime.fromisoformat(text)
    return datetime.date.fromisoformat(text)
