"""Putting what a verb refuses beside the fields that a person can mend."""

import re
from collections.abc import Iterator, Sequence

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from shipments.forms.deliveries import DeliveryLines
from shipments.forms.fields import KeyedForm

LINE = re.compile(r"lines/(\d+)(?:/(\w+))?")


def said_by_field(
    refused: ValidationError | PermissionDenied,
) -> Iterator[tuple[str, ValidationError | str]]:
    """This will list (pointer, error) of a refusal; the pointer is empty for the whole."""
    if isinstance(refused, PermissionDenied):
        yield "", str(refused) or _("Your account has no right to this action.")
    elif not hasattr(refused, "error_dict"):
        yield "", refused
    else:
        for pointer, errors in refused.error_dict.items():
            for error in errors:
                yield pointer.removeprefix("replacement/"), error


def refuse_form(form: forms.Form, refused: ValidationError | PermissionDenied) -> None:
    """This will put each refusal beside its field, or above the form where there is none."""
    form.is_valid()
    for pointer, error in said_by_field(refused):
        add(form, pointer, error)


def refuse_delivery(
    form: forms.Form,
    lines: DeliveryLines,
    positions: Sequence[int],
    refused: ValidationError | PermissionDenied,
) -> None:
    """This will put the refusals of a delivery beside its fields and lines.

    ``positions`` are the numbers of the lines reported, in the order of the report.
    """
    form.is_valid()
    lines.is_valid()
    for pointer, error in said_by_field(refused):
        match = LINE.fullmatch(pointer)
        if match and int(match[1]) < len(positions):
            line = lines.form_of(positions[int(match[1])])
            column = match[2] or ""
            add(line, column if column in line.fields else "good", error)
        else:
            add(form, pointer, error)


def add(form: forms.Form, column: str, error: ValidationError | str) -> None:
    if column == "key" and isinstance(form, KeyedForm):
        form.ask_again()
        return
    shown = column in form.fields and not form.fields[column].widget.is_hidden
    form.add_error(column if shown else None, error)
