"""Whatever the database refuses is said to a person: a sentence and a code for every guard."""

import re

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.functional import Promise
from psycopg.errors import CheckViolation

from shipments.services.refusals import (
    STATUSES,
    declared_rules,
    refusal_status,
    said_by_database,
)
from shipments.services.rules import RULES
from tests.shipments.guards.harness import Connection, Guard, constraints
from tests.shipments.guards.test_rules import sites

# Said elsewhere: a form, a serializer or a verb offers the words of a closed list and parses
# natural numbers before anything is saved, and looks up what a key points to.
CLOSED_LISTS = re.compile(r"_(is|are)_known$")


def is_said_by_the_field(guard: Guard) -> bool:
    """This will say whether the field itself has the sentence: one word, number or code alone."""
    if CLOSED_LISTS.search(guard.name):
        return True
    (column,) = guard.columns if len(guard.columns) == 1 else ("",)
    if guard.name == f"{guard.table}_{column}_check":
        return True
    for model in apps.get_models():
        if model._meta.db_table == guard.table:
            return any(f.column == column and f.unique for f in model._meta.concrete_fields)
    return False


def guards_that_need_words(owner: Connection) -> set[str]:
    named = [g for kind in "cu" for g in constraints(owner, kind) if not is_said_by_the_field(g)]
    # Tables that only link two others (Django names these) add a pair once without being told.
    unique = {g.name for g in named if not g.name.endswith("_uniq")}
    foreign = {g.name for g in constraints(owner, "f") if "_fk_" not in g.name}
    rules = {site.rule for site in sites(owner)}
    return unique | foreign | rules | {"quantity_is_finite_and_exact"}


def test_every_guard_has_a_sentence(attacker: Connection) -> None:
    needed = guards_that_need_words(attacker)
    assert sorted(needed - RULES.keys() - declared_rules().keys()) == []


def test_every_sentence_has_a_guard(attacker: Connection) -> None:
    every = {g.name for kind in "cu" for g in constraints(attacker, kind)}
    assert RULES.keys() <= every | guards_that_need_words(attacker)


def test_every_sentence_can_be_translated_and_ends() -> None:
    for name, rule in {**RULES, **declared_rules()}.items():
        assert isinstance(rule.sentence, Promise), name
        assert str(rule.sentence).endswith("."), name
        assert rule.code, name


def test_every_code_has_a_status() -> None:
    assert {refusal_status(rule.code) for rule in RULES.values()} <= {400, 409, 412, 422}
    assert set(STATUSES.values()) <= {409, 410, 412, 422}


def refused(name: str) -> IntegrityError:
    """This will make what Django raises when the constraint of this name is broken."""

    class Diagnosis:
        constraint_name = name

    class Broken(CheckViolation):
        diag = Diagnosis()  # type: ignore[assignment]

    error = IntegrityError("refused")
    error.__cause__ = Broken()
    return error


def test_a_refusal_of_the_database_is_said_with_field_code_and_sentence() -> None:
    said = said_by_database(refused("balance_no_more_than_outstanding"))
    assert [e.code for e in said.error_dict["lines"]] == ["more_than_outstanding"]


def test_a_guard_without_words_is_named(attacker: Connection) -> None:
    """The control: what the table lacks is said by its bare name, which the first test refuses."""
    said: ValidationError = said_by_database(refused("no_such_rule"))
    assert "no_such_rule" in said.messages[0]
    assert "no_such_rule" not in RULES.keys() | declared_rules().keys()
