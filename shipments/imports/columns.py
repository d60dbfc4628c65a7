"""Which column of a sheet is which field: a proposal that a person confirms or changes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import ValidationError

from shipments.imports.reading.headers import Heading, looks_like_value
from shipments.imports.reading.references import column_letters
from shipments.imports.synonyms.titles import hashtags, personal_titles, titles
from shipments.imports.targets import TARGETS, ImportKind, Target, ValueType
from shipments.imports.units import UnitMatch, match_package, match_unit, unit_in_header
from text.folding import fold
from text.numbers import parse_decimal, split_unit

_NUMERIC = (ValueType.NUMBER, ValueType.COUNT, ValueType.COORDINATE)
_WEIGHTS = {"kg", "t"}
_DATED = (ValueType.DATE, ValueType.MOMENT, ValueType.EXPIRY)
_SAMPLES = 5
_LOOKED_AT = 40
_LEAST_FIT = 0.25
# No list has so many columns that mean something; those beyond stay unmatched.
_MOST_GUESSED = 500
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE_LIKE = re.compile(r"\d{1,4}[-./ ]\w{1,12}[-./ ]\d{1,4}(?:[T ,]+\d.*)?|\d{5}(?:\.\d+)?|\d{4}")


class ColumnSource(Protocol):
    """What of a table the proposal needs."""

    @property
    def heading(self) -> Heading: ...

    @property
    def columns(self) -> int: ...

    def samples(self, most: int = 5) -> list[list[str]]: ...


@dataclass(frozen=True)
class ColumnProposal:
    """One column, its first values, and the target proposed for it; None is "not imported".

    `reason` is remembered, hxl, title, part_of_title or values; for no target it is personal
    (the title names people, who are not recorded here), remembered or "". `unit` is a unit that
    the title names, as in "Weight (t)".
    """

    column: str
    header: str
    samples: tuple[str, ...]
    target: str | None
    confidence: float
    reason: str
    unit: UnitMatch | None = None


@dataclass(frozen=True)
class _Guess:
    confidence: float
    target: str
    column: int
    reason: str


def propose_mapping(
    kind: ImportKind, table: ColumnSource, remembered: Mapping[str, str | None]
) -> list[ColumnProposal]:
    """Propose a target for every column, in the order of the columns; none is left out.

    `remembered` holds what this sender chose last time, folded title to target or None. Then an
    HXL hashtag counts, then the title in six languages, then part of it, then the values. A
    target goes to the column that fits it best, and the others stay visibly unmatched.
    """
    samples = table.samples(_LOOKED_AT)
    guesses: list[_Guess] = []
    decided: dict[int, _Guess] = {}
    for column in range(table.columns):
        title = fold(table.heading.headers[column])
        if title and title in remembered:
            decided[column] = _Guess(1.0, remembered[title] or "", column, "remembered")
        elif title and title in personal_titles():
            decided[column] = _Guess(0.95, "", column, "personal")
        elif column < _MOST_GUESSED:
            guesses += _guesses(kind, table.heading, column, samples[column])
    _decide(kind, guesses, decided)
    return [
        _proposal(table.heading, column, samples[column], decided.get(column))
        for column in range(table.columns)
    ]


def is_known_title(text: str) -> bool:
    """Tell whether a text is the title of a column in any kind of sheet and any language."""
    bare, _unit = unit_in_header(text)
    keys = {_title_key(text), _title_key(bare)}
    return any(not keys.isdisjoint(titles(kind)) for kind in ImportKind)


def _guesses(
    kind: ImportKind, heading: Heading, column: int, samples: Sequence[str]
) -> list[_Guess]:
    found: dict[str, _Guess] = {}

    def note(target: str, confidence: float, reason: str) -> None:
        # A title that names a target keeps its column: what does not fit is shown at its cell.
        named = _LEAST_FIT if reason in ("title", "hxl") else 0.0
        fits = max(_fit(_target(kind, target), samples), named)
        best = found.get(target)
        if fits and (best is None or best.confidence < confidence * fits):
            found[target] = _Guess(round(confidence * fits, 2), target, column, reason)

    for target, confidence in hashtags(kind, heading.hxl[column]).items():
        note(target, confidence, "hxl")
    header = heading.headers[column]
    words = list(dict.fromkeys([header, *reversed(heading.parts[column])]))
    for place, title in enumerate(words if heading.header_rows else []):
        bare, _unit = unit_in_header(title)
        exact = titles(kind).get(_title_key(title)) or titles(kind).get(_title_key(bare)) or {}
        # "Destination site" says more than "Site", and the title more than one line of it.
        several_words = 0.01 * min(len(bare.split()) - 1, 2)
        for target, sure in exact.items():
            note(target, sure + several_words - 0.03 * place, "title")
        for target, share in _parts_of_title(kind, bare).items():
            note(target, 0.45 + 0.35 * share, "part_of_title")
    for target, confidence in _by_values(kind, samples).items():
        note(target, confidence, "values")
    return list(found.values())


def _title_key(title: str) -> str:
    return fold(title) or title.strip()


def _parts_of_title(kind: ImportKind, title: str) -> dict[str, float]:
    """Find titles of several words, or long ones, inside a longer title."""
    folded = fold(title)
    words = folded.split()
    shares: dict[str, float] = {}
    for synonym, targets in titles(kind).items():
        if synonym not in folded:
            continue
        parts = synonym.split()
        inside = any(words[at : at + len(parts)] == parts for at in range(len(words)))
        if inside and len(parts) < len(words) and (len(parts) > 1 or len(synonym) >= 5):
            share = len(parts) / len(words)
            target = max(targets, key=lambda name: targets[name])
            shares[target] = max(share, shares.get(target, 0))
    return shares


def _by_values(kind: ImportKind, samples: Sequence[str]) -> dict[str, float]:
    """Guess from the values alone where they leave little doubt."""
    filled = [sample for sample in samples if sample]
    if not filled:
        return {}
    found: dict[str, float] = {}
    for target in TARGETS[kind]:
        match target.type:
            case ValueType.UNIT if all(map(match_unit, filled)) and filled != ["NO"]:
                # Ounces beside grams are how something was weighed, not how it is counted.
                units = [unit for text in filled if (unit := match_unit(text))]
                weighed = any(u.converted for u in units) and {u.unit for u in units} <= _WEIGHTS
                found[target.name] = 0.6 if weighed == (target.name == "weight_unit") else 0.3
            case ValueType.KEY if target.name == "key" and all(map(_UUID.fullmatch, filled)):
                found[target.name] = 0.5
            case ValueType.TEXT if target.name == "package_kind":
                if all(map(match_package, filled)) and not all(map(match_unit, filled)):
                    found[target.name] = 0.5
            case _:
                pass
    return found


def _fit(target: Target, samples: Sequence[str]) -> float:
    """Tell how well values suit a target: 1 well, 0 not, an empty column a little less than 1."""
    filled = [sample for sample in samples if sample.strip()]
    if not filled:
        return 0.95
    if target.type in _NUMERIC:
        return _share(filled, _is_number)
    if target.type in _DATED:
        return _share(filled, _is_date)
    if target.type is ValueType.UNIT:
        return max(0.6, _share(filled, lambda text: bool(match_unit(text) or match_package(text))))
    if target.type in (ValueType.ITEM, ValueType.PLACE, ValueType.CATEGORY):
        # A column of figures under "Item" counts the items.
        return 1.0 if not all(map(_is_number, filled)) else 0.7
    return 1.0


def _share(filled: Sequence[str], fits: Callable[[str], bool]) -> float:
    """Forgive the few cells that say "see row 12"; a column that is mostly words is none."""
    share = sum(map(fits, filled)) / len(filled)
    return share if share >= 0.3 else 0.0


def _is_number(text: str) -> bool:
    try:
        parse_decimal(split_unit(text)[0], minimum=-(10**12), decimals=12)
    except ValidationError as refusal:
        return refusal.code == "ambiguous_number"
    return True


def _is_date(text: str) -> bool:
    return _DATE_LIKE.fullmatch(text.strip()) is not None or looks_like_value(text.strip())


def _target(kind: ImportKind, name: str) -> Target:
    return next(target for target in TARGETS[kind] if target.name == name)


def _decide(kind: ImportKind, guesses: list[_Guess], decided: dict[int, _Guess]) -> None:
    """Give each target to its best column and each column its best target still free."""
    taken = {guess.target for guess in decided.values() if guess.target}
    for guess in sorted(guesses, key=lambda guess: (-guess.confidence, guess.column)):
        free = guess.target not in taken or _target(kind, guess.target).repeatable
        if guess.column not in decided and free:
            decided[guess.column] = guess
            taken.add(guess.target)


def _proposal(
    heading: Heading, column: int, samples: Sequence[str], guess: _Guess | None
) -> ColumnProposal:
    header = heading.headers[column]
    parts = heading.parts[column] or (header,)
    unit = next((unit for part in reversed(parts) if (unit := unit_in_header(part)[1])), None)
    if unit is None and len(parts) > 1:
        unit = match_unit(parts[-1].strip("()[] "))
    return ColumnProposal(
        column=column_letters(column),
        header=header,
        samples=tuple(samples[:_SAMPLES]),
        target=(guess.target or None) if guess else None,
        confidence=guess.confidence if guess else 0.0,
        reason=guess.reason if guess else "",
        unit=unit,
    )
