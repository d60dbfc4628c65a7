"""What a person types on the pages of an import."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from shipments.models.imports import ImportKind

LONGEST_PASTE = 2_000_000


class UploadForm(forms.Form):
    """A file, or cells pasted from a spreadsheet program."""

    kind = forms.ChoiceField(label=_("What the rows are"), choices=[])
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("XLSX, XLS, ODS, CSV or TSV, up to 20 MB."),
    )
    cells = forms.CharField(
        label=_("Or paste cells here"),
        required=False,
        max_length=LONGEST_PASTE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("Copy them with their header row."),
    )

    def __init__(self, *args: Any, kinds: Iterable[str], **given: Any) -> None:
        super().__init__(*args, **given)
        allowed = set(kinds)
        field: Any = self.fields["kind"]
        field.choices = [choice for choice in ImportKind.choices if choice[0] in allowed]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("file") and not (cleaned.get("cells") or "").strip():
            self.add_error(
                "file", ValidationError(_("Choose a file, or paste cells."), code="required")
            )
        return cleaned

    def upload(self) -> tuple[File[Any], str]:
        """This will return the file and its name; pasted cells become a TSV file."""
        file = self.cleaned_data.get("file")
        if file:
            return file, file.name
        return ContentFile(self.cleaned_data["cells"].encode(), name="pasted.tsv"), "pasted.tsv"


def matching_in(data: Mapping[str, str], words: list[dict[str, Any]]) -> dict[str, Any]:
    """This will read the matching form: columns, constants, words, sheet, header, date order.

    ``words`` are the unknown words in the order in which the form listed them.
    """
    mapping = {
        name.removeprefix("column-"): value
        for name, value in data.items()
        if name.startswith("column-")
    }
    constants = {
        name.removeprefix("constant-"): value.strip()
        for name, value in data.items()
        if name.startswith("constant-") and value.strip()
    }
    if data.get("more-target") and data.get("more-value", "").strip():
        constants[data["more-target"]] = data["more-value"].strip()
    chosen: dict[str, dict[str, str]] = {}
    for place, word in enumerate(words):
        value = data.get(f"word-{place}", "").strip()
        if value and word["found"]:
            chosen.setdefault(word["target"], {})[word["found"]] = value
    return {
        "mapping": mapping or None,
        "as_above": [name.removeprefix("above-") for name in data if name.startswith("above-")],
        "constants": constants,
        "choices": chosen or None,
        "date_order": data.get("date_order") or None,
        "save_as": data.get("save-as", "").strip(),
    }


def reading_in(data: Mapping[str, str]) -> dict[str, Any]:
    """This will read how the file is to be read: sheet, header row, encoding, delimiter."""
    row = data.get("header_row", "").strip()
    if row and not (row.isdecimal() and len(row) < 7):
        raise ValidationError(
            {
                "header_row": ValidationError(
                    _("Enter the number of the header row, or 0 if there is none."),
                    code="not_a_number",
                )
            }
        )
    return {
        "sheet": data.get("sheet") or None,
        "header_row": int(row) if row else None,
        "encoding": data.get("encoding") or None,
        "delimiter": data.get("delimiter") or None,
    }


def fixes_in(data: Mapping[str, str]) -> dict[str, str]:
    """This will read the corrected cells: fix-C17 holds what C17 should say."""
    return {
        name.removeprefix("fix-"): value
        for name, value in data.items()
        if name.startswith("fix-") and data.get(f"was-{name.removeprefix('fix-')}") != value
    }


def decisions_in(data: Mapping[str, str]) -> dict[str, Any]:
    """This will read what was decided of changed rows: decide-17 for one, or all for every one."""
    decisions = {
        name.removeprefix("decide-"): value
        for name, value in data.items()
        if name.startswith("decide-") and value
    }
    if data.get("all"):
        decisions = {"all": data["all"]}
    return {"decisions": decisions, "reason": data.get("reason", "").strip()[:200]}
