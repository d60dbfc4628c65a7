"""The parameters of one address, read one by one; refusals are gathered by name."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from text.bodies import parse_iso_date
from text.refusals import QueryRefused, shown, unknown

T = TypeVar("T")
# Parameters of every address, read by the door itself.
OF_THE_DOOR = ("format", "bom")
MOST_VALUES = 200
LONGEST_NUMBER = 9


class Parameters:
    """What stands in a query. Empty values are as if they had not been sent."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.given = {name: str(data[name]) for name in data}
        self.refusals: dict[str, ValidationError] = {}
        if isinstance(data, MultiValueDict):
            for name, values in data.lists():
                if len(values) > 1:
                    self.refuse(name, repeated(name))

    def refuse(self, name: str, refusal: ValidationError) -> None:
        self.refusals.setdefault(name, refusal)

    def read(self, name: str, parse: Callable[[str], T], usual: T) -> T:
        """This will read one parameter; what cannot be read is kept as a refusal."""
        text = self.given.get(name, "").strip()
        if not text:
            return usual
        try:
            return parse(text)
        except ValidationError as refusal:
            self.refuse(name, refusal)
            return usual

    def only(self, allowed: Iterable[str]) -> None:
        """This will refuse parameters that are not among the allowed ones."""
        known = list(allowed)
        for name in self.given:
            if name not in known and name not in OF_THE_DOOR:
                self.refuse(name, unknown(name, known, code="unknown_parameter"))

    def finish(self) -> None:
        """This will raise QueryRefused with everything that was refused."""
        if self.refusals:
            raise QueryRefused(dict(self.refusals))


def repeated(name: str) -> ValidationError:
    return ValidationError(
        _("“%(value)s” came more than once. Write %(value)s=a,b for several values."),
        code="repeated",
        params={"value": shown(name)},
    )


def words(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    if len(found) > MOST_VALUES:
        raise ValidationError(
            _("Name at most %(limit)s values."), code="too_many", params={"limit": MOST_VALUES}
        )
    return found


def one_of(allowed: Iterable[str]) -> Callable[[str], str]:
    """This will make a parser for one word of a closed list (``unknown_value``)."""
    known = list(allowed)

    def parse(text: str) -> str:
        if text not in known:
            raise unknown(text, known, code="unknown_value")
        return text

    return parse


def some_of(allowed: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """This will make a parser for words of a closed list, separated by commas."""
    one = one_of(allowed)

    def parse(text: str) -> tuple[str, ...]:
        return tuple(one(word) for word in words(text))

    return parse


def flag(text: str) -> bool:
    return one_of(("true", "false"))(text) == "true"


def days(text: str) -> tuple[date, ...]:
    return tuple(parse_iso_date(word) for word in words(text))


def whole(least: int, most: int) -> Callable[[str], int]:
    """This will make a parser for a whole number (``not_a_whole_number``)."""

    def parse(text: str) -> int:
        is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
        number = int(text) if is_number else -1
        if not least <= number <= most:
            raise ValidationError(
                _("Write a whole number from %(least)s to %(most)s."),
                code="not_a_whole_number",
                params={"least": least, "most": most},
            )
        return number

    return parse
