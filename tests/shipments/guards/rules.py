"""How each rule that a trigger holds is attacked: statements, of which the last one is refused."""

from tests.shipments.guards.statements import (
    EVENT,
    KEY,
    LAST,
    OMAR,
    counted,
    event,
    insert,
    line,
    reversal,
    sent,
    shipment,
)

Attack = tuple[str, ...]

ARRIVED = EVENT.format("sent", "arrived")
RECEIVED = EVENT.format("partial", "received")
# An event that is still to come; its number is chosen.
LATER = "1000000"
OF_KEY = {"event_id": f"(SELECT id FROM shipments_deliveryevent WHERE key = {KEY})"}
NEW_LINE = {
    "item_id": "(SELECT id FROM shipments_item WHERE code = 'cement')",
    "donor_id": "(SELECT id FROM shipments_donor WHERE code = 'mchs')",
    "unit": "'kg'",
    "quantity": "1",
    "position": "9",
    "description": "''",
    "package_kind": "''",
    "weight_basis": "'unknown'",
    "batch": "''",
    "currency": "''",
    "equipment": "false",
}


def column_by_itself(table: str, column: str) -> Attack:
    return (f"UPDATE shipments_{table} SET {column} = {column}",)


def chained(table: str, old: str, code: str, free: str) -> tuple[Attack, ...]:
    """This will write both ways to a chain: into a merged row, and of one merged into."""
    row = f"(SELECT id FROM {table} WHERE code = '{{}}')"
    return (
        (f"UPDATE {table} SET merged_into_id = {row.format(old)} WHERE code = '{free}'",),
        (f"UPDATE {table} SET merged_into_id = {row.format(free)} WHERE code = '{code}'",),
    )


