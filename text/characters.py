"""Characters that differ in writing and not in meaning."""

import unicodedata

SPACES = (
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
DASHES = "−‐‑‒–－﹣⁻"

# Marks of writing direction, joiners, byte order marks: copied along, and never meant.
_INVISIBLE = dict.fromkeys(
    [0x061C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)]
)


def without_invisible(text: str) -> str:
    """Drop the marks that come along when text is copied, and surrounding white space."""
    return text.translate(_INVISIBLE).strip()


def ascii_digits(text: str) -> str:
    """Write digits of one script as ASCII; digits of two scripts in one text stay as they are."""
    scripts = {ord(c) - unicodedata.decimal(c) for c in text if c.isdecimal()}
    if len(scripts) != 1:
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
