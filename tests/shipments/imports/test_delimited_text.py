"""Delimited text: which character parts the cells, and quotes that part none."""

import csv
import io
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shipments.imports.reading.counting.delimited import count_delimited
from shipments.imports.reading.delimited import sniff_delimiter
from tests.shipments.imports.reading import read_bytes, refusal


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("Item;Weight;Note\nTent;1,5;a\nBed;2,25;b\n", ";"),
        ("Item\tWeight\nTent, large\t1,5\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("Report, November, 2020\n\nItem;Qty\nTent;4\nBed;5\n", ";"),
        ('"a;b";"c"\n"d;e";"f"\n', ";"),
        ("one\ntwo\n", ","),
    ],
)
def test_the_delimiter_is_the_one_that_parts_most_lines_alike(text: str, delimiter: str) -> None:
    assert sniff_delimiter(text) == delimiter


def test_a_line_that_names_the_delimiter_is_believed_and_is_no_row(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, "sep=;\r\nItem;Qty\r\nTent;1,5\r\n")

    assert found.delimiter == ";"
    assert found.rows == {2: ["Tent", "1,5"]}


def test_a_delimiter_that_was_chosen_is_used(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, "a;b,c\n1;2,3\n", delimiter="semicolon").data == [["1", "2,3"]]
    assert refusal(tmp_path, "a;b\n", delimiter="x") == "delimiter_unknown"


def test_pasted_cells_are_read_like_a_file(tmp_path: Path) -> None:
    pasted = 'Item\tQuantity\tNote\r\nTents\t12\t"two\nlines"\r\nBeds\t4\t\r\n'
    found = read_bytes(tmp_path, pasted, "pasted.tsv")

    assert found.rows == {2: ["Tents", "12", "two\nlines"], 3: ["Beds", "4", ""]}
    assert found.remarks == ()


def test_a_stray_quote_that_makes_two_rows_of_a_thousand_is_refused(tmp_path: Path) -> None:
    rows = [f"Item {number},{number},Goris" for number in range(1000)]
    rows[200] = 'Item 200,",Goris'
    rows[700] = 'Item 700,",Goris'

    swallowed = list(csv.reader(io.StringIO("\n".join(rows))))
    assert len(swallowed) == 500
    assert refusal(tmp_path, "Item,Qty,Site\n" + "\n".join(rows)) == "stray_quote"


def test_a_cell_of_several_lines_that_was_meant_is_one_cell(tmp_path: Path) -> None:
    text = 'Item,Note,Site\nTent,"wet, torn\nand, late",Goris\nBed,,Goris\n'
    found = read_bytes(tmp_path, text)

    assert found.rows[2][1] == "wet, torn\nand, late"
    assert found.rows[3] == ["Bed", "", "Goris"]


def test_empty_lines_keep_the_numbers_of_the_rows_below(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, "Item,Qty\n\nTent,1\n\n\nBed,2\n\n\n")

    assert list(found.rows) == [3, 6]
    assert found.counts == {"data": 2, "blank": 3, "rows": 5}


cells = st.text(st.sampled_from('ab ,;"\n\r\té'), max_size=6)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.lists(cells, min_size=1, max_size=5), max_size=8),
    delimiter=st.sampled_from(",;\t"),
    # Line ends inside cells are quoted by the writer where they are those of the file, or all.
    written=st.sampled_from(
        [(csv.QUOTE_MINIMAL, "\r\n"), *[(csv.QUOTE_ALL, ends) for ends in ("\n", "\r\n", "\r")]]
    ),
)
def test_the_independent_count_of_text_is_that_of_any_writer(
    rows: list[list[str]], delimiter: str, written: tuple[Literal[0, 1], str]
) -> None:
    file = io.StringIO(newline="")
    quoting, ends = written
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=ends).writerows(rows)

    delimiters = sum(len(row) - 1 for row in rows)
    assert count_delimited(file.getvalue(), delimiter) == (len(rows), delimiters)
