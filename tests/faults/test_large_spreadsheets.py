"""The largest files an import takes: read whole, in bounded memory, with rates to compare."""

import csv
import datetime
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.shipments.imports.files import ods, ods_row, xls
from tests.shipments.imports.reading import read_bytes, refusal

ROOT = Path(__file__).parents[2]
ROWS = 100_000
MOST_MEGABYTES = 300
HEADER = ["Shipment", "Line", "Item", "Received", "Damaged", "Unit", "Occurred at", "Place"]
MEASURE = """
import json, resource, sys, time
from pathlib import Path
from typing import Any
from shipments.imports.reading.upload import read_upload
start = time.perf_counter()
with read_upload(Path(sys.argv[1]), name=sys.argv[1]) as result:
    read = time.perf_counter() - start
    rows = sum(1 for _row in result.table.data())
    last = result.table.last_row
    codes = sorted(result.remark_counts)
children = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"rows": rows, "last": last, "seconds": read, "codes": codes,
                  "cpu": children.ru_utime + children.ru_stime,
                  "child_mb": children.ru_maxrss // 1024}))
"""


def measured(path: Path) -> dict[str, Any]:
    """Read a file in a process of its own, so that memory is that of this file alone."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    rate = found["rows"] / found["seconds"]
    print(f"\n{path.name}: {rate:,.0f} rows/s, {found['cpu']:.2f} s CPU,", end=" ")
    print(f"{found['child_mb']} MB")
    return found


def delivery(number: int) -> list[str | int]:
    return [f"KA20-{number}-3", 1, f"Item {number % 500}", number % 400, number % 7, "piece",
            "2020-11-25T14:10", f"Place {number % 80}"]  # fmt: skip


def delimited(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(delivery(number) for number in range(ROWS))
    return path


def workbook(path: Path, *, lean: bool = False) -> Path:
    """Write the deliveries; a lean workbook holds its texts in place and shares none."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": lean})
    sheet = book.add_worksheet()
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    when = datetime.datetime(2020, 11, 25, 14, 10)  # noqa: DTZ001 - a spreadsheet knows no zones
    sheet.write_row(0, 0, HEADER)
    for number in range(ROWS):
        for column, value in enumerate(delivery(number)):
            if column == 6:
                sheet.write_datetime(number + 1, column, when, moment)
            else:
                sheet.write(number + 1, column, value)
    book.close()
    return path


def test_a_hundred_thousand_rows_are_read_whole_in_bounded_memory(tmp_path: Path) -> None:
    plain = measured(delimited(tmp_path / "deliveries.csv"))
    packed = measured(workbook(tmp_path / "deliveries.xlsx"))
    lean = measured(workbook(tmp_path / "lean.xlsx", lean=True))

    for found in (plain, packed, lean):
        assert found["rows"] == ROWS
        assert found["last"] == ROWS + 1
        assert found["child_mb"] < MOST_MEGABYTES
    print(f"xlsx takes {packed['cpu'] / plain['cpu']:.1f} times the CPU of csv")


@pytest.mark.parametrize("build", [
    lambda: ods(ods_row(*HEADER) + "".join(ods_row(*delivery(n)) for n in range(30_000))),
    lambda: xls([HEADER, *[delivery(n) for n in range(30)]]),
])  # fmt: skip
def test_older_formats_are_read_whole(tmp_path: Path, build: Callable[[], bytes]) -> None:
    path = tmp_path / "old"
    path.write_bytes(build())

    assert measured(path)["rows"] in (30_000, 30)


def test_a_row_more_than_the_limit_is_refused_and_the_limit_itself_is_not(tmp_path: Path) -> None:
    rows = b"1,2\n" * ROWS

    assert len(read_bytes(tmp_path, b"Item,Qty\n" + rows).data) == ROWS
    assert refusal(tmp_path, b"Item,Qty\n" + rows + b"1,2\n") == "too_many_rows"


def test_a_sheet_full_of_errors_is_refused_and_not_held(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Item", "Qty", "Weight"])
    for row in range(1, 80_000):
        for column in range(3):
            sheet.write_formula(row, column, "=1/0", None, "#DIV/0!")
    book.close()

    assert refusal(tmp_path, path.read_bytes(), "errors.xlsx", in_child=True) == "too_many_errors"
