"""A right body for every address that takes one, and ways to name foreign things in it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.matrix.names import Names

Payload = Any
Valid = Callable[[Names], Payload]
Swap = Callable[[Payload, Names], Payload]


@dataclass(frozen=True)
class Body:
    """What is sent: right when made of one's own names; ``swaps`` put a foreign name into it."""

    valid: Valid
    swaps: dict[str, Swap] = field(default_factory=dict)


def lately() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=20)


def said_at() -> str:
    return lately().isoformat(timespec="seconds")


def typed_at() -> str:
    """This will write a moment as a browser sends it, in the operations' zone."""
    return f"{lately().astimezone(ZoneInfo('Asia/Yerevan')):%Y-%m-%dT%H:%M}"


def fixed_key(number: int) -> str:
    return str(uuid.UUID(int=0xABC000 + number))


def delivery(names: Names) -> Payload:
    return {
        "key": fixed_key(1),
        "shipment": names["fresh"],
        "kind": "received",
        "occurred_at": said_at(),
        "place": names["hub"],
        "lines": [{"line": 1, "received": "3"}],
    }


def step(names: Names) -> Payload:
    return {"key": fixed_key(2), "occurred_at": said_at(), "note": "on time"}


def reversal(names: Names) -> Payload:
    return {"key": fixed_key(3), "reason": "counted again"}


def replaced(payload: Payload, other: Names) -> Payload:
    instead = {**delivery(other), "key": fixed_key(4), "place": ""}
    return {**payload, "replacement": instead}


def shipment(names: Names) -> Payload:
    return {
        "operation": names["operation"],
        "donor": names["donor"],
        "origin": names["depot"],
        "destination": names["hub"],
        "mode": "road",
        "lines": [{"item": names["item"], "quantity": "3", "unit": "piece"}],
    }


def onward(payload: Payload, other: Names) -> Payload:
    line = {**payload["lines"][0], "from_line": f"{other['sent']}/1"}
    return {**payload, "lines": [line]}


def member(name: str, thing: str) -> Swap:
    """This will name a foreign thing in one member of a body."""
    return lambda payload, other: {**payload, name: other[thing]}


def draft_typed(names: Names) -> Payload:
    return {
        "key": fixed_key(5),
        "operation": names["operation"],
        "donor": names["donor"],
        "origin": names["depot"],
        "destination": names["hub"],
        "mode": "road",
        "lines": "1",
        "line-0-item": names["item"],
        "line-0-quantity": "3",
        "line-0-unit": "piece",
    }


def delivery_typed(names: Names) -> Payload:
    return {
        "key": fixed_key(6),
        "occurred_at": typed_at(),
        "place": names["hub"],
        "line-1-good": "3",
        "line-1-damaged": "0",
        "line-1-left": "7",
        "line-1-touched": "1",
    }


def step_typed(names: Names) -> Payload:
    return {"key": fixed_key(7), "occurred_at": typed_at(), "note": "on time"}


def figure(names: Names) -> Payload:
    return {
        "operation": names["operation"],
        "source": "a paper",
        "published_on": "2020-11-25",
        "stage": "arrived",
        "qualifier": "about",
        "quantity": "5",
        "unit": "t",
    }


def need(names: Names) -> Payload:
    return {
        "operation": names["operation"],
        "region": names["region"],
        "assessed_on": "2020-11-26",
        "source": "a survey",
        "item": names["item"],
        "quantity": "4",
        "unit": "piece",
    }


def constant(**payload: Any) -> Valid:
    return lambda _names: payload


OPERATION = member("operation", "operation")
BODIES: dict[str, Body] = {
    "delivery": Body(delivery, {"shipment": member("shipment", "fresh")}),
    "step": Body(step),
    "reversal": Body(reversal, {"shipment in the replacement": replaced}),
    "answers": Body(constant(answers={"entered_late": "it was so"})),
    "shipment": Body(shipment, {"operation": OPERATION, "line": onward}),
    "edit": Body(lambda names: {"consignor": "the depot"}),
    "weights": Body(lambda names: {**step(names), "lines": [{"line": 1, "weight_kg": "8.5"}]}),
    "verification": Body(constant(level="documented", remark="seen")),
    "token": Body(constant(name="for the office")),
    "upload": Body(constant(kind="deliveries", file="shipment\nAA21\n")),
    "order of dates": Body(constant(date_order="dmy")),
    "all rows": Body(constant(mode="all_or_nothing")),
    "nothing": Body(constant()),
    "figures": Body(constant(title="Month by month", query="by=month&measure=sent_kg")),
    "figures typed": Body(constant(title="Month by month", query="by=month&measure=sent_kg")),
    "question typed": Body(
        lambda names: {
            "name": "Month by month",
            "query": f"by=month&operation={names['operation']}",
            "operation": names["operation"],
        },
        {"operation": lambda payload, other: {**payload, "operation": other["operation"]}},
    ),
    "question": Body(constant(query="by=month&measure=sent_kg")),
    "saved query": Body(
        lambda names: {
            "name": "Month by month",
            "query": f"by=month&operation={names['operation']}",
            "operation": names["operation"],
        },
        {"operation": lambda payload, other: {**payload, "operation": other["operation"]}},
    ),
    "figure": Body(figure, {}),
    "need": Body(need, {}),
    "operation": Body(constant(code="MM11", name="New", time_zone="Asia/Baku")),
    "donor": Body(constant(code="new-donor", name="New donor", kind="ngo")),
    "category": Body(constant(code="new-category", name="New category")),
    "item": Body(
        lambda names: {
            "code": "new-item",
            "name": "New item",
            "category": names["category"],
            "base_unit": "piece",
        }
    ),
    "region": Body(constant(code="XN", name="New region")),
    "destination": Body(
        lambda names: {
            "code": "NEW-PLACE",
            "name": "New place",
            "kind": "warehouse",
            "region": names["region"],
        }
    ),
    "population": Body(
        lambda names: {
            "region": names["region"],
            "counted_on": "2020-11-27",
            "kind": "returned",
            "people": 7,
            "source": "a paper",
        }
    ),
    "rename": Body(constant(name="Another name")),
    "draft typed": Body(draft_typed, {"operation": OPERATION}),
    "delivery typed": Body(delivery_typed),
    "step typed": Body(step_typed),
    "reason typed": Body(constant(reversal_key=fixed_key(8), reason="counted again")),
    "undo typed": Body(constant(reversal_key=fixed_key(9))),
    "answer typed": Body(constant(remark="it was so")),
    "log-in": Body(constant(username="nobody", password="quiet-river-42")),
    "wrong log-in": Body(constant(username="nobody", password="wrong")),
    "password": Body(
        constant(
            old_password="quiet-river-42",
            new_password1="loud-lake-77",
            new_password2="loud-lake-77",
        )
    ),
    "language": Body(constant(language="fr", next="/help/")),
}
