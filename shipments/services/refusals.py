"""Why something is refused: codes with their HTTP statuses, and what the database refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import psycopg.errors
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext_lazy as _

from shipments.services.rules import RULES, Rule

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BAD, CONFLICT, GONE, CHANGED, UNPROCESSABLE = 400, 409, 410, 412, 422

# Codes whose HTTP status is not 400.
STATUSES = {
    "already_reversed": CONFLICT,
    "busy": CONFLICT,
    "changed_meanwhile": CHANGED,
    "key_reused": UNPROCESSABLE,
    "later_events_depend": CONFLICT,
    "lines_fixed": CONFLICT,
    "not_reversible": CONFLICT,
    "not_settled": CONFLICT,
    "outstanding_remains": CONFLICT,
    "retired": GONE,
    "rights_changed": GONE,
    "route_fixed": CONFLICT,
    "shipment_cancelled": CONFLICT,
    "shipment_closed": CONFLICT,
    "wrong_status": CONFLICT,
}


# Another request held what this one needs: waited too long, or each waited for the other.
WAITED_IN_VAIN = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


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
