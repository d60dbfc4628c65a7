"""Reads the members of a JSON object one by one and keeps every refusal with its pointer."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from text.dates import parse_date, parse_instant
from text.numbers import LARGEST, parse_plain_decimal
from text.refusals import shown, unknown

T = TypeVar("T")

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LATEST_DAY = date(2200, 1, 1)
UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LARGEST_INTEGER = 2**31 - 1


def parse_iso_date(value: object) -> date:
    """Read a date as programs write it, YYYY-MM-DD; the codes are those of ``parse_date``."""
    if not isinstance(value, str) or not ISO_DATE.fullmatch(value):
        raise ValidationError(
            _("“%(value)s” is not a date. Write it as 2020-11-25."),
            code="not_a_date",
            params={"value": shown(value)},
        )
    return parse_date(value, today=LATEST_DAY, order="ymd", latest=LATEST_DAY)


def parse_key(value: object) -> UUID:
    """Read a UUID in its usual spelling; code ``not_a_key``."""
    if not isinstance(value, str) or not UUID_FORM.fullmatch(value):
        raise ValidationError(
            _("“%(value)s” is not a UUID. Make one for every event that you report."),
            code="not_a_key",
            params={"value": shown(value)},
        )
    return UUID(value)


class Body:
    """The members of one JSON object. Refusals are gathered and raised together by ``finish``."""

    def __init__(
        self,
        data: object,
        pointer: str = "",
        refusals: dict[str, list[ValidationError]] | None = None,
    ) -> None:
        self.refusals = {} if refusals is None else refusals
        self.pointer = pointer
        self.known: set[str] = set()
        self.data: Mapping[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self.refuse("", ValidationError(_("Send a JSON object here."), code="not_an_object"))

    def refuse(self, name: str, refusal: ValidationError) -> None:
        """This will keep a refusal of a member."""
        path = "/".join(part for part in (self.pointer, name) if part)
        self.refusals.setdefault(path or "__all__", []).extend(refusal.error_list)

    def has(self, name: str) -> bool:
        """This will say whether the member was sent, be it null."""
        return name in self.data

    def read(
        self, name: str, parse: Callable[[Any], T], default: T, *, required: bool = False
    ) -> T:
        """This will read a member with a parser; null and absence give the default."""
        self.known.add(name)
        value = self.data.get(name)
        if value is None:
            if required:
                self.refuse(name, ValidationError(_("This is required."), code="required"))
            return default
        try:
            return parse(value)
        except ValidationError as refusal:
            self.refuse(name, refusal)
            return default

    def text(
        self,
        name: str,
        *,
        required: bool = False,
        longest: int = 200,
        choices: Iterable[str] | None = None,
    ) -> str:
        words = None if choices is None else list(choices)

        def parse(value: object) -> str:
            found = plain_text(value, longest)
            if required and not found.strip():
                raise ValidationError(_("This is required."), code="required")
            if words is not None and found and found not in words:
                raise unknown(found, words, code="unknown_value")
            return found

        return self.read(name, parse, "", required=required)

    def decimal(
        self,
        name: str,
        *,
        default: Decimal | None = None,
        required: bool = False,
        decimals: int = 3,
        maximum: Decimal = LARGEST,
    ) -> Decimal | None:
        def parse(value: object) -> Decimal | None:
            return parse_plain_decimal(value, decimals=decimals, maximum=maximum)

        return self.read(name, parse, default, required=required)

    def degrees(self, name: str) -> Decimal | None:
        """This will read decimal degrees, which may be below zero."""

        def parse(value: object) -> Decimal | None:
            return parse_plain_decimal(value, decimals=5, minimum=-180, maximum=180)

        return self.read(name, parse, None)

    def quantity(self, name: str) -> Decimal:
        """This will read a quantity; what is not said is 0."""
        return self.decimal(name, default=Decimal(0)) or Decimal(0)

    def integer(
        self, name: str, *, required: bool = False, least: int = 0, most: int = LARGEST_INTEGER
    ) -> int | None:
        def parse(value: object) -> int | None:
            return int(parse_plain_decimal(value, decimals=0, minimum=least, maximum=most))

        return self.read(name, parse, None, required=required)

    def day(self, name: str, *, required: bool = False) -> date | None:
        def parse(value: object) -> date | None:
            return parse_iso_date(value)

        return self.read(name, parse, None, required=required)

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        def parse(value: object) -> datetime | None:
            return parse_instant(value)

        return self.read(name, parse, None, required=required)

    def key(self, name: str, *, required: bool = False) -> UUID | None:
        def parse(value: object) -> UUID | None:
            return parse_key(value)

        return self.read(name, parse, None, required=required)

    def flag(self, name: str, *, default: bool = False) -> bool:
        def parse(value: object) -> bool:
            if not isinstance(value, bool):
                raise ValidationError(_("Send true or false."), code="not_a_flag")
            return value

        return self.read(name, parse, default)

    def texts(self, name: str, *, longest: int = 150, most: int = 100) -> list[str]:
        """This will read a list of texts."""

        def parse(value: object) -> list[str]:
            return [plain_text(entry, longest) for entry in plain_list(value, most)]

        return self.read(name, parse, [])

    def words(self, name: str, *, longest: int = 1000, most: int = 100) -> dict[str, str]:
        """This will read an object whose members are all texts."""

        def parse(value: object) -> dict[str, str]:
            if not isinstance(value, dict) or len(value) > most:
                raise ValidationError(_("Send a JSON object here."), code="not_an_object")
            return {
                plain_text(name, 100): plain_text(entry, longest) for name, entry in value.items()
            }

        return self.read(name, parse, {})

    def objects(self, name: str, *, most: int = 1000) -> list["Body"]:
        """This will read a list of objects, each with its own place in the pointers."""
        rows: list[Any] = self.read(name, lambda value: plain_list(value, most), [])
        path = f"{self.pointer}/{name}" if self.pointer else name
        return [Body(row, f"{path}/{at}", self.refusals) for at, row in enumerate(rows)]

    def object(self, name: str) -> "Body | None":
        """This will read one object, or None where there is none."""
        self.known.add(name)
        if self.data.get(name) is None:
            return None
        path = f"{self.pointer}/{name}" if self.pointer else name
        return Body(self.data[name], path, self.refusals)

    def close(self) -> None:
        """This will refuse the members that nobody has read."""
        for name in self.data:
            if name not in self.known:
                self.refuse(name[:100], unknown(name, sorted(self.known), code="unknown_member"))

    def finish(self) -> None:
        """This will refuse what is left over and raise everything that was refused."""
        self.close()
        if self.refusals:
            raise ValidationError(self.refusals)


def plain_text(value: object, longest: int) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("Send a text."), code="not_a_text")
    if len(value) > longest:
        raise ValidationError(
            _("Use at most %(limit)s characters."), code="too_long", params={"limit": longest}
        )
    return value


def plain_list(value: object, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise ValidationError(_("Send a list."), code="not_a_list")
    if len(value) > most:
        raise ValidationError(
            _("Send at most %(limit)s entries."), code="too_many", params={"limit": most}
        )
    return value
