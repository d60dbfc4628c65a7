"""Where the table starts, and which rows below are data."""

from pathlib import Path

import pytest

from shipments.imports.reading.headers import find_heading
from tests.shipments.imports.files import Cell, xlsx
from tests.shipments.imports.reading import read_bytes, refusal

DATA = "Tent,5,2020-11-25\nBed,7,2020-11-26\nStove,9,2020-11-27\n"


@pytest.mark.parametrize(
    ("above", "header_rows"),
    [
        ("Item,Qty,Date\n", (1,)),
        ("Packing list,,\n\nDate: 25 November 2020,,\nItem,Qty,Date\n", (4,)),
        ("# printed by the warehouse program\nItem,Qty,Date\n", (2,)),
        ("#,Quantity,Date\n", (1,)),
        ("Goods,,When\nItem,Qty,Date\n", (1, 2)),
        ("Item,Qty,Date\n,(pieces),(day)\n", (1, 2)),
        ("Article,2019,2020\n", (1,)),
        ("", ()),
    ],
    ids=["row-1", "below-a-title", "below-a-comment", "hash-as-title", "groups-above",
         "units-below", "years", "none"],
)  # fmt: skip
def test_the_header_is_found_where_it_is(
    tmp_path: Path, above: str, header_rows: tuple[int, ...]
) -> None:
    found = read_bytes(tmp_path, above + DATA)

    assert found.header_rows == header_rows
    assert [row[0] for row in found.data] == ["Tent", "Bed", "Stove"]


def test_a_table_without_header_has_letters_for_titles(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, DATA).headers == ("A", "B", "C")


def test_the_words_of_two_header_rows_are_joined(tmp_path: Path) -> None:
    text = "Goods,,Weight\nName,Sent,(kg)\nTent,5,1.5\nBed,7,2.5\nStove,9,3.5\n"

    assert read_bytes(tmp_path, text).headers == ("Goods / Name", "Goods / Sent", "Weight / (kg)")


def test_a_header_row_that_was_chosen_is_used(tmp_path: Path) -> None:
    text = "Item,Qty\nName,Number\nTent,5\n"

    assert read_bytes(tmp_path, text, header_row=1).headers == ("Item", "Qty")
    assert read_bytes(tmp_path, text, header_row=2).headers == ("Name", "Number")
    assert len(read_bytes(tmp_path, text, header_row=0).data) == 3
    assert refusal(tmp_path, text, header_row=77) == "header_row_unknown"


def test_choosing_the_row_that_was_found_keeps_the_row_of_groups_above_it(tmp_path: Path) -> None:
    text = "Goods,,When\nItem,Qty,Date\n" + DATA

    assert read_bytes(tmp_path, text, header_row=2).header_rows == (1, 2)


def test_a_hashtag_row_counts_within_the_first_25_rows_only(tmp_path: Path) -> None:
    tags = "Item,Qty\n#item,#quantity\nTent,5\n"
    near = read_bytes(tmp_path, "note\n" * 20 + tags)
    far = read_bytes(tmp_path, "note\n" * 40 + tags)

    assert (near.header_rows, near.hxl_row) == ((21,), 22)
    assert far.hxl_row is None


@pytest.mark.parametrize(
    ("row", "is_tags"),
    [("#item,#quantity", True), ("#item +name,", False), ("#item+name,#date + start", True),
     ("#,Item", False), ("# of tents,# of beds", False), ("#N/A,#REF!", False),
     ("#item,Quantity", False)],
)  # fmt: skip
def test_hashtags_are_told_from_titles_comments_and_errors(row: str, is_tags: bool) -> None:
    sample = [(1, ["Item", "Qty"]), (2, list(row.split(","))), (3, ["Tent", "5"])]

    assert (find_heading(sample, 2, lambda _title: False).hxl_row == 2) is is_tags


@pytest.mark.parametrize(
    "label",
    ["Total", "TOTAL:", "Grand total", "Sub-total", "Subtotal shelter", "Total for Goris", "Totaux",
     "Sous-total", "Total général", "Итого", "ИТОГО:", "Всего по складу", "Подытог", "Ընդամենը",
     "Cəmi", "Yekun", "المجموع", "الإجمالي", "إجمالي"],
)  # fmt: skip
def test_rows_of_totals_are_listed_and_left_out_in_six_languages(
    tmp_path: Path, label: str
) -> None:
    text = f"Item,Site,Qty,Unit,Note\nTent,Goris,5,piece,a\n{label},,12,,\nBed,Goris,7,piece,b\n"
    found = read_bytes(tmp_path, text)

    assert found.kinds == {2: "data", 3: "totals", 4: "data"}
    assert found.counts == {"data": 2, "totals": 1, "rows": 3}


@pytest.mark.parametrize(
    "row",
    ["Total station,Goris,5,piece,a", "Totally new tent,Goris,5,piece,", "Всеволод,Goris,5,,"],
)
def test_an_article_whose_name_begins_like_a_total_is_data(tmp_path: Path, row: str) -> None:
    found = read_bytes(tmp_path, f"Item,Site,Qty,Unit,Note\nTent,Goris,5,piece,a\n{row}\n")

    assert found.kinds == {2: "data", 3: "data"}


def test_a_total_merged_over_several_columns_is_one(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["Item", "Site", "Qty"],
        ["Tent", "Goris", 5],
        ["Bed", "Goris", 2],
        ["Total", None, 7],
    ]
    merged = '<mergeCells><mergeCell ref="A4:B4"/></mergeCells>'

    found = read_bytes(tmp_path, xlsx(rows, after=merged), "a.xlsx")
    assert found.kinds[4] == "totals"


@pytest.mark.parametrize("as_workbook", [False, True])
def test_a_row_without_words_is_a_total_only_if_it_adds_up(
    tmp_path: Path, as_workbook: bool
) -> None:
    rows: list[list[Cell]] = [
        ["Item", "Site", "Qty", "Kg"],
        ["Tent", "Goris", 5, 1.5],
        ["Bed", "Goris", 2, 2.25],
        ["", "", 7, 3.75],
        ["Stove", "Goris", 4, 1],
        ["", "", 9, 1],
    ]
    text = "\n".join(",".join(map(str, row)) for row in rows)
    content = xlsx([[cell or None for cell in row] for row in rows]) if as_workbook else text
    found = read_bytes(tmp_path, content, "a.xlsx" if as_workbook else "a.csv")

    assert found.kinds == {2: "data", 3: "data", 4: "totals", 5: "data", 6: "data"}


def test_notes_and_repeated_headers_are_listed_and_left_out(tmp_path: Path) -> None:
    text = (
        "Item,Site,Qty\nShelter,,\nTent,Goris,5\nItem,Site,Qty\nBed,Goris,2\n\n"
        "Prepared by the warehouse team,,\n# end of file,,\n"
    )
    found = read_bytes(tmp_path, text)

    assert found.kinds == {
        2: "note", 3: "data", 4: "header", 5: "data", 7: "note", 8: "note",
    }  # fmt: skip
    assert found.counts == {"data": 2, "note": 3, "header": 1, "blank": 1, "rows": 7}


def test_a_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, "Item,Qty,Unit\n")

    assert found.headers == ("Item", "Qty", "Unit")
    assert found.counts == {}


def test_one_and_two_rows_of_data_are_enough(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, "Item,Qty\nTent,1\n").counts == {"data": 1, "rows": 1}
    assert read_bytes(tmp_path, "Item,Qty\nTent,1\nBed,2\n").counts == {"data": 2, "rows": 2}
