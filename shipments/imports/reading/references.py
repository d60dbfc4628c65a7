"""Cell references as spreadsheet programs write them: C17, columns from A to XFD."""

import re

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def column_letters(index: int) -> str:
    """Name a column counted from 0: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Count a column from 0: A is 0, AA is 26. Raises ValueError for anything else."""
    index = 0
    for letter in letters.strip().upper():
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        index = index * 26 + ord(letter) - 64
    if not 1 <= index <= 18_278:
        raise ValueError(letters)
    return index - 1


def parse_range(text: str) -> tuple[int, int, int, int] | None:
    """Read "B2:C4" into first row, first column, last row, last column, or None."""
    first, _, last = text.replace("$", "").partition(":")
    start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
    if start is None or end is None:
        return None
    return (int(start[2]), column_index(start[1]), int(end[2]), column_index(end[1]))
