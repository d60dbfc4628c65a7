"""What every page loads stays small, and its colours stay apart in grey print."""

import gzip
import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

KILOBYTE = 1024


def found(name: str) -> Path:
    path = finders.find(name)
    assert path, f"{name} is not among the static files."
    return Path(path)


@pytest.mark.parametrize(
    ("name", "kilobytes"),
    [
        ("aidtracker.css", 12),
        ("aidtracker.js", 10),
        ("django_htmx/htmx-2.min.js", 17),
        ("icons/favicon.svg", 1),
    ],
)
def test_a_file_of_every_page_keeps_its_budget(name: str, kilobytes: int) -> None:
    assert len(gzip.compress(found(name).read_bytes(), 9)) <= kilobytes * KILOBYTE


def test_the_stylesheet_asks_no_other_host_and_names_no_side() -> None:
    sheet = found("aidtracker.css").read_text("utf-8")
    assert not re.search(r"url\(|@import|@font-face", sheet)
    sides = re.findall(r"(?:margin|padding|border)-(?:left|right)|float: (?:left|right)", sheet)
    assert sides == []


def test_the_script_evaluates_nothing_and_asks_no_other_host() -> None:
    script = found("aidtracker.js").read_text("utf-8")
    assert not re.search(r"\beval\(|new Function|innerHTML|https?://", script)


def test_series_colours_run_from_one_end_of_grey_to_the_other() -> None:
    sheet = found("aidtracker.css").read_text("utf-8")
    colours = re.findall(r"--s([1-6]): (#[0-9a-f]{3,6});", sheet)
    palettes = [colours[index : index + 6] for index in range(0, len(colours), 6)]
    assert len(palettes) == 3, "Light, dark and print each have six."
    for palette in palettes:
        assert [number for number, _ in palette] == list("123456")
        greys = [lightness(colour) for _, colour in palette]
        steps = [after - before for before, after in pairwise(greys)]
        assert all(step > 7 for step in steps) or all(step < -7 for step in steps), palette


@pytest.mark.parametrize("words", ["ink", "soft", "accent", "good", "warn", "bad"])
def test_words_stand_out_from_paper_by_day_and_by_night(words: str) -> None:
    sheet = found("aidtracker.css").read_text("utf-8")
    screen = sheet[: sheet.index("@media print")]
    for ink, paper, wash in zip(
        *(
            re.findall(rf"--{name}: (#[0-9a-f]{{3,6}});", screen)
            for name in (words, "paper", "wash")
        ),
        strict=True,
    ):
        assert contrast(ink, paper) >= 4.5
        assert contrast(ink, wash) >= 4.5


def channels(colour: str) -> list[float]:
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    shares = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    return [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]


def luminance(colour: str) -> float:
    red, green, blue = channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(colour: str) -> float:
    """Return CIE L*, from 0 (black) to 100 (white)."""
    return float(116 * luminance(colour) ** (1 / 3) - 16)


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
