"""Examples of the API's description."""

from typing import Any

DELIVERY: dict[str, Any] = {
    "key": "0192f0c6-8c1e-7c3a-9a55-1f4f6f6f0001",
    "shipment": "KA20-1042-3",
    "kind": "received",
    "occurred_at": "2020-11-25T14:10:00+04:00",
    "place": "STEPANAKERT-HUB",
    "received_by": "Warehouse team",
    "note": "",
    "surplus": False,
    "lines": [
        {
            "line": 1,
            "received": "380",
            "damaged": "20",
            "lost": "0",
            "returned": "0",
            "reason": "wet",
        }
    ],
}
RECORDED: dict[str, Any] = {
    "key": DELIVERY["key"],
    "code": "E1042-3",
    "shipment": "KA20-1042-3",
    "kind": "received",
    "occurred_at": "2020-11-25T14:10:00+04:00",
    "recorded_at": "2020-11-25T14:12:07+04:00",
    "recorded_by": "amina",
    "place": "STEPANAKERT-HUB",
    "lines": [{"line": 1, "unit": "piece", "received": "380", "damaged": "20"}],
    "balance": [
        {
            "line": 1,
            "unit": "piece",
            "sent": "420",
            "received": "380",
            "damaged": "20",
            "lost": "0",
            "returned": "0",
            "surplus": "0",
            "outstanding": "20",
            "handed_over": "0",
            "distributed": "0",
        }
    ],
    "warnings": [],
    "shipment_status": "partially_received",
}
STEP = {
    "key": "0192f0c6-8c1e-7c3a-9a55-1f4f6f6f0002",
    "occurred_at": "2020-11-24T06:00:00+04:00",
    "place": "",
    "note": "",
}
SHIPMENT = {
    "operation": "KA20",
    "donor": "mchs",
    "origin": "NOGINSK-RC",
    "destination": "STEPANAKERT-HUB",
    "mode": "road",
    "vehicles": 3,
    "expected_at": "2020-11-25T18:00:00+04:00",
    "lines": [{"item": "blanket-wool", "quantity": "420", "unit": "piece"}],
    "documents": [{"kind": "waybill", "number": "TTN 0012345"}],
}
EXAMPLES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/api/v1/deliveries"): {"request": DELIVERY, "answer": RECORDED},
    ("POST", "/api/v1/deliveries/{key}/reverse"): {
        "request": {
            "key": "0192f0c6-8c1e-7c3a-9a55-1f4f6f6f0003",
            "reason": "Counted twice.",
            "replacement": None,
        }
    },
    ("POST", "/api/v1/shipments"): {"request": SHIPMENT},
    ("POST", "/api/v1/shipments/{key}/dispatch"): {"request": STEP},
}
