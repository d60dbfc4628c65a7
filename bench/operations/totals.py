"""G5 and G13: totals against the same question asked of the ledger, and their rebuilding."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bench.floors import AS_OF, FILTERED, FINEST, LIVE
from bench.measuring import Race
from bench.stage import Stage, same
from shipments.querysets.totals.verifying import differing_cells

MEASURE = "measure=sent_kg,received_kg"
PERIOD = {"first": "2021-03-01", "last": "2021-08-31"}
AS_OF_MOMENT = "2021-12-31T23:59:59Z"


def races(stage: Stage) -> Iterator[Race]:
    for dimension, statement in LIVE.items():
        yield total(
            stage, "G5", f"by {dimension}", f"totals?by={dimension}&{MEASURE}", statement, 1 / 200
        )
    filtered = (
        f"totals?by=category&donor=donor-2&{MEASURE}"
        f"&occurred_on__gte={PERIOD['first']}&occurred_on__lte={PERIOD['last']}"
    )
    name = "by category, of one donor, six months"
    yield total(stage, "G5b", name, filtered, FILTERED, 1 / 40, donor="donor-2", **PERIOD)
    yield total(
        stage,
        "G5c",
        "by donor, as recorded by the end of a year",
        f"totals?by=donor&{MEASURE}&as_of={AS_OF_MOMENT}",
        AS_OF,
        1.2,
        as_of=AS_OF_MOMENT,
    )


def total(
    stage: Stage, code: str, name: str, path: str, statement: str, goal: float, **given: Any
) -> Race:
    client = stage.everywhere
    dimension = path.partition("by=")[2].partition("&")[0]
    return Race(
        code,
        f"totals {name}",
        run=lambda: client.api(path),
        floor=stage.floor.asking(statement, **given),
        goal=goal,
        check=lambda: same(
            answered(client.api(path).json, dimension),
            counted(stage.floor.rows(statement, **given)),
            f"totals {name}",
        ),
    )


def rebuilding(stage: Stage) -> Iterator[Race]:
    """The rebuilding of all totals, against one GROUP BY of what the finest of them tell apart."""

    def rebuild() -> None:
        stage.floor.rows("SELECT rebuild_totals()")

    def check() -> None:
        rebuild()
        same(differing_cells("owner"), [], "totals made anew")

    yield Race(
        "G13",
        "all totals made anew, as one GROUP BY",
        run=rebuild,
        floor=stage.floor.asking(f"SELECT count(*) FROM ({FINEST}) AS cells"),
        goal=1.5,
        cost="postgres",
        counted=False,
        check=check,
    )


def answered(document: Any, dimension: str) -> dict[str, tuple[Decimal, Decimal]]:
    rows = [(row[dimension], row["sent_kg"], row["received_kg"]) for row in document["results"]]
    return counted([(code, *map(kilograms, weights)) for code, *weights in rows])


def kilograms(text: str | None) -> Decimal:
    return Decimal(text or 0)


def counted(rows: list[tuple[Any, ...]]) -> dict[str, tuple[Decimal, Decimal]]:
    return {
        code: (sent or Decimal(0), received or Decimal(0))
        for code, sent, received in rows
        if sent or received
    }
