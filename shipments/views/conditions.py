"""What a list or a total was narrowed to, in words: a figure is worth nothing without its scope."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.forms import BoundField, DateInput

from regions.exports.rows import STANDPOINT
from shipments.forms.filters import FilterForm
from text.dates import format_day


@dataclass(frozen=True)
class Condition:
    """One thing that was asked for; ``code`` where it has no name but that of its parameter."""

    name: str
    words: str
    code: bool = False


def conditions(fields: Iterable[BoundField], others: Mapping[str, str]) -> list[Condition]:
    """This will tell what stands in the fields of a form, and what else its address asks."""
    said = [Condition(str(f.label), words_in(f)) for f in fields if f.value() and not f.is_hidden]
    return said + [Condition(name, value, code=True) for name, value in others.items()]


def conditions_of(form: FilterForm) -> list[Condition]:
    """This will tell what a list is narrowed to, by its form; its standpoint has a sentence."""
    others = {f.name: str(f.value()) for f in form.hidden_fields() if f.name != STANDPOINT}
    return conditions(form.visible_fields(), others)


def words_in(field: BoundField) -> str:
    value = str(field.value())
    if isinstance(field.field.widget, DateInput):
        # What is no day was refused elsewhere, or will be.
        with suppress(ValueError):
            return format_day(date.fromisoformat(value))
    choices = dict(getattr(field.field, "choices", ()))
    return str(choices.get(value, value))
