"""The data dictionary, read from the models: the one source is their help texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import override

APPS = ("accounts", "regions", "shipments")
# Kept for the machine's own use; nothing that a reader of figures would ask about.
HIDDEN = {"folded", "sort_keys", "plain_reference", "password", "digest", "path"}
TYPES = {
    "QuantityField": "quantity: exact, at most three decimals",
    "BigAutoField": "row number",
    "CharField": "text",
    "TextField": "text",
    "EmailField": "e-mail address",
    "URLField": "web address",
    "BooleanField": "yes or no",
    "DateField": "date",
    "DateTimeField": "time with zone",
    "DecimalField": "exact number",
    "UUIDField": "UUID",
    "JSONField": "mapping",
    "ArrayField": "list of texts",
    "FileField": "file",
}


@dataclass(frozen=True)
class Noun:
    """What a row of a table is, its fields as (name, type, meaning), and its rules."""

    name: str
    meaning: str
    fields: list[tuple[str, str, str]]
    rules: list[tuple[str, str]]


def write_dictionary() -> str:
    """This will write the data dictionary as Markdown, in English."""
    with override("en"):
        return "\n".join(
            [
                "# Data dictionary",
                "",
                "Generated from the models by `manage.py write_data_dictionary`; do not edit.",
                "",
                *(line for model in models_described() for line in chapter(noun(model))),
            ]
        )


def models_described() -> Iterator[type[models.Model]]:
    """This will list the models that are nouns of the domain."""
    for app in APPS:
        yield from apps.get_app_config(app).get_models()


def noun(model: type[models.Model]) -> Noun:
    """This will describe a model in the words of its own docstring and help texts."""
    return Noun(
        name=model.__name__,
        meaning=" ".join((model.__doc__ or "").split()),
        fields=[
            (field.name, type_of(field), meaning_of(field))
            for field in model._meta.concrete_fields
            if field.name not in HIDDEN and not field.primary_key
        ],
        rules=[(str(c.name), said(c)) for c in model._meta.constraints if said(c)],
    )


def chapter(described: Noun) -> Iterator[str]:
    yield f"## {described.name}"
    yield ""
    yield described.meaning
    yield ""
    yield "| field | type | meaning |"
    yield "| --- | --- | --- |"
    for name, kind, meaning in described.fields:
        yield f"| `{name}` | {kind} | {meaning} |"
    if described.rules:
        yield ""
        yield from (f"* `{name}`: {sentence}" for name, sentence in described.rules)
    yield ""


def type_of(field: Any) -> str:
    """This will say what a field holds, with its choices and whether it may be empty."""
    if field.is_relation:
        words = f"one of {field.related_model.__name__}"
    elif field.choices:
        words = "one of " + ", ".join(f"`{value}`" for value, _label in field.choices)
    elif isinstance(field, models.GeneratedField):
        words = "computed by the database"
    else:
        words = TYPES.get(type(field).__name__, "whole number")
    return words + ("; may be unknown" if field.null else "")


def meaning_of(field: Any) -> str:
    if field.help_text:
        return str(field.help_text)
    name = str(field.verbose_name)
    return name[:1].upper() + name[1:] + "."


def said(constraint: Any) -> str:
    message = constraint.violation_error_message
    return "" if message == constraint.default_violation_error_message else str(message)
