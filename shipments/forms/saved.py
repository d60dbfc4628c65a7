"""What a person types to keep a question about totals."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shipments.models.saved import LONGEST_NAME, LONGEST_QUERY
from shipments.models.snapshots import LONGEST_TITLE

Choices = Iterable[tuple[str, str]]
NAMELESS = _("Enter a name, for example: For donors, month by month.")


def question_field() -> forms.CharField:
    return forms.CharField(
        label=_("Question"),
        max_length=LONGEST_QUERY,
        help_text=_("The address of the data page, or what stands in it after the question mark."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Paste the address of a question.")},
    )


class PublishForm(forms.Form):
    """A question whose figures are published as they are known."""

    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Enter a title, for example: Aid sent in November.")},
    )
    query = question_field()
    public = forms.BooleanField(
        label=_("For everybody, of one public operation"),
        required=False,
        help_text=_("Made from what the public sees, as of before the embargo."),
    )


class NameForm(forms.Form):
    """Another name for a saved query."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, error_messages={"required": NAMELESS}
    )


class VersionForm(forms.Form):
    """Another question for a saved query."""

    query = question_field()


class SaveForm(forms.Form):
    """A question with a name of its own, or as a new version of one that there is."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, required=False)
    saved = forms.ChoiceField(label=_("Instead, a new version of"), required=False)
    query = question_field()
    operation = forms.ChoiceField(
        label=_("Share with whoever sees"),
        required=False,
        help_text=_("The question has to be about this operation alone. Others see your name."),
    )

    def __init__(self, *args: Any, mine: Choices, operations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved: Any = self.fields["saved"]
        operation: Any = self.fields["operation"]
        saved.choices = [("", _("none: keep it under its name")), *mine]
        operation.choices = [("", _("nobody: it stays yours")), *operations]
        if len(saved.choices) == 1:
            del self.fields["saved"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("name") and not said.get("saved") and "name" not in self.errors:
            self.add_error("name", NAMELESS)
        return said
