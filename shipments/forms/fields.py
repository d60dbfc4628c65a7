"""Form fields that read numbers, moments and names as people write them."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from shipments.models.fields import unit_decimals
from text.dates import parse_local_moment
from text.folding import fold
from text.numbers import parse_decimal

MOST_CANDIDATES = 12
# The name under which a button asks for the page again, with all that was typed and nothing saved.
REDRAW = "redraw"


def is_sent(request: HttpRequest) -> bool:
    """This will say whether a form was sent to be saved, and not only to be drawn again."""
    return request.method == "POST" and REDRAW not in request.POST


class QuantityField(forms.CharField):
    """A quantity in a unit, read by the parser that every door uses."""

    def __init__(self, *, unit: str = "kg", minimum: Decimal | int = 0, **kwargs: Any) -> None:
        self.unit, self.minimum = unit, minimum
        mode = "decimal" if unit_decimals(unit) else "numeric"
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": mode}))
        super().__init__(**kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        return parse_decimal(text, decimals=unit_decimals(self.unit), minimum=self.minimum)


class WholeField(forms.CharField):
    """A count of things such as trucks or packages."""

    def __init__(self, *, maximum: int = 30_000, **kwargs: Any) -> None:
        self.maximum = maximum
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        return int(parse_decimal(text, decimals=0, maximum=self.maximum))


class MomentField(forms.DateTimeField):
    """A local date and time, in the time zone of the operation."""

    def __init__(self, *, zone: str = "UTC", **kwargs: Any) -> None:
        self.zone = ZoneInfo(zone)
        kwargs.setdefault(
            "widget",
            forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        )
        kwargs.setdefault(
            "error_messages",
            {"required": _("Enter the day and the time, for example 2020-11-25 14:10.")},
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0)
        return value

    def to_python(self, value: Any) -> datetime | None:
        # Read without Django's active time zone: the place decides, not the person's settings.
        return parse_local_moment(str(value), self.zone) if value else None


class KeyField(forms.UUIDField):
    """The hidden key of what is sent, so that sending it twice counts once."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", uuid.uuid4)
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("The key of this form is missing. Load the page again."),
                "invalid": _("The key of this form is damaged. Load the page again."),
            },
        )
        super().__init__(**kwargs)


class KeyedForm(forms.Form):
    """A form whose key names what it makes, so that sending it twice makes it once."""

    key = KeyField()
    saved_before = _(
        "This form was saved before with other content. Look at the history of the shipment first: "
        "a mistake is corrected there. Save it again to record one more entry."
    )

    def ask_again(self) -> None:
        """This will say that the form was saved before with other content, and give it a new key.

        Somebody went back, changed what was typed and saved: one more entry, or a mistake.
        """
        data = cast("QueryDict", self.data).copy()
        data["key"] = str(uuid.uuid4())
        self.data = data
        self.add_error(None, str(self.saved_before))


class NameInput(forms.TextInput):
    """A box for a name; beside a list, what is typed holds before what is chosen."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:  # noqa: ARG002
        sent = data.getlist(name) if isinstance(data, QueryDict) else [data.get(name)]
        return next((value for value in reversed(sent) if value), sent[-1] if sent else None)


class ChoiceOfNames(forms.Select):
    """A list of what a name may mean, with the box that it was typed into for another one."""

    template_name = "django/forms/choice_of_names.html"

    def __init__(self, *, box: forms.Widget, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.box = box

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        again = f"{(attrs or {}).get('id', name)}-again"
        box = self.box.render(name, "", {"id": again})
        return super().get_context(name, value, attrs) | {"again": again, "box": box}


class NamedField(forms.CharField):
    """Something that has a code and names, chosen by typing any of them in any script.

    What is typed must lead to one row; where it leads to several, they become the choices of the
    field. ``rows`` is the queryset to choose from; ``label_of`` writes a row for the reader.
    """

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        kwargs.setdefault(
            "widget",
            NameInput(
                attrs={
                    "list": f"{kind}-choices",
                    "data-choices": kind,
                    "autocomplete": "off",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                }
            ),
        )
        super().__init__(**kwargs)
        self.rows: Any = None
        self.label_of: Callable[[Any], str] = str
        self.candidates: list[Any] = []

    def offer(self, rows: Any, label_of: Callable[[Any], str]) -> None:
        """This will say what can be chosen."""
        self.rows, self.label_of = rows, label_of

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = self.rows.filter(code__iexact=text).first()
        if found is not None:
            return found
        self.candidates = self.look_for(text)
        exact = [row for row in self.candidates if self.is_called(row, text)]
        if len(exact) == 1:
            return exact[0]
        if len(self.candidates) == 1:
            return self.candidates[0]
        self.refuse(text)
        return None

    def look_for(self, text: str) -> list[Any]:
        """This will find what may be meant; a label "name, region" leads to the one it labels."""
        head, comma, _region = text.rpartition(", ")
        if comma:
            rows = self.rows.named(head)[: MOST_CANDIDATES * 4]
            labelled = [row for row in rows if fold(self.label_of(row)) == fold(text)]
            if labelled:
                return labelled
        return list(self.rows.named(text)[: MOST_CANDIDATES + 1])

    def is_called(self, row: Any, text: str) -> bool:
        folded = fold(text)
        return folded == fold(self.label_of(row)) or folded in row.folded.split("\n")

    def refuse(self, text: str) -> None:
        if not self.candidates:
            raise ValidationError(
                _("Nothing here is called “%(typed)s”. Try another spelling or part of it."),
                code=f"unknown_{self.kind}",
                params={"typed": text},
            )
        if len(self.candidates) > MOST_CANDIDATES:
            raise ValidationError(
                _("More than %(most)d are called like “%(typed)s”. Type more of the name."),
                code="too_many_found",
                params={"typed": text, "most": MOST_CANDIDATES},
            )
        raise ValidationError(
            _("Several are called like “%(typed)s”. Choose one, or type again."),
            code="several_found",
            params={"typed": text},
        )


def offer_candidates(form: forms.Form) -> None:
    """This will turn the text boxes whose words led to several rows into lists to choose from."""
    for name in form.errors:
        field = form.fields.get(name)
        if not isinstance(field, NamedField) or not 1 < len(field.candidates) <= MOST_CANDIDATES:
            continue
        choices = [(row.code, field.label_of(row)) for row in field.candidates]
        field.widget = ChoiceOfNames(box=field.widget, choices=[("", _("Choose one")), *choices])


def without_complaints(drawn: Iterable[forms.Form]) -> None:
    """This will keep what was typed into forms, and not yet say what is wrong with it."""
    for form in drawn:
        form.errors.clear()
