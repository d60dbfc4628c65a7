"""The titles and hashtags that name each target, folded so that languages and spellings meet."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from shipments.imports.targets import ImportKind, target_names
from text.folding import fold

_PERSONAL = "-"
_WEAK = "~"
_SURE = 0.95
_LANGUAGES = ("en", "ru", "hy", "az", "fr", "ar")


@cache
def titles(kind: ImportKind) -> Mapping[str, Mapping[str, float]]:
    """Map each folded title to the targets it may mean and how sure that is, surest first.

    A title of this kind alone comes before one that several kinds share. A title marked with ~
    in the data is taken where no column has a better one.
    """
    found: dict[str, dict[str, float]] = {}
    own = set(target_names(kind))
    for target in target_names(kind):
        found.setdefault(fold(target), {})[target] = _SURE
    for row in _rows():
        if row["kind"] not in ("", kind) or row["target"] not in own:
            continue
        for language in _LANGUAGES:
            for title in filter(None, row[language].split("|")):
                plain = title.removeprefix(_WEAK)
                sure = _SURE - (0 if row["kind"] else 0.02) - (0.15 if plain != title else 0)
                targets = found.setdefault(fold(plain) or plain, {})
                targets[row["target"]] = max(sure, targets.get(row["target"], 0))
    return found


def title_of(kind: ImportKind, target: str, language: str) -> str:
    """Title a column of our own sheets, in words that are read back as that target alone."""
    known = titles(kind)
    rows = [row for row in _rows() if row["kind"] in ("", kind) and row["target"] == target]
    words = [
        title
        for row in sorted(rows, key=lambda row: row["kind"], reverse=True)
        for title in row[language].split("|")
        if title and not title.startswith(_WEAK)
    ]
    sure = [title for title in words if set(known[fold(title) or title]) == {target}]
    return next(iter([*sure, *words]), target)


@cache
def personal_titles() -> frozenset[str]:
    """Return the folded titles of columns that name people, who are not recorded here."""
    rows = [row for row in _rows() if row["target"] == _PERSONAL]
    return frozenset(
        fold(title)
        for row in rows
        for language in _LANGUAGES
        for title in row[language].split("|")
        if title
    )


@cache
def hashtags(kind: ImportKind, written: str) -> Mapping[str, float]:
    """Map the targets that an HXL hashtag may mean to how sure that is.

    Attributes may come in any order; a hashtag with other attributes is less sure.
    """
    tag, *attributes = written.lower().replace(" ", "").split("+")
    found: dict[str, float] = {}
    own = set(target_names(kind))
    for row in _rows():
        if row["kind"] not in ("", kind) or row["target"] not in own:
            continue
        for marked in filter(None, row["hxl"].split("|")):
            known = marked.removeprefix(_WEAK)
            known_tag, *known_attributes = known.split("+")
            if tag and known_tag == tag and set(known_attributes) <= set(attributes):
                exact = len(known_attributes) == len(attributes)
                sure = 0.97 if exact else 0.7 + 0.1 * len(known_attributes)
                sure -= 0.15 if known != marked else 0
                found[row["target"]] = max(found.get(row["target"], 0), sure)
    return found


@cache
def _rows() -> tuple[dict[str, str], ...]:
    path = Path(__file__).parent / "columns.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
