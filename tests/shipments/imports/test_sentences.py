"""Every refusal and every remark has its words."""

import re
from pathlib import Path

from shipments.imports import reading
from shipments.imports.reading.sentences import REFUSALS, REMARKS

SOURCES = "\n".join(path.read_text() for path in Path(reading.__path__[0]).rglob("*.py"))


def test_every_code_that_is_raised_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(re.findall(r'Refused\(\s*"(\w+)"', SOURCES)) | {
        "sheet_too_large", "workbook_damaged",
    } == set(REFUSALS)  # fmt: skip


def test_every_remark_that_is_made_has_a_sentence_and_every_sentence_a_remark() -> None:
    made = set(re.findall(r'(?:arnings\.add|Remark)\(\s*"(\w+)"', SOURCES))

    assert made == set(REMARKS)


def test_the_sentences_are_whole_and_polite_without_begging() -> None:
    for sentence in map(str, [*REFUSALS.values(), *REMARKS.values()]):
        assert sentence.endswith(".")
        assert not re.search(r"\b(please|sorry|invalid|oops)\b", sentence, re.IGNORECASE)
