"""What analysts would pick instead: DuckDB on the same rows, and programs that read an export."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars

from bench.measuring import Race
from bench.operations.exporting import Lines
from bench.operations.totals import MEASURE, answered
from bench.stage import Stage, same

NAMED = ["donor", "outcome", "weight_kg"]
SUMS = """sum(weight_kg) FILTER (WHERE outcome = 'sent'),
    sum(weight_kg) FILTER (WHERE outcome = 'received')"""
IN_PROCESS = f"""SELECT d.code, {SUMS} FROM x JOIN l ON l.id = x.line_id
    JOIN d ON d.id = l.donor_id GROUP BY d.code"""
# The rows that DuckDB holds in its own columns, without reading them each time.
TABLES = {
    "x": "SELECT line_id, outcome, weight_kg FROM shipments_deliveryline",
    "l": "SELECT id, donor_id FROM shipments_shipmentline",
    "d": "SELECT id, code FROM shipments_donor",
}
COLUMNS = {
    "x": "line_id BIGINT, outcome VARCHAR, weight_kg DECIMAL(18,3)",
    "l": "id BIGINT, donor_id BIGINT",
    "d": "id BIGINT, code VARCHAR",
}


def loaded(stage: Stage, folder: Path) -> duckdb.DuckDBPyConnection:
    """This will copy the ledger and what it is split by into DuckDB."""
    found = duckdb.connect()
    for name, statement in TABLES.items():
        path = folder / f"{name}.csv"
        with path.open("wb") as file:
            copying = f"COPY ({statement}) TO STDOUT (FORMAT csv)".encode()
            with stage.floor.connection.cursor().copy(copying) as rows:
                for row in rows:
                    file.write(row)
        found.execute(f"CREATE TABLE {name} ({COLUMNS[name]})")
        found.execute(f"COPY {name} FROM '{path}' (FORMAT csv)")
        path.unlink()
    return found


def by_pandas(path: Path) -> list[tuple[Any, ...]]:
    rows = pandas.read_csv(path, usecols=NAMED)
    sums = rows.pivot_table(index="donor", columns="outcome", values="weight_kg", aggfunc="sum")
    return list(sums[["sent", "received"]].itertuples(name=None))


def by_polars(path: Path) -> list[tuple[Any, ...]]:
    weight = polars.col("weight_kg")
    sums = [weight.filter(polars.col("outcome") == name).sum() for name in ("sent", "received")]
    rows = (
        polars.scan_csv(path)
        .group_by("donor")
        .agg(sums[0].alias("sent"), sums[1].alias("received"))
    )
    return rows.collect().rows()


def by_duckdb(path: Path) -> list[tuple[Any, ...]]:
    asked = f"SELECT donor, {SUMS} FROM read_csv('{path}') GROUP BY donor"
    return duckdb.execute(asked).fetchall()


def races(stage: Stage) -> Iterator[Race]:
    client, question = stage.everywhere, f"totals?by=donor&{MEASURE}"

    def ours() -> Any:
        return client.api(question)

    def race(code: str, name: str, other: Any, goal: float | None) -> Race:
        return Race(
            code,
            f"totals by donor, as {name}",
            run=ours,
            floor=other,
            goal=goal,
            floor_cost="all",
            check=lambda: alike(other(), answered(ours().json, "donor"), name),
        )

    exported = Lines(stage).made("csv")
    held = loaded(stage, exported.parent)
    yield race("G5", "DuckDB in process", lambda: held.execute(IN_PROCESS).fetchall(), 1 / 5)
    held.close()
    for name, read in (("pandas", by_pandas), ("polars", by_polars), ("DuckDB", by_duckdb)):
        yield race("A", f"{name} on a CSV file", partial(read, exported), None)
    exported.unlink()


def alike(found: list[tuple[Any, ...]], expected: dict[str, Any], name: str) -> None:
    """This will refuse sums that differ; those of binary fractions are rounded first."""
    rounded = [
        (code, *(round(Decimal(str(weight or 0)), 3) for weight in weights))
        for code, *weights in found
    ]
    same({c: w for c, *w in rounded}, {c: list(w) for c, w in expected.items()}, name)
