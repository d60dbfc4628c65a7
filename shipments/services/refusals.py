"""Why something is refused: the one table of codes, HTTP statuses and sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import psycopg.errors
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BAD, CONFLICT, CHANGED, UNPROCESSABLE = 400, 409, 412, 422

# Codes whose HTTP status is not 400.
STATUSES = {
    "already_reversed": CONFLICT,
    "busy": CONFLICT,
    "changed_meanwhile": CHANGED,
    "key_reused": UNPROCESSABLE,
    "later_events_depend": CONFLICT,
    "lines_fixed": CONFLICT,
    "not_reversible": CONFLICT,
    "outstanding_remains": CONFLICT,
    "route_fixed": CONFLICT,
    "shipment_cancelled": CONFLICT,
    "shipment_closed": CONFLICT,
    "wrong_status": CONFLICT,
}


# Another request held what this one needs: waited too long, or each waited for the other.
WAITED_IN_VAIN = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


class Rule(NamedTuple):
    """How a rule held by the database is said to a person."""

    field: str
    code: str
    sentence: "StrOrPromise"


CHANGED_AT_ONCE = _(
    "Somebody else recorded something here at the same moment. Look at the shipment and try again."
)
# Rules that only the database can hold against everybody; the verbs check most of them first,
# so these sentences are seen when two people act at once or a program writes past the verbs.
RULES = {
    "balance_never_below_zero": Rule("lines", "later_events_depend", CHANGED_AT_ONCE),
    "balance_no_more_than_outstanding": Rule("lines", "more_than_outstanding", CHANGED_AT_ONCE),
    "balance_handed_over_was_received": Rule("lines", "more_than_received", CHANGED_AT_ONCE),
    "balance_distributed_was_received": Rule("lines", "more_than_received", CHANGED_AT_ONCE),
    "balance_onward_was_received": Rule(
        "lines",
        "more_than_received",
        _("The lines carried on may not exceed what their earlier lines received in good order."),
    ),
    "balance_weight_was_sent": Rule("lines", "later_events_depend", CHANGED_AT_ONCE),
    "category_not_below_itself": Rule(
        "parent", "category_below_itself", _("A category cannot lie below itself.")
    ),
    "counters_are_written_by_the_ledger": Rule(
        "lines", "counters_fixed", _("Balances are computed from events and cannot be written.")
    ),
    "dispatch_sends_every_line": Rule(
        "lines", "dispatch_incomplete", _("A dispatch sends every line of its shipment.")
    ),
    "event_falls_on_its_local_date": Rule(
        "occurred_at", "wrong_local_date", _("The local date must follow from the time.")
    ),
    "event_fits_the_status": Rule("shipment", "wrong_status", CHANGED_AT_ONCE),
    "event_not_in_the_future": Rule(
        "occurred_at", "in_the_future", _("An event cannot lie in the future.")
    ),
    "import_is_done_when_every_row_is": Rule(
        "status", "rows_left", _("Some rows have no outcome yet, so the import is not done.")
    ),
    "item_unit_is_fixed_once_used": Rule(
        "base_unit",
        "unit_fixed",
        _("The base unit of an item stays as it is once a shipment carries the item."),
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
    "line_is_sent_once_and_whole": Rule(
        "lines", "wrong_status", _("A line is sent once, with its whole quantity.")
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
    "shipments_shipment_reference_key": Rule(
        "reference",
        "reference_taken",
        _("This reference is in use. Leave it out to get a new one."),
    ),
    "status_is_computed_from_events": Rule(
        "status", "status_fixed", _("The status is computed from the shipment's events.")
    ),
    "verifier_is_not_the_recorder": Rule(
        "event", "own_entry", _("Somebody else than the person who recorded it must verify it.")
    ),
}


def refusal(field: str, code: str, sentence: "StrOrPromise", **params: object) -> ValidationError:
    """This will make the refusal of one field, with its stable code."""
    return ValidationError({field: ValidationError(sentence, code=code, params=params or None)})


def refusal_status(code: str) -> int:
    """This will return the HTTP status of a refusal code: 400 unless the table says otherwise."""
    return STATUSES.get(code, BAD)


def rule_broken(error: IntegrityError) -> str:
    """This will return the name of the constraint or rule that the database held."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis and diagnosis.constraint_name) or ""


def said_by_database(error: IntegrityError) -> ValidationError:
    """This will turn what the database refused into the refusal a person reads."""
    name = rule_broken(error)
    rule = RULES.get(name) or declared_rules().get(name)
    if rule is None:
        return refusal(
            NON_FIELD_ERRORS,
            name or "refused_by_database",
            _("This cannot be saved, because it breaks the rule %(rule)s."),
            rule=name,
        )
    return refusal(rule.field, rule.code, rule.sentence)


@cache
def declared_rules() -> dict[str, Rule]:
    """This will gather the sentences that models declare with their constraints."""
    return {
        constraint.name: Rule(
            NON_FIELD_ERRORS, constraint.name, constraint.violation_error_message or ""
        )
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != constraint.default_violation_error_message
    }


@contextmanager
def database_refusals() -> Iterator[None]:
    """This will turn refusals of the database within the block into ValidationErrors.

    A lock that another request holds too long becomes ``busy``: nothing was recorded.
    """
    try:
        yield
    except IntegrityError as error:
        raise said_by_database(error) from error
    except OperationalError as error:
        if isinstance(error.__cause__, WAITED_IN_VAIN):
            raise refusal(
                NON_FIELD_ERRORS,
                "busy",
                _("Somebody is recording here just now. Nothing was saved; send it again."),
            ) from error
        raise
