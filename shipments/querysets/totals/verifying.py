"""Whether the totals kept ready equal what the ledger comes to."""

from typing import Any

from django.db import connection, connections
from psycopg import sql

from shipments.querysets.totals.binding import joined
from shipments.querysets.totals.measures import FLOWS
from shipments.querysets.totals.rollup import ENDS

KEYS = (
    "kept",
    "month",
    "operation_id",
    "donor_id",
    "item_id",
    "destination_id",
    "unit",
    "onward",
    "equipment",
)
VALUES = (
    "lines",
    "without_weight",
    *(f"{name}{end}" for end in ENDS for name in (*FLOWS, "surplus")),
)
# What signed rows come to in each of the tables of cells.
SPREAD = """
    SELECT k.kept, month, operation_id,
        CASE WHEN k.kept & 1 <> 0 THEN donor_id ELSE 0 END AS donor_id,
        CASE WHEN k.kept & 2 <> 0 THEN item_id ELSE 0 END AS item_id,
        CASE WHEN k.kept & 4 <> 0 THEN destination_id ELSE 0 END AS destination_id,
        CASE WHEN k.kept & 2 <> 0 THEN unit ELSE '' END AS unit, onward, equipment, {values}
    FROM {rows} AS signed CROSS JOIN generate_series(0, 6) AS k (kept)
"""
DIFFERENCES = """
WITH counted AS (SELECT {keys}, {sums} FROM ({counted}) AS rows GROUP BY {keys}),
kept_ready AS (
    SELECT {keys}, {sums} FROM (
        SELECT {keys}, {values} FROM totals_cell UNION ALL {appended}
    ) AS rows GROUP BY {keys}
)
SELECT DISTINCT {shown} FROM (
    (TABLE counted EXCEPT TABLE kept_ready) UNION ALL (TABLE kept_ready EXCEPT TABLE counted)
) AS differing
WHERE ({values}) IS DISTINCT FROM ({nothing})
"""
ALL_LINES = """totals_of_lines(
    (SELECT coalesce(array_agg(id), '{}') FROM shipments_shipmentline), '{}')"""


def differing_cells(using: str = "default") -> list[tuple[Any, ...]]:
    """This will count all totals again and list the cells that differ, by their keys.

    One statement, so it may run beside writers.
    """
    values = joined(", ", VALUES)

    def spread(rows: str) -> sql.Composable:
        return sql.SQL(SPREAD).format(values=values, rows=sql.SQL(rows))

    statement = sql.SQL(DIFFERENCES).format(
        keys=joined(", ", KEYS),
        values=values,
        sums=joined(", ", [f"sum({name}) AS {name}" for name in VALUES]),
        counted=spread(ALL_LINES),
        appended=spread("totals_delta"),
        shown=joined(", ", ["month::text" if name == "month" else name for name in KEYS]),
        nothing=joined(", ", ["0" for _ in VALUES]),
    )
    connection.ensure_connection()
    with connections[using].cursor() as cursor:
        cursor.execute(statement.as_string(connection.connection))
        return list(cursor.fetchall())
