"""Text in the encodings that field offices write, one or two of them in a file."""

from pathlib import Path

import pytest

from tests.shipments.imports.reading import read_bytes, refusal

RUSSIAN = "Наименование;Количество\nОдеяла шерстяные;100\nПечки;12\n"
ARABIC = "المادة;الكمية\nبطانية;100\nخيمة عائلية;20\n"
FRENCH = "Désignation;Quantité\nCouvertures polaires;100\nBâches plastifiées;20\nRéchaud à gaz;3\n"
ARMENIAN = "Անվանում;Քանակ\nՎերմակ;100\n"


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        (RUSSIAN, "utf-8", "UTF-8"),
        (RUSSIAN, "utf-8-sig", "UTF-8 with BOM"),
        (ARMENIAN, "utf-16", "UTF-16"),
        (RUSSIAN, "utf-16-le", "UTF-16"),
        (ARABIC, "utf-16-be", "UTF-16 (big-endian)"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (ARABIC, "cp1256", "windows-1256"),
        (FRENCH, "cp1252", "windows-1252"),
        (FRENCH, "latin-1", "windows-1252"),
        (FRENCH, "mac_roman", "MacRoman"),
        ("Item,Site\nTent,Lautém\n", "cp1252", "windows-1252"),
        ("Item,Site\nTent,Lautém\n", "mac_roman", "MacRoman"),
        ("Item,Site\nСтол,1\n", "cp1251", "windows-1251"),
        ("Item,Site\nخيمة,1\n", "cp1256", "windows-1256"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_the_words_are_found_whatever_the_encoding_and_the_line_ends(
    tmp_path: Path, text: str, encoding: str, shown: str, ends: str
) -> None:
    found = read_bytes(tmp_path, text.replace("\n", ends).encode(encoding))

    lines = text.splitlines()
    assert found.encoding == shown
    delimiter = found.delimiter or ""
    assert [delimiter.join(row) for row in found.data] == lines[1:]


def test_lines_in_another_encoding_are_read_and_each_is_remarked_on(tmp_path: Path) -> None:
    lines = [line.encode() for line in ["Item,Site", "Tent,Gôris", "Bed,Gôris", "Stove,Gôris"]]
    lines[2] = "Bed,Gôris".encode("cp1252")
    found = read_bytes(tmp_path, b"\n".join(lines))

    assert [row[1] for row in found.data] == ["Gôris"] * 3
    assert [(remark.code, remark.row) for remark in found.remarks] == [("other_encoding", 3)]
    assert "windows-1252" in found.remarks[0].detail


def test_one_modern_line_in_an_old_file_is_remarked_on(tmp_path: Path) -> None:
    old = "Наименование,Шт\n" + "Одеяла,5\n" * 5
    found = read_bytes(tmp_path, old.encode("cp1251") + "Кровати,4\n".encode())

    assert found.data[-1] == ["Кровати", "4"]
    assert [(remark.code, remark.row) for remark in found.remarks] == [("other_encoding", 7)]


def test_a_remark_counts_records_and_not_lines(tmp_path: Path) -> None:
    content = 'Item,Note\nTent,"two\nlines é"\n'.encode() + "Bed,é\n".encode("cp1252")
    found = read_bytes(tmp_path, content)

    assert found.remarks[0].row == 3


def test_an_encoding_that_was_chosen_is_used(tmp_path: Path) -> None:
    content = "Item,Site\nTent,é\n".encode("cp1252")

    assert read_bytes(tmp_path, content, encoding="MacRoman").data[0][1] == "È"
    assert read_bytes(tmp_path, content, encoding="windows-1251").data[0][1] == "й"
    assert refusal(tmp_path, content, encoding="utf-8") == "encoding_differs"
    assert refusal(tmp_path, content, encoding="klingon") == "encoding_unknown"


def test_what_cannot_be_stored_is_shown_as_such_and_remarked_on(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, b"Item,Site\nTe\x00nt,A\nBed,\x1bB\nStove,C\n")

    assert [row[0] for row in found.data] == ["Te\ufffdnt", "Bed", "Stove"]
    places = [(remark.code, remark.row, remark.column) for remark in found.remarks]
    assert places == [("unreadable_characters", 2, 0), ("unreadable_characters", 3, 1)]
