"""Codes in our spelling, and the writing system of a name."""

import re

from regions.models.places import Script
from text.folding import fold

CODE_LENGTH = 40


def is_code(text: str) -> bool:
    return len(text) <= CODE_LENGTH and bool(re.fullmatch(r"[a-z0-9][a-z0-9_-]*", text))


def as_code(text: str) -> str:
    """This will spell words as a code: small Latin letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9_]+", "-", fold(text)).strip("-_")[:CODE_LENGTH].strip("-_")


def script_of(text: str) -> str:
    """This will tell the writing system of a name by its first letter."""
    letter = next((c for c in text if c.isalpha()), "a")
    ranges = {
        Script.CYRILLIC: (0x0400, 0x052F),
        Script.ARMENIAN: (0x0530, 0x058F),
        Script.ARABIC: (0x0600, 0x06FF),
        Script.GEORGIAN: (0x10A0, 0x10FF),
    }
    found = [script for script, (first, last) in ranges.items() if first <= ord(letter) <= last]
    return found[0] if found else Script.LATIN
