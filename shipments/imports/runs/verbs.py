"""What a person asks of an import; each leaves a step for a worker and does not wait for it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from shipments.imports.kinds import LOADERS
from shipments.imports.reading.references import column_index, column_letters
from shipments.imports.runs.remembering import remember_choices, save_mapping, saved_options
from shipments.imports.runs.reviewing import decide_rows, fix_rows
from shipments.imports.targets import ImportKind, target_names
from shipments.models import ImportRow, ImportRun
from shipments.models.imports import Decision, ImportMode, ImportStatus, ImportStep, RowState
from shipments.services.refusals import refusal
from text.folding import fold

LARGEST_FILE = 20 * 1024 * 1024
UNDO_FOR = timedelta(days=30)
OPEN = (ImportStatus.NEEDS_MAPPING, ImportStatus.CHECKED, ImportStatus.FAILED)
CHANGEABLE = ("sheet", "header_row", "mapping", "constants", "choices", "date_order", "encoding",
              "delimiter", "as_above", "reason")  # fmt: skip
READ_AGAIN = {"sheet", "header_row", "encoding", "delimiter"}


def start_import(
    *, file: File[Any], name: str, kind: str, by: User, at: datetime, **options: Any
) -> ImportRun:
    """This will keep an uploaded file and ask a worker to read it.

    Options are those of ``change_import``. Refuses ``unknown_kind``, ``too_large``,
    ``empty_file``; raises PermissionDenied for one who may not import the kind.
    """
    if kind not in ImportKind.values:
        sentence = _("%(kind)s is not a kind of import. Use one of: %(allowed)s.")
        raise refusal(
            "kind", "unknown_kind", sentence, kind=kind, allowed=", ".join(ImportKind.values)
        )
    LOADERS[ImportKind(kind)](by, at).require_right()
    if not file.size:
        raise refusal("file", "empty_file", _("The file is empty. Choose one with rows."))
    if file.size > LARGEST_FILE:
        raise refusal("file", "too_large", _("The file has more than 20 MB. Split it."))
    run = ImportRun(
        kind=kind, sender=by, file_name=name[:200] or "pasted.tsv", size=file.size,
        sha256=digest_of(file),
    )  # fmt: skip
    accept(run, options)
    run.file.save(f"{run.sha256[:16]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}", file, False)
    run.save()
    return run


def start_corrected(*, run: ImportRun, file: File[Any], by: User, at: datetime) -> ImportRun:
    """This will take the workbook of rows to fix back as an import of its own.

    Its columns are matched as those of the run it came from; what it says of problems is left
    out. Refuses what ``start_import`` refuses.
    """
    columns = len(run.columns)
    ours = {column_letters(columns): "", column_letters(columns + 1): ""}
    return start_import(
        file=file,
        name=file.name or "",
        kind=run.kind,
        by=by,
        at=at,
        mapping=run.mapping | ours,
        constants=run.constants,
        choices=run.choices,
        date_order=run.date_order,
    )


def digest_of(file: File[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def seen_before(run: ImportRun) -> ImportRun | None:
    """This will find the earlier run of the same file, if its sender has one that was imported."""
    earlier: ImportRun | None = (
        ImportRun.objects.filter(
            sha256=run.sha256, kind=run.kind, sender=run.sender, status=ImportStatus.DONE
        )
        .exclude(pk=run.pk)
        .first()
    )
    return earlier


def change_import(*, run: ImportRun, by: User, remember: bool = True, **options: Any) -> ImportRun:
    """This will change how a file is read or matched and ask for a new check.

    Options: sheet, header_row, encoding, delimiter, mapping {column letter: target or ""},
    constants {target: value}, choices {target: {found: code}}, date_order, as_above [column
    letter], and of a checked file fixes {cell: text}, decisions {row number or "all": "keep",
    "replace" or ""} with the reason. ``saved`` names a matching to take over first, ``save_as``
    keeps this one under a name. A failed import is tried again. Refuses ``wrong_status``,
    ``unknown_target``, ``unknown_column``, ``unknown_cell``, ``unknown_row``,
    ``unknown_decision``, ``unknown_mapping``.
    """
    fixes, decisions = options.pop("fixes", None), options.pop("decisions", None)
    saved, save_as = options.pop("saved", ""), options.pop("save_as", "")
    with transaction.atomic():
        run = locked(run, OPEN, by)
        read_again = READ_AGAIN & {name for name, value in options.items() if value is not None}
        if read_again:
            # The letters of another sheet or header are other columns.
            run.mapping, run.as_above = {}, []
        if saved:
            accept(run, saved_options(run, saved, by))
        accept(run, options)
        fix_rows(run, fixes or {})
        decide_rows(run, decisions or {})
        # One that failed before its rows were read starts from the file.
        unread = run.status == ImportStatus.FAILED and not run.rows.exists()
        run.step = ImportStep.READ if read_again or unread else ImportStep.CHECK
        run.status, run.detail, run.attempts = ImportStatus.READING, "", 0
        run.save()
        if remember:
            remember_choices(run, by)
        if save_as:
            save_mapping(run, save_as, by)
    return run


def accept(run: ImportRun, options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        if name not in CHANGEABLE:
            raise TypeError(name)
        if name == "choices" and value:
            # What was chosen before holds; it is listed no more.
            value = {
                t: {**run.choices.get(t, {}), **value.get(t, {})} for t in {*run.choices, *value}
            }
        if value is not None:
            setattr(run, name, value)
    allowed = target_names(ImportKind(run.kind))
    for letter in run.as_above:
        known_column(letter, "as_above")
    for letter, target in run.mapping.items():
        known_column(letter, "mapping")
        known_target(target, allowed, "mapping", empty=True)
    for target in (*run.constants, *run.choices):
        known_target(target, allowed, "constants")
    run.choices = {
        target: {fold(found): code for found, code in words.items()}
        for target, words in run.choices.items()
    }


def known_column(letter: str, field: str) -> None:
    try:
        column_index(letter)
    except ValueError:
        sentence = _("%(column)s is not a column. Use letters as in A or AB.")
        raise refusal(field, "unknown_column", sentence, column=letter) from None


def known_target(target: str, allowed: tuple[str, ...], field: str, *, empty: bool = False) -> None:
    if target not in allowed and not (empty and target == ""):
        sentence = _("%(target)s is not something that a column can be. Use one of: %(allowed)s.")
        raise refusal(field, "unknown_target", sentence, target=target, allowed=", ".join(allowed))


def fix_cells(*, run: ImportRun, fixes: Mapping[str, str], by: User) -> ImportRun:
    """This will take corrected cells, by reference such as C17, and ask for a new check."""
    return change_import(run=run, by=by, remember=False, fixes=fixes)


def confirm_import(*, run: ImportRun, mode: str, by: User, at: datetime) -> ImportRun:
    """This will ask a worker to import the rows of a checked file.

    Refuses ``wrong_status``, ``unknown_mode``, ``nothing_to_import`` and, when all or nothing
    is asked for, ``rows_need_fixing``.
    """
    if mode not in ImportMode.values:
        sentence = _("Use one of: %(allowed)s.")
        raise refusal("mode", "unknown_mode", sentence, allowed=", ".join(ImportMode.values))
    with transaction.atomic():
        run = locked(run, (ImportStatus.CHECKED,), by)
        counts = run.rows.counted()
        wrong, undecided = counts.get(RowState.ERROR, 0), run.rows.undecided().count()
        waiting = run.rows.waiting().count()
        if mode == ImportMode.ALL_OR_NOTHING and wrong:
            raise refusal("mode", "rows_need_fixing", to_fix(wrong), rows=wrong)
        if mode == ImportMode.ALL_OR_NOTHING and undecided:
            raise refusal("mode", "rows_need_deciding", to_decide(undecided), rows=undecided)
        if not waiting:
            sentence = _("No row of the file is new. There is nothing to import.")
            raise refusal("mode", "nothing_to_import", sentence)
        run.mode, run.confirmed_at, run.rows_total, run.rows_done = mode, at, waiting, 0
        run.status, run.step, run.attempts = ImportStatus.IMPORTING, ImportStep.APPLY, 0
        run.save()
    return run


def to_fix(count: int) -> str:
    return ngettext(
        "%(rows)s row needs fixing. Fix it, or import only the good rows.",
        "%(rows)s rows need fixing. Fix them, or import only the good rows.",
        count,
    )


def to_decide(count: int) -> str:
    return ngettext(
        "%(rows)s row differs from what is there. Decide which holds.",
        "%(rows)s rows differ from what is there. Decide which holds.",
        count,
    )


def cancel_import(*, run: ImportRun, by: User) -> ImportRun:
    """This will stop an import; what was imported already is taken back by a worker."""
    with transaction.atomic():
        run = locked(run, (*OPEN, ImportStatus.READING, ImportStatus.IMPORTING), by)
        if run.status == ImportStatus.IMPORTING:
            run.cancel_asked = True
            ask_undo(run)
        else:
            run.status, run.step = ImportStatus.CANCELLED, ""
        run.save()
    return run


def undo_import(*, run: ImportRun, by: User, at: datetime) -> ImportRun:
    """This will ask a worker to take back what an import recorded, within 30 days.

    One that failed half-way can be undone, too. Refuses ``wrong_status``, ``too_late``.
    """
    with transaction.atomic():
        left_rows = run.rows.filter(state=RowState.APPLIED).exists()
        half_way = (ImportStatus.FAILED,) if left_rows else ()
        run = locked(run, (ImportStatus.DONE, *half_way), by)
        if not may_undo(run, at):
            sentence = _("An import can be undone for 30 days. Reverse its deliveries one by one.")
            raise refusal("run", "too_late", sentence)
        run.status = ImportStatus.IMPORTING
        ask_undo(run)
        run.finished_at = run.finished_at or at
        run.save()
    return run


def ask_undo(run: ImportRun) -> None:
    """This will leave it to a worker to take back the rows that were imported, counting them."""
    run.step, run.attempts, run.rows_done = ImportStep.UNDO, 0, 0
    run.rows_total = run.rows.filter(state=RowState.APPLIED).count()


def may_undo(run: ImportRun, at: datetime) -> bool:
    """This will say whether the 30 days in which an import can be undone still run."""
    return run.finished_at is None or at - run.finished_at <= UNDO_FOR


def locked(run: ImportRun, statuses: "tuple[str, ...]", by: User) -> ImportRun:
    """This will lock a run, if it stands where the verb can be asked for, and of the person.

    Raises PermissionDenied for one who may see the run and not import its kind, such as an
    auditor or a program with a token to read.
    """
    LOADERS[ImportKind(run.kind)](by, run.created_at).require_right()
    held: ImportRun = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if held.status not in statuses:
        sentence = _("The import is at “%(status)s”, where this cannot be done.")
        raise refusal("run", "wrong_status", sentence, status=held.get_status_display())
    return held


def reject_waiting(run: ImportRun) -> None:
    left = Q(state__in=(RowState.READY, RowState.WARNING, RowState.ERROR))
    kept = Q(state=RowState.CHANGED, decision=Decision.KEEP)
    ImportRow.objects.filter(left | kept, run=run).update(state=RowState.REJECTED)