ATTACKS: dict[str, tuple[Attack, ...]] = {
    "category_not_below_itself": (
        ("UPDATE shipments_category SET parent_id = id",),
        (
            "UPDATE shipments_category SET parent_id = (SELECT id FROM shipments_category"
            " WHERE code = 'wool') WHERE id = (SELECT parent_id FROM shipments_category"
            " WHERE code = 'wool')",
        ),
    ),
    "counters_are_written_by_the_ledger": (
        (f"UPDATE shipments_linebalance SET lost = 1 WHERE line_id = {line('sent')}",),
        (f"UPDATE shipments_linebalance SET sent = 0 WHERE line_id = {line('draft')}",),
        (f"DELETE FROM shipments_linebalance WHERE line_id = {line('draft')}",),
        ("TRUNCATE shipments_linebalance",),
        ("UPDATE totals_cell SET sent = sent + 1",),
        ("TRUNCATE totals_cell",),
        ("DELETE FROM totals_delta",),
    ),
    "dispatch_sends_every_line": (
        (event("planned", "dispatched"), counted("planned", "sent", 100)),
        (
            f"DELETE FROM shipments_shipmentline WHERE shipment_id = {shipment('planned')}",
            event("planned", "dispatched"),
        ),
    ),
    "event_falls_on_its_local_date": (
        (event("sent", "arrived", occurred_on="date '2020-11-26'"),),
        (event("sent", "arrived", occurred_at="timestamptz '2020-11-25 21:00+00'"),),
    ),
    "event_fits_the_status": (
        (event("draft", "arrived"),),
        (event("draft", "closed"),),
        (event("planned", "planned"),),
        (event("sent", "cancelled"),),
        (event("closed", "arrived"),),
        (event("cancelled", "planned"),),
        # What fitted when it came, and counts after a closing or a cancellation.
        (
            event("received", "received", key=KEY, surplus="true"),
            event("received", "closed"),
            counted("received", "received", 1, surplus="1", **OF_KEY),
        ),
        (
            event("planned", "dispatched", key=KEY),
            event("planned", "cancelled"),
            f"{sent('planned', **OF_KEY)[0]};{sent('planned', **OF_KEY)[1]}",
        ),
    ),
    "import_is_done_when_every_row_is": (("UPDATE shipments_importrun SET status = 'done'",),),
    "item_unit_is_fixed_once_used": (
        ("UPDATE shipments_item SET base_unit = 'bed' WHERE code = 'wood'",),
    ),
    "ledger_is_append_only": (
        column_by_itself("deliveryevent", "source"),
        column_by_itself("deliveryline", "outcome"),
        column_by_itself("eventtext", "text"),
        column_by_itself("storedanswer", "body"),
        column_by_itself("plausibilitywarning", "code"),
        column_by_itself("warninganswer", "remark"),
        column_by_itself("verification", "remark"),
        column_by_itself("attachment", "file"),
        column_by_itself("savedqueryversion", "query"),
        column_by_itself("snapshot", "title"),
        ("DELETE FROM shipments_warninganswer",),
        ("TRUNCATE shipments_deliveryevent CASCADE",),
    ),
    "ledger_line_belongs_to_its_event": (
        (event("sent", "received"), counted("partial", "received", 1)),
        (counted("partial", "lost", 1, event_id=RECEIVED),),
        # A line that comes before its event would be held to none of its rules.
        (counted("partial", "lost", 1, event_id=LATER), event("partial", "received", id=LATER)),
    ),
    "ledger_line_fits_its_event": (
        *tuple(
            (event("partial", kind), counted("partial", outcome, quantity, **given))
            for kind, outcome, quantity, given in (
                ("received", "handed_over", 1, {}),
                ("received", "distributed", 1, {}),
                ("handed_over", "distributed", 1, {}),
                ("distributed", "handed_over", 1, {}),
                ("returned", "received", 1, {}),
                ("lost", "damaged", 1, {}),
                ("arrived", "received", 1, {}),
                ("inspected", "lost", 1, {}),
                ("received", "received", 0, {}),
                ("received", "received", -1, {}),
                ("lost", "lost", 0, {}),
                ("weighed", "received", 1, {"weight_kg": "1"}),
                ("weighed", "received", 0, {}),
                ("received", "received", 1, {"surplus": "1"}),
                ("received", "received", 1, {"weight_kg": "-1"}),
                ("weighed", "received", 0, {"weight_kg": "-1"}),
            )
        ),
        (
            event("partial", "received", surplus="true"),
            counted("partial", "received", 1, surplus="2"),
        ),
    ),
    "line_is_sent_once_and_whole": (
        (event("planned", "dispatched"), "; ".join(sent("planned", 99))),
        (event("planned", "dispatched"), "; ".join(sent("planned", 101))),
    ),
    "lines_are_fixed_after_dispatch": (
        (insert("shipments_shipmentline", shipment_id=shipment("sent"), **NEW_LINE),),
        (insert("shipments_shipmentline", shipment_id=shipment("closed"), **NEW_LINE),),
        (f"UPDATE shipments_shipmentline SET quantity = 99 WHERE id = {line('sent')}",),
        (
            f"UPDATE shipments_shipmentline SET shipment_id = {shipment('draft')}, position = 9"
            f" WHERE id = {line('sent', 2)}",
        ),
        (
            "ALTER TABLE shipments_linebalance DISABLE TRIGGER USER",
            f"DELETE FROM shipments_linebalance WHERE line_id = {line('cancelled')}",
            f"DELETE FROM shipments_shipmentline WHERE id = {line('cancelled')}",
        ),
    ),
    "merges_do_not_chain": (
        *chained("shipments_donor", "old", "mchs", "free"),
        *chained("shipments_item", "old", "cement", "blanket"),
        *chained("regions_destination", "OLD", "NORTH-HUB", "SOUTH-DEPOT"),
    ),
    "onward_line_carries_the_same_goods": (
        (
            "UPDATE shipments_shipmentline SET unit = 'm3',"
            " item_id = (SELECT id FROM shipments_item WHERE code = 'wood')"
            f" WHERE id = {line('onward')}",
        ),
        (
            insert(
                "shipments_shipmentline",
                shipment_id=shipment("draft"),
                from_line_id=line("received"),
                **NEW_LINE,
            ),
        ),
        (
            insert("shipments_shipmentline", shipment_id=shipment("draft"), **NEW_LINE),
            insert(
                "shipments_shipmentline",
                shipment_id=shipment("draft"),
                from_line_id=line("draft", 9),
                **NEW_LINE | {"position": "10"},
            ),
        ),
        # The line that is carried on becomes something else before it leaves.
        (
            f"UPDATE shipments_shipmentline SET from_line_id = {line('draft')}"
            f" WHERE id = {line('planned')}",
            "UPDATE shipments_shipmentline"
            " SET donor_id = (SELECT id FROM shipments_donor WHERE code = 'old')"
            f" WHERE id = {line('draft')}",
        ),
    ),
    "operation_is_fixed_once_used": (
        ("UPDATE shipments_operation SET time_zone = 'UTC' WHERE code = 'KA20'",),
        ("UPDATE shipments_operation SET code = 'KA21' WHERE code = 'KA20'",),
    ),
    "recorded_at_is_the_clock": (
        (event("sent", "arrived", recorded_at="now() - interval '1 day'"),),
        (event("sent", "arrived", recorded_at="clock_timestamp() + interval '1 second'"),),
        (event("sent", "arrived", transaction="1"),),
    ),
    "region_not_below_itself": (
        (
            "ALTER TABLE regions_region DISABLE TRIGGER move_regions_below",
            "UPDATE regions_region SET parent_id = (SELECT id FROM regions_region"
            " WHERE code = 'AA-N') WHERE code = 'AA'",
        ),
    ),
    "reversal_fits_its_event": (
        (
            reversal(
                "sent",
                ARRIVED,
                occurred_at="timestamptz '2020-11-25 09:59+00'",
                occurred_on="date '2020-11-25'",
            ),
        ),
        (reversal("partial", ARRIVED),),
        (reversal("closed", EVENT.format("closed", "arrived")),),
        (reversal("cancelled", EVENT.format("cancelled", "planned")),),
        (reversal("sent", ARRIVED), reversal("sent", LAST)),
    ),
    "reversal_mirrors_its_event": (
        (reversal("partial", RECEIVED),),
        (
            reversal("partial", RECEIVED),
            counted("partial", "received", -1, weight_kg="-1.5"),
            counted("partial", "damaged", -4, weight_kg="-6"),
        ),
        # Something taken back that the event never counted, after its check was asked for early.
        (
            event("partial", "inspected"),
            reversal("partial", LAST),
            "SET CONSTRAINTS ALL IMMEDIATE",
            counted("partial", "received", -1),
        ),
    ),
    "route_is_fixed_after_dispatch": tuple(
        (f"UPDATE shipments_shipment SET {change} WHERE id = {shipment('sent')}",)
        for change in (
            "mode = 'air'",
            "origin_id = (SELECT id FROM regions_destination WHERE code = 'OLD')",
            "destination_id = (SELECT id FROM regions_destination WHERE code = 'OLD')",
        )
    ),
    "status_is_computed_from_events": (
        (f"UPDATE shipments_shipment SET status = 'closed' WHERE id = {shipment('draft')}",),
        (f"UPDATE shipments_shipment SET dispatched_at = now() WHERE id = {shipment('sent')}",),
        (
            "UPDATE shipments_shipment SET reference = 'KA20-999999-1'"
            f" WHERE id = {shipment('draft')}",
        ),
        (
            "INSERT INTO shipments_shipment (reference, operation_id, donor_id, consignor,"
            " consignee, origin_id, destination_id, mode, remark, status, created_by_id, folded)"
            " SELECT 'KA20-999999-1', operation_id, donor_id, '', '', origin_id, destination_id,"
            f" mode, '', 'planned', created_by_id, '' FROM shipments_shipment"
            f" WHERE id = {shipment('draft')}",
        ),
    ),
    "verifier_is_not_the_recorder": (
        (
            insert(
                "shipments_verification",
                event_id=LAST,
                level="'verified'",
                verified_by_id=OMAR,
                remark="''",
            ),
        ),
    ),
}
