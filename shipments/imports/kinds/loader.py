"""What every kind of spreadsheet can do with its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from shipments.imports.targets import ImportKind, missing_targets
from shipments.imports.values import Reading
from shipments.imports.words import target_name
from shipments.models.imports import RowState
from shipments.querysets import ImportRowQuerySet

# Keys of imported rows are made in this space, so that the same row is the same event for ever.
SPACE = UUID("6f1de4a5-9f0e-4f3e-9c39-2f4e8f0b7a11")

# What imports create, as an answer names it.
CREATED = ("shipments", "lines", "events", "donors", "items", "destinations", "populations")


def row_key(*parts: object) -> UUID:
    """This will make the key of a row from what identifies it."""
    return uuid5(SPACE, "\x1f".join(str(part) for part in parts))


@dataclass
class Fate:
    """What becomes of a row, in the dry run or in the import itself."""

    number: int
    state: str
    key: UUID | None = None
    event_id: int | None = None
    shipment_id: int | None = None
    record: str = ""
    problems: list[dict[str, Any]] = field(default_factory=list)
    # What is here and what the row says, as ``difference`` makes them.
    differences: list[dict[str, Any]] = field(default_factory=list)
    decision: str = ""


class Loader:
    """Turns rows into what they report; one class for each kind of spreadsheet."""

    # How many rows go back in one transaction; those that replaced something are slow everywhere.
    undone_at_once = 100

    def __init__(self, by: User, at: datetime) -> None:
        self.by, self.at = by, at

    def require_right(self) -> None:
        """This will raise PermissionDenied for one who may not import this kind."""
        raise NotImplementedError

    def check(self, readings: Sequence[Reading]) -> list[Fate]:
        """This will say what would become of each row, and write nothing."""
        raise NotImplementedError

    def apply(self, readings: Sequence[Reading]) -> list[Fate]:
        """This will import the rows, in the caller's transaction."""
        raise NotImplementedError

    def count_created(self, rows: ImportRowQuerySet) -> dict[str, int]:
        """This will count what imported rows created, by the nouns of ``CREATED``."""
        raise NotImplementedError

    def undo(self, fates: Iterable[Fate]) -> list[Fate]:
        """This will take rows back, newest first; what must stay keeps a problem that says why."""
        raise NotImplementedError


def difference(reading: Reading, name: str, here: Any, said: Any) -> dict[str, Any]:
    """This will keep what is here beside what a row says; both are values that JSON has."""
    return {"column": reading.columns.get(name, ""), "name": name, "here": here, "file": said}


def dry(fate: Fate) -> None:
    """This will put a fate of the dry run back into what waits: ready, or decided to replace."""
    if fate.state == RowState.APPLIED:
        fate.state = RowState.WARNING if fate.problems else RowState.READY
        if fate.differences:
            fate.state = RowState.CHANGED
        fate.shipment_id = fate.event_id = None


def require_values(
    reading: Reading, kind: ImportKind, elsewhere: frozenset[str] = frozenset()
) -> None:
    """This will note what a row leaves blank and needs; blank is not 0, and not what is above.

    Values of the targets ``elsewhere`` may stand in another row.
    """
    wrong = {problem.column for problem in reading.problems if problem.column}
    given = {name for name, value in reading.values.items() if value not in (None, "")}
    given |= {name for name, column in reading.columns.items() if column in wrong} | elsewhere
    for names in missing_targets(kind, given):
        alternatives = names.split("|")
        name = next((n for n in alternatives if n in reading.columns), alternatives[0])
        detail = _("The row needs a value here: %(name)s.") % {"name": target_name(name)}
        reading.refuse(name, "required", detail)


def unsound(reading: Reading) -> Fate:
    """This will keep a row for its person to fix."""
    return Fate(
        reading.number,
        RowState.ERROR,
        problems=[problem.as_json(reading.number) for problem in reading.problems],
    )


def refused(reading: Reading, error: ValidationError | PermissionDenied) -> Fate:
    """This will keep a row that the verb refused, with the verb's own words at its cells."""
    if isinstance(error, PermissionDenied):
        reading.refuse("", "not_allowed", str(error))
        return unsound(reading)
    for name, errors in error.error_dict.items():
        target = name.rpartition("/")[2] if name != NON_FIELD_ERRORS else ""
        for one in errors:
            reading.refuse(target, one.code or "refused", " ".join(one.messages))
    return unsound(reading)
