"""What is said when a rule that the database holds refuses: field, code and sentence of each."""

from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Rule(NamedTuple):
    """How a rule held by the database is said to a person."""

    field: str
    code: str
    sentence: "StrOrPromise"


CHANGED_AT_ONCE = _(
    "Somebody else recorded something here at the same moment. Look at the shipment and try again."
)
ITSELF = _("Choose another record than this one.")
# Rules that only the database can hold against everybody; the verbs check most of them first,
# so these sentences are seen when two people act at once or a program writes past the verbs.
RULES = {
    "attachment_once_an_event": Rule("file", "photo_there", _("The event has this photo already.")),
    "balance_distributed_was_received": Rule("lines", "more_than_received", CHANGED_AT_ONCE),
    "balance_handed_over_was_received": Rule("lines", "more_than_received", CHANGED_AT_ONCE),
    "balance_never_below_zero": Rule("lines", "later_events_depend", CHANGED_AT_ONCE),
    "balance_no_more_than_outstanding": Rule("lines", "more_than_outstanding", CHANGED_AT_ONCE),
    "balance_onward_was_received": Rule(
        "lines",
        "more_than_received",
        _("The lines carried on may not exceed what their earlier lines received in good order."),
    ),
    "balance_weight_has_a_quantity": Rule("lines", "later_events_depend", CHANGED_AT_ONCE),
    "balance_weight_was_sent": Rule("lines", "later_events_depend", CHANGED_AT_ONCE),
    "category_not_below_itself": Rule(
        "parent", "category_below_itself", _("A category cannot lie below itself.")
    ),
    "counters_are_written_by_the_ledger": Rule(
        "lines", "counters_fixed", _("Balances are computed from events and cannot be written.")
    ),
    "destination_not_merged_into_itself": Rule("merged_into", "merged_into_itself", ITSELF),
    "dispatch_sends_every_line": Rule(
        "lines", "dispatch_incomplete", _("A dispatch sends every line of its shipment.")
    ),
    "donor_not_merged_into_itself": Rule("merged_into", "merged_into_itself", ITSELF),
    "event_falls_on_its_local_date": Rule(
        "occurred_at", "wrong_local_date", _("The local date must follow from the time.")
    ),
    "event_fits_the_status": Rule("shipment", "wrong_status", CHANGED_AT_ONCE),
    "event_not_in_the_future": Rule(
        "occurred_at", "in_the_future", _("An event cannot lie in the future.")
    ),
    "event_reversal_names_its_event": Rule(
        "event",
        "not_a_reversal",
        _("A reversal, and only a reversal, names the event it takes back."),
    ),
    "export_done_has_file": Rule(
        "file", "file_missing", _("An export is done when its file is there.")
    ),
    "import_failure_says_why": Rule(
        "detail", "reason_required", _("An import that failed says why.")
    ),
    "import_is_done_when_every_row_is": Rule(
        "status", "rows_left", _("Some rows have no outcome yet, so the import is not done.")
    ),
    "import_row_once": Rule("rows", "row_twice", _("A row of a file is read once.")),
    "item_not_merged_into_itself": Rule("merged_into", "merged_into_itself", ITSELF),
    "item_unit_is_fixed_once_used": Rule(
        "base_unit",
        "unit_fixed",
        _("The base unit of an item stays as it is once a shipment carries the item."),
    ),
    "item_unit_once": Rule("unit", "unit_twice", _("The item is counted in this unit already.")),
    "item_unit_worth_above_zero": Rule(
        "per_base", "not_above_zero", _("Enter a number above zero.")
    ),
    "ledger_is_append_only": Rule(
        NON_FIELD_ERRORS, "append_only", _("Recorded events are never changed. Reverse them.")
    ),
    "ledger_line_belongs_to_its_event": Rule(
        "lines", "unknown_line", _("The line belongs to another shipment or another moment.")
    ),
    "ledger_line_fits_its_event": Rule(
        "lines", "outcome_not_of_kind", _("This kind of event cannot count this.")
    ),
    "ledger_outcome_once_an_event": Rule(
        "lines", "line_twice", _("An event counts each outcome of a line once.")
    ),
    "ledger_surplus_is_accounted": Rule(
        "surplus",
        "surplus_not_accounted",
        _("Surplus is received, damaged, lost or returned; nothing else counts it."),
    ),
    "leg_position_once": Rule(
        "position", "leg_twice", _("Each leg of a shipment has its own number.")
    ),
    "line_is_sent_once_and_whole": Rule(
        "lines", "wrong_status", _("A line is sent once, with its whole quantity.")
    ),
    "line_position_from_one": Rule(
        "position", "not_above_zero", _("The first line has the number 1.")
    ),
    "line_unit_is_one_of_its_item": Rule(
        "lines", "unit_not_of_item", _("The unit is not one in which this item is counted.")
    ),
    "lines_are_fixed_after_dispatch": Rule(
        "lines", "lines_fixed", _("Lines can be changed until the shipment is dispatched.")
    ),
    "merges_do_not_chain": Rule(
        "merged_into",
        "merges_chain",
        _("Choose a record that is not merged itself, for one into which nothing was merged."),
    ),
    "named_mapping_once": Rule(
        "save_as", "named_before", _("You saved another matching under this name.")
    ),
    "onward_line_carries_the_same_goods": Rule(
        "lines",
        "other_goods",
        _("A line that is carried on has the item, unit and donor of the line it continues."),
    ),
    "operation_is_fixed_once_used": Rule(
        "code",
        "operation_fixed",
        _("Code and time zone of an operation stay as they are once it has shipments."),
    ),
    "overdue_noticed_once_a_date": Rule(
        "expected_at", "noticed_before", _("The shipment was noticed for this date already.")
    ),
    "quantity_is_finite_and_exact": Rule(
        "quantity",
        "out_of_bounds",
        _("Enter a number of at most three decimals below 1,000,000,000,000."),
    ),
    "recorded_at_is_the_clock": Rule(
        "recorded_at", "clock_fixed", _("The time of recording is the database's clock.")
    ),
    "region_not_below_itself": Rule(
        "parent", "region_below_itself", _("A region cannot lie below itself.")
    ),
    "remembered_once": Rule("found", "remembered_before", _("This word is remembered already.")),
    "reversal_fits_its_event": Rule("event", "not_reversible", CHANGED_AT_ONCE),
    "reversal_mirrors_its_event": Rule(
        "event", "not_a_mirror", _("A reversal mirrors its event line by line.")
    ),
    "route_is_fixed_after_dispatch": Rule(
        "destination",
        "route_fixed",
        _("Origin, destination and mode stay as they are once the shipment has left."),
    ),
    "shipments_deliveryevent_key_key": Rule(
        "key", "key_reused", _("This key was used for something else. Make a new key.")
    ),
    "shipments_deliveryevent_reverses_id_key": Rule(
        "event", "already_reversed", _("This event is reversed already.")
    ),
    "shipments_shipment_key_key": Rule(
        "key", "key_reused", _("This key was used for something else. Make a new key.")
    ),
    "shipments_shipment_reference_key": Rule(
        "reference",
        "reference_taken",
        _("This reference is in use. Leave it out to get a new one."),
    ),
    "status_is_computed_from_events": Rule(
        "status", "status_fixed", _("The status is computed from the shipment's events.")
    ),
    "text_once_an_event_and_line": Rule(
        "note", "text_twice", _("An event carries one text of a kind for each line.")
    ),
    "verifier_is_not_the_recorder": Rule(
        "event", "own_entry", _("Somebody else than the person who recorded it must verify it.")
    ),
    "warning_once_an_event_and_line": Rule(
        "code", "warning_twice", _("An event carries each warning once for a line.")
    ),
}
