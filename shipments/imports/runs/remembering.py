"""What a sender chose once, to be proposed again: titles and words, and matchings with a name."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from shipments.models import ImportRun, NamedMapping, RememberedChoice
from shipments.services.refusals import refusal
from text.folding import fold

LONGEST_NAME = 80


def remember_choices(run: ImportRun, by: User) -> None:
    """This will keep what was chosen for titles and words, to propose it the next time."""
    titles = {c["column"]: c["header"] for c in run.columns}
    chosen = [("column", titles.get(letter, ""), t) for letter, t in run.mapping.items()]
    chosen += [
        (target, found, code) for target, words in run.choices.items()
        for found, code in words.items()
    ]  # fmt: skip
    once = {(target, fold(found)[:200]): code for target, found, code in chosen if fold(found)}
    RememberedChoice.objects.bulk_create(
        (
            RememberedChoice(sender=by, kind=run.kind, target=target, found=found, chosen=code)
            for (target, found), code in once.items()
        ),
        update_conflicts=True,
        unique_fields=["sender", "kind", "target", "found"],
        update_fields=["chosen"],
    )


def saved_mappings(kind: str, by: User) -> list[str]:
    """This will name the matchings that a person saved for sheets of a kind."""
    saved = NamedMapping.objects.filter(sender=by, kind=kind)
    return list(saved.values_list("name", flat=True))


def save_mapping(run: ImportRun, name: str, by: User) -> None:
    """This will keep how a run is matched under a name; the same name again replaces it.

    Columns are kept by their titles, so that they may stand elsewhere the next time.
    """
    if len(name) > LONGEST_NAME:
        sentence = _("A name has at most %(most)s characters.")
        raise refusal("save_as", "too_long", sentence, most=LONGEST_NAME)
    columns = {
        fold(column["header"]): run.mapping.get(column["column"], "")
        for column in run.columns
        if fold(column["header"])
    }
    NamedMapping.objects.update_or_create(
        sender=by,
        kind=run.kind,
        name=name,
        defaults={
            "columns": columns,
            "constants": run.constants,
            "date_order": run.date_order,
        },
    )


def saved_options(run: ImportRun, name: str, by: User) -> dict[str, Any]:
    """This will give the options of ``change_import`` that a saved matching stands for.

    Columns that it does not know stay as they are. Refuses ``unknown_mapping``.
    """
    saved = NamedMapping.objects.filter(sender=by, kind=run.kind, name=name).first()
    if saved is None:
        sentence = _("You saved no matching “%(name)s” for this kind of sheet. Saved are: %(all)s.")
        known = ", ".join(saved_mappings(run.kind, by)) or "–"
        raise refusal("saved", "unknown_mapping", sentence, name=name, all=known)
    mapping = {
        column["column"]: saved.columns.get(
            fold(column["header"]), run.mapping.get(column["column"], "")
        )
        for column in run.columns
    }
    return {
        "mapping": mapping,
        "constants": saved.constants,
        "date_order": saved.date_order or None,
    }
