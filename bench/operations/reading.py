"""G1 to G3 and G8: lists, the last page, a detail, and what did not change."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bench.asking import Client
from bench.floors import DETAIL, PAGE, PAGE_OF_ALL
from bench.measuring import Race
from bench.stage import Stage, same

SHOWN = ("reference", "donor_name", "origin_name", "destination_name", "status")
MEASURES = ("sent", "received", "damaged", "lost", "returned", "surplus", "outstanding")


def races(stage: Stage) -> Iterator[Race]:
    yield from lists(stage)
    yield last_page(stage)
    yield detail(stage)
    yield from unchanged(stage)


def lists(stage: Stage) -> Iterator[Race]:
    everywhere, regional = stage.everywhere, stage.regional
    path = stage.regional_path
    yield Race(
        "G1",
        "list of 50 shipments, reader of everything",
        run=lambda: stage.first_page(everywhere),
        floor=stage.floor.asking(PAGE_OF_ALL),
        goal=4,
        check=lambda: same_page(stage, everywhere, stage.floor.value(PAGE_OF_ALL)),
    )
    yield Race(
        "G1",
        "list of 50 shipments, reader of one country",
        run=lambda: stage.first_page(regional),
        floor=stage.floor.asking(PAGE, path=path),
        goal=4,
        check=lambda: same_page(stage, regional, stage.floor.value(PAGE, path=path)),
    )


def last_page(stage: Stage) -> Race:
    client, path = stage.everywhere, stage.last_page
    first = [row["reference"] for row in reversed(client.api("shipments?count=0").json["results"])]

    def check() -> None:
        last = client.api(path).json
        same((len(last["results"]), last["next"]), (50, None), "last page")
        same(set(first) & {row["reference"] for row in last["results"]}, set(), "last page")

    return Race(
        "G2",
        "last page, as a multiple of the first",
        run=lambda: client.api(path),
        floor=lambda: stage.first_page(client),
        floor_cost="all",
        goal=1.1,
        check=check,
    )


def detail(stage: Stage) -> Race:
    client = stage.everywhere
    asked, floors = stage.details(), stage.details()

    def check() -> None:
        for reference in stage.eventful[:5]:
            same_detail(
                client.api(f"shipments/{reference}").json,
                stage.floor.value(DETAIL, reference=reference),
            )

    return Race(
        "G3",
        "detail with lines, balance and events",
        run=lambda: client.api(f"shipments/{next(asked)}"),
        floor=lambda: stage.floor.rows(DETAIL, reference=next(floors)),
        goal=5,
        check=check,
    )


def unchanged(stage: Stage) -> Iterator[Race]:
    for path in ("shipments", "totals?by=donor&measure=sent_kg,received_kg"):
        yield known(stage, path)


def known(stage: Stage, path: str) -> Race:
    client = stage.everywhere
    tag = client.api(path).headers["ETag"]

    def again() -> Any:
        return client.api(path, status=304, headers={"If-None-Match": tag})

    return Race(
        "G8",
        f"{path.partition('?')[0]} asked again",
        run=again,
        floor=None,
        goal=0.5,
        check=lambda: same(again().body, b"", "unchanged"),
    )


def same_page(stage: Stage, client: Client, expected: list[dict[str, Any]]) -> None:
    found = stage.first_page(client).json["results"]
    same([shown(row) for row in found], [shown(row) for row in expected], "list")


def same_detail(found: dict[str, Any], expected: dict[str, Any]) -> None:
    same(shown(found), shown(expected), "detail")
    for part in ("lines", "events"):
        same(len(found[part]), len(expected[part]), f"detail's {part}")
    same(
        [event["key"] for event in found["events"]],
        [event["key"] for event in expected["events"]],
        "detail's events",
    )


def shown(row: dict[str, Any]) -> tuple[Any, ...]:
    """This will take what both tell of a shipment: names, status, and each line's balance."""
    balance = [
        (line["line"], line["item_name"], *(Decimal(str(line[name])) for name in MEASURES))
        for line in row["balance"]
    ]
    return (*(row[name] for name in SHOWN), balance)
