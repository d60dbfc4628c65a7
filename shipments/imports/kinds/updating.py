"""Reference records that a sheet changes: what is here, what the row says, and back again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from shipments.services.refusals import database_refusals, refusal


def plain(value: Any) -> Any:
    """This will give a column's value the form that JSON has; a record is its code."""
    match value:
        case models.Model():
            return getattr(value, "code", value.pk)
        case Decimal():
            return f"{value.normalize():f}"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case _:
            return value


def joined(here: Any, said: Any) -> Any:
    """This will add the names that a row gives to those that are here; others it replaces."""
    if isinstance(said, dict):
        return {**(here or {}), **said}
    if isinstance(said, list):
        return [*(here or []), *(word for word in said if word not in (here or []))]
    return said


def save_columns(row: Any, columns: Mapping[str, Any]) -> None:
    """This will change columns of a record, or raise what refuses it and leave it as it is."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.clean_fields()
    row.validate_constraints()
    with database_refusals(), transaction.atomic():
        row.save()


def restore_columns(row: Any, differences: list[dict[str, Any]]) -> None:
    """This will give a record the values it had, unless somebody changed them since.

    Refuses ``changed_meanwhile``.
    """
    before = {}
    for said in differences:
        field = row._meta.get_field(said["name"])
        if plain(getattr(row, said["name"])) != said["file"]:
            sentence = _("%(record)s stays: somebody changed it after this import.")
            raise refusal("code", "changed_meanwhile", sentence, record=str(row))
        before[said["name"]] = value_of(field, said["here"])
    save_columns(row, before)


def value_of(field: Any, kept: Any) -> Any:
    if field.is_relation:
        return kept and field.related_model._default_manager.get(code=kept)
    return kept if kept is None else field.to_python(kept)


def found_wrong(error: ValidationError) -> list[tuple[str, str, str]]:
    """This will list what a model refuses: target, code and sentence."""
    names = {"base_unit": "unit"}
    return [
        (names.get(name, name), one.code or "refused", " ".join(one.messages))
        for name, errors in error.error_dict.items()
        for one in errors
    ]
