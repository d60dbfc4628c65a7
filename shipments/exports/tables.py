"""Makes the file of a list: which rows and columns, all from one snapshot of the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.exports.rows import STANDPOINT, asked, values_of
from shipments.exports.parquet import write_parquet
from shipments.exports.separated import write_csv
from shipments.exports.workbooks import refuse_too_long, write_xlsx
from shipments.exports.writing import (
    Table,
    write_geojson,
    write_json,
    write_ndjson,
    write_svg,
)
from text.listings import Listing, Reader

# The one table of formats: a list declares which of them it can be had in.
WRITERS: dict[str, Callable[[Table, IO[bytes]], None]] = {
    "json": write_json,
    "csv": write_csv,
    "xlsx": write_xlsx,
    "ndjson": write_ndjson,
    "parquet": write_parquet,
    "geojson": write_geojson,
    "hxl.csv": write_csv,
    "svg": write_svg,
}
# Lists whose rows are those of their JSON, with what is nested in it.
NESTED = ("json", "geojson")
ROWS_AT_ONCE = 2000
# More tables than any list of ours joins.
MOST_JOINS = 30
ALSO = ("format", "lang", "bom", STANDPOINT)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """This will let everything inside read the database as it is at this moment.

    Inside another transaction, as in tests, that one's view of the database counts.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # A list names so much that its filter would wait for the last join of all its rows.
            cursor.execute(f"SET LOCAL join_collapse_limit = {MOST_JOINS}")
        yield


def table_of(listing: Listing, params: Any, reader: Reader, file_format: str, site: str) -> Table:
    """This will count the rows that a query asks for and make ready to read them one by one.

    Raises ValidationError for a query that is not right and for a workbook too long.
    """
    rows = asked(listing, params, reader, also=ALSO)
    flat = file_format not in NESTED
    columns = listing.columns_for(reader, file=flat)
    order = (listing.file_order if flat else ()) or listing.order
    values = values_of(columns, rows.order_by(*order), reader)
    count = values.order_by().count()
    now = timezone.now()
    if file_format == "xlsx":
        refuse_too_long(count)
    return Table(
        name=listing.name,
        columns=columns,
        rows=listing.completed(values.iterator(chunk_size=ROWS_AT_ONCE), reader),
        count=count,
        # The database writes a file alone only where we have nothing to add to its rows.
        values=None if listing.complete else values,
        about={
            _("List"): listing.name,
            _("Asked for"): params.urlencode() if params else _("everything"),
            _("Source"): site,
        },
        facts={
            "list": listing.name,
            "query": params.urlencode(),
            "source": site,
            "as_of": now,
            "generated_at": now,
        },
        key=listing.key,
        geometry=listing.geometry,
        bom=params.get("bom") == "1",
    )
