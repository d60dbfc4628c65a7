"""How each check of the tables is attacked: ``SET`` clauses, where needed for rows that fit them.

Checks of words (``..._is_known``) and of natural numbers (``<table>_<column>_check``) need none:
they are attacked by a rule.
"""

ITSELF = ("merged_into_id = id",)
BOTH = (
    "item_id = (SELECT min(id) FROM shipments_item),"
    " category_id = (SELECT min(id) FROM shipments_category)"
)

CLAUSES: dict[str, tuple[str, ...]] = {
    # regions
    "destination_coordinates_are_on_earth": (
        "latitude = 91, longitude = 0",
        "latitude = -91, longitude = 0",
        "latitude = 0, longitude = 181",
        "latitude = 0, longitude = -181",
        "latitude = NULL, longitude = 0",
        "latitude = 0, longitude = NULL",
    ),
    "destination_not_merged_into_itself": ITSELF,
    "place_name_names_one_place": (
        "region_id = NULL, destination_id = NULL",
        "region_id = (SELECT min(id) FROM regions_region),"
        " destination_id = (SELECT min(id) FROM regions_destination)",
    ),
    "region_level_is_0_to_3": ("level = 4",),
    "region_valid_dates_in_order": ("valid_from = '2020-01-02', valid_to = '2020-01-01'",),
    # reference data
    "donor_not_merged_into_itself": ITSELF,
    "item_not_merged_into_itself": ITSELF,
    "item_unit_worth_above_zero": ("per_base = 0", "per_base = -1"),
    "item_weight_above_zero": ("unit_weight_kg = 0", "unit_weight_kg = -1"),
    "operation_code_alphabet": ("code = 'KB20'", "code = 'E20'", "code = '2020'", "code = 'K'"),
    "operation_dates_in_order": ("starts_on = '2020-01-02', ends_on = '2020-01-01'",),
    # what analysts keep
    "saved_query_has_a_name": ("name = ''", "name = '  '"),
    "snapshot_has_a_title": ("title = ''", "title = '  '"),
    "snapshot_hash_is_right": (
        "content = content || ' '",
        "sha256 = repeat('0', 64)",
        "sha256 = upper(sha256)",
    ),
    "snapshot_names_its_regions": ("standpoint = 'regions'", "regions = '{AA}'"),
    "snapshot_of_the_public_names_its_operation": ("standpoint = 'public', operation_id = NULL",),
    # shipments
    "line_counts_whole_pieces": ("quantity = 1.5 WHERE unit = 'piece'",),
    "line_position_from_one": ("position = 0",),
    "line_quantity_above_zero": ("quantity = 0", "quantity = -1"),
    "line_value_has_a_currency": (
        "unit_value = 1, currency = ''",
        "unit_value = NULL, currency = 'USD'",
        "unit_value = 1, currency = 'usd'",
        "unit_value = -1, currency = 'USD'",
    ),
    "line_weight_has_a_basis": (
        "weight_kg = NULL, weight_basis = 'declared'",
        "weight_kg = 1, weight_basis = 'unknown'",
        "weight_kg = 0, weight_basis = 'declared'",
        "weight_kg = -1, weight_basis = 'weighed'",
        "weight_kg = 1, weight_basis = 'x'",
    ),
    "shipment_goes_somewhere": ("destination_id = origin_id",),
    "shipment_reference_form": (
        "reference = 'KA20-1042'",
        "reference = 'KB20-1042-3'",
        "reference = 'KA20-1042-3 '",
        "reference = ''",
    ),
    # the ledger
    "event_not_in_the_future": ("occurred_at = recorded_at + interval '11 minutes'",),
    "event_reversal_names_its_event": (
        "kind = 'reversed' WHERE reverses_id IS NULL",
        "kind = 'received' WHERE reverses_id IS NOT NULL",
        "reverses_id = NULL WHERE reverses_id IS NOT NULL",
    ),
    "ledger_surplus_is_accounted": (
        "surplus = 1 WHERE outcome = 'sent'",
        "surplus = 1 WHERE outcome = 'handed_over'",
        "surplus = 1 WHERE outcome = 'distributed'",
    ),
    "balance_never_below_zero": tuple(
        f"{counter} = -1"
        for counter in (
            "sent",
            "received",
            "damaged",
            "lost",
            "returned",
            "handed_over",
            "distributed",
            "declared_surplus",
        )
    ),
    "balance_no_more_than_outstanding": (
        "received = sent + 1",
        "damaged = sent + 1",
        "lost = sent + 1",
        "returned = sent + 1",
        "lost = sent + declared_surplus + 1",
    ),
    "balance_handed_over_was_received": ("handed_over = received + 1",),
    "balance_distributed_was_received": ("distributed = received + 1",),
    "balance_onward_was_received": ("onward = received + 1", "onward = -1"),
    "balance_weight_was_sent": (
        "sent_kg = 0 WHERE received_kg > 0",
        *(
            f"sent_kg = 0, {outcome} = 1, {outcome}_kg = 1 WHERE sent > 0 AND received = 0"
            for outcome in ("received", "damaged", "lost", "returned")
        ),
    ),
    "balance_weight_has_a_quantity": (
        "damaged_kg = 1 WHERE sent_kg > 0 AND damaged = 0",
        "sent_kg = -1 WHERE received = 0",
        *(
            f"{outcome}_kg = -0.001 WHERE {outcome} > 0 AND sent_kg > 0"
            for outcome in ("received", "handed_over", "distributed")
        ),
    ),
    # statements and needs
    "need_people_are_known": ("population_kind = 'x'",),
    "need_item_or_category": ("item_id = NULL, category_id = NULL", BOTH),
    "need_says_how_much": (
        "quantity = NULL, per_person = NULL",
        "quantity = 0, per_person = NULL",
        "quantity = NULL, per_person = 0",
    ),
    "reported_item_or_category": (BOTH,),
    "reported_period_in_order": ("period_from = '2020-01-02', period_to = '2020-01-01'",),
    "reported_quantity_above_zero": ("quantity = 0",),
    "reported_words_are_known": (
        "stage = 'x'",
        "qualifier = 'x'",
        "unit = 'x'",
        "movement = 'x'",
    ),
    # files in and out
    "export_done_has_file": ("status = 'done', file = ''",),
    "import_failure_says_why": ("status = 'failed', detail = ''",),
}

# Foreign keys of two columns, which no made-up number breaks.
PAIRS = {"line_unit_is_one_of_its_item": ("unit = 'kit'", "unit = 'piece'")}

# Rows to attack where others hold on to the rest.
FREE_ROWS = {"shipments_itemunit": "unit = 't'"}

# Constraints of the same table that an attack meets as well; they are put aside for it.
# Foreign keys have generated names; they stand here by table and column.
BESIDE: dict[str, tuple[str, ...]] = {
    "balance_never_below_zero": (
        "balance_no_more_than_outstanding",
        "balance_handed_over_was_received",
        "balance_distributed_was_received",
        "balance_onward_was_received",
        "balance_weight_has_a_quantity",
    ),
    "line_unit_is_known": ("line_unit_is_one_of_its_item",),
    "shipments_shipmentline.item_id": ("line_unit_is_one_of_its_item",),
    "shipments_shipmentline_position_check": ("line_position_from_one",),
}
