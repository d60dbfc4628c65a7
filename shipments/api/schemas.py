"""What the bodies of the API look like, for its description."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from regions.api.described import QUANTITY, TEXT, Schema, named
from shipments.api.bodies import DELIVERY_KINDS, MOST_LINES, REPORTED
from shipments.models.fields import Unit
from shipments.models.papers import DocumentKind
from shipments.models.shipments import Mode, Status, WeightBasis

KEY: Schema = {"type": "string", "format": "uuid"}
NAMED: Schema = TEXT | {"minLength": 1}
MOMENT: Schema = {"type": "string", "format": "date-time"}
LINE: Schema = {"type": "integer", "minimum": 1, "maximum": 32767}
WHOLE: Schema = {"type": ["integer", "null"], "minimum": 0}


def thing(required: tuple[str, ...] = (), **members: Schema) -> Schema:
    """This will describe an object with these members and no others."""
    schema: Schema = {"type": "object", "properties": members, "additionalProperties": False}
    return schema | {"required": list(required)} if required else schema


def many(schema: Schema, most: int = MOST_LINES) -> Schema:
    return {"type": "array", "items": schema, "maxItems": most}


def or_null(schema: Schema) -> Schema:
    return schema | {"type": [schema["type"], "null"]}


ANSWERS_MEMBER: Schema = {"type": "object", "additionalProperties": TEXT}
DELIVERY = named(
    thing(
        required=("shipment", "kind", "occurred_at"),
        key=KEY,
        shipment=NAMED,
        kind={"enum": [str(kind) for kind in DELIVERY_KINDS]},
        occurred_at=MOMENT,
        place=TEXT,
        received_by=TEXT,
        note=TEXT,
        surplus={"type": "boolean"},
        lines=many(
            thing(
                required=("line",),
                line=LINE,
                reason=TEXT,
                scale_kg=or_null(QUANTITY),
                **dict.fromkeys(REPORTED, QUANTITY),
            )
        ),
        answers=ANSWERS_MEMBER,
    ),
    "DeliveryReport",
)
DELIVERIES: Schema = {"oneOf": [DELIVERY, many(DELIVERY, 500) | {"minItems": 1}]}
ANSWERS = thing(required=("answers",), answers=ANSWERS_MEMBER)
REVERSAL = thing(
    required=("reason",),
    key=KEY,
    reason=NAMED,
    replacement={"oneOf": [DELIVERY, {"type": "null"}]},
)
STEP = thing(
    required=("occurred_at",),
    key=KEY,
    occurred_at=MOMENT,
    place=TEXT,
    note=TEXT,
    answers=ANSWERS_MEMBER,
)
WEIGHING = thing(
    required=("occurred_at", "lines"),
    key=KEY,
    occurred_at=MOMENT,
    place=TEXT,
    note=TEXT,
    lines=many(thing(required=("line", "weight_kg"), line=LINE, weight_kg=QUANTITY)),
)
SHIPMENT = named(
    thing(
        operation=NAMED,
        donor=NAMED,
        origin=NAMED,
        destination=NAMED,
        mode={"enum": Mode.values},
        consignor=TEXT,
        consignee=TEXT,
        vehicles=WHOLE,
        planned_at=or_null(MOMENT),
        expected_at=or_null(MOMENT),
        remark=TEXT,
        reference=TEXT,
        lines=many(
            thing(
                required=("item", "quantity", "unit"),
                line=or_null(LINE),
                item=NAMED,
                quantity=QUANTITY,
                unit={"enum": Unit.values},
                donor=TEXT,
                from_line=TEXT,
                description=TEXT,
                packages=WHOLE,
                package_kind=TEXT,
                weight_kg=or_null(QUANTITY),
                weight_basis={"enum": [*WeightBasis.values, ""]},
                batch=TEXT,
                expires_on={"type": ["string", "null"], "format": "date"},
                unit_value=or_null(TEXT),
                currency=TEXT,
                equipment={"type": ["boolean", "null"]},
            )
        ),
        documents=many(
            thing(required=("kind", "number"), kind={"enum": DocumentKind.values}, number=NAMED),
            100,
        ),
    ),
    "ShipmentDraft",
)
NEW_SHIPMENT = named(
    SHIPMENT | {"properties": {"key": KEY, **SHIPMENT["properties"]}}, "NewShipment"
)
OBJECTS: Schema = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
RECORDED = named(
    {
        "type": "object",
        "properties": {
            "key": KEY,
            "code": TEXT,
            "shipment": TEXT,
            "kind": TEXT,
            "occurred_at": MOMENT,
            "recorded_at": MOMENT,
            "recorded_by": TEXT,
            "place": or_null(TEXT),
            "lines": OBJECTS,
            "balance": OBJECTS,
            "warnings": OBJECTS,
            "shipment_status": {"enum": Status.values},
        },
        "required": ["key", "code", "shipment", "kind", "balance", "warnings"],
    },
    "Recorded",
)
RECORDED_MANY: Schema = {
    "oneOf": [
        RECORDED,
        {
            "type": "object",
            "properties": {
                "results": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "key": {"type": ["string", "null"]},
                            "status": {"type": "integer"},
                            "replayed": {"type": "boolean"},
                            "delivery": RECORDED,
                            "errors": OBJECTS,
                        },
                        "required": ["key", "status"],
                    },
                }
            },
            "required": ["results"],
        },
    ]
}


def key_header(description: str) -> tuple[Any, ...]:
    """This will describe the header in which a key can be sent; it says of what the key is."""
    return (
        OpenApiParameter("Idempotency-Key", KEY, OpenApiParameter.HEADER, description=description),
    )


KEY_HEADER = key_header("The key of the event, here or in the body.")
SHIPMENT_KEY_HEADER = key_header(
    "A key of yours, here or in the body: a retry makes no second shipment."
)
ATOMIC: Any = OpenApiParameter(
    "atomic",
    {"type": "boolean"},
    OpenApiParameter.QUERY,
    description="true records all deliveries of a list or none.",
)
