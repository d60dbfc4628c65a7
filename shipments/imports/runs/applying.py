"""The steps that import checked rows, and that take them back, a chunk at a time."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shipments.imports.kinds import LOADERS
from shipments.imports.kinds.loader import Fate, Loader
from shipments.imports.runs.checking import counts_of, held, reader_for, said_in, save_fates
from shipments.imports.runs.verbs import ask_undo, reject_waiting
from shipments.imports.targets import ImportKind
from shipments.models import ImportRow, ImportRun
from shipments.models.imports import TAKEN_BACK, ImportMode, ImportStatus, ImportStep, RowState
from shipments.querysets import ImportRowQuerySet

CHUNK = 1000


class RowsChangedError(Exception):
    """Rows that were ready at the check are refused now, and all or nothing was asked for."""

    def __init__(self, fates: list[Fate]) -> None:
        super().__init__()
        self.fates = fates


def apply_chunk(run: ImportRun, at: datetime) -> bool:
    """This will import the next rows, their outcome and their facts in one transaction."""
    try:
        with transaction.atomic():
            return import_rows(run, at)
    except RowsChangedError as changed:
        with transaction.atomic():
            save_fates(run, changed.fates)
            now = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
            ask_undo(now)
            now.save()
        return True


def import_rows(run: ImportRun, at: datetime) -> bool:
    now = held(run, ImportStep.APPLY)
    if now is None:
        return False
    rows = next_rows(run)
    if not rows.exists():
        finish(now, at)
        return False
    reader = reader_for(run, at)
    loader = LOADERS[ImportKind(run.kind)](run.sender, at)
    loader.require_right()
    fates = loader.apply(reader.read_all(said_in(rows)))
    refused = [f for f in fates if f.state in (RowState.ERROR, RowState.CHANGED)]
    if refused and run.mode == ImportMode.ALL_OR_NOTHING:
        raise RowsChangedError(refused)
    for fate in refused:
        if fate.state == RowState.ERROR:
            fate.state = RowState.REJECTED
    save_fates(run, fates)
    mark_done(now, len(fates))
    return True


def mark_done(now: ImportRun, rows: int, *also: str) -> None:
    """This will say how far the run is; whoever dies from here on dies at another place."""
    now.rows_done += rows
    now.attempts = 0
    now.save(update_fields=["rows_done", "attempts", *also])


def next_rows(run: ImportRun) -> ImportRowQuerySet:
    """This will pick the next rows; those of one shipment or one event go together."""
    keys: list[Any] = []
    # Each in the order of an index, so that the many rows after the chunk need not be sorted.
    for turn in (run.rows.replacing(), run.rows.sound()):
        keys = keys or list(turn.order_by("number").values_list("key", flat=True)[:CHUNK])
    rows: ImportRowQuerySet = run.rows.waiting().filter(key__in=keys)
    return rows


def finish(run: ImportRun, at: datetime) -> None:
    """This will end an import: every row has an outcome, and what was created is counted."""
    reject_waiting(run)
    applied = run.rows.filter(state=RowState.APPLIED)
    loader = LOADERS[ImportKind(run.kind)](run.sender, at)
    run.created = loader.count_created(applied) | {"replaced": applied.exclude(decision="").count()}
    run.counts = run.counts | counts_of(run)
    run.status, run.step, run.finished_at = ImportStatus.DONE, "", at
    run.save()


def undo_chunk(run: ImportRun, at: datetime) -> bool:
    """This will take back the newest rows, and end the run when none is left to take back."""
    with transaction.atomic():
        now = held(run, ImportStep.UNDO)
        if now is None:
            return False
        loader = LOADERS[ImportKind(run.kind)](run.sender, at)
        rows = next_to_undo(run, loader)
        if rows is None:
            end_undo(now)
            return False
        loader.require_right()
        fates = loader.undo([fate_of(row) for row in rows])
        save_fates(run, fates)
        now.counts[TAKEN_BACK] = taken_back(now) + sum(f.state == RowState.REJECTED for f in fates)
        mark_done(now, len(fates), "counts")
    return True


def taken_back(run: ImportRun) -> int:
    """This will say how many rows were imported and taken back since the file was checked."""
    count: int = run.counts.get(TAKEN_BACK, 0)
    return count


def next_to_undo(run: ImportRun, loader: Loader) -> ImportRowQuerySet | None:
    """This will pick the newest rows that stand: what replaced something was first, and is last."""
    applied: ImportRowQuerySet = run.rows.filter(state=RowState.APPLIED).order_by("-number")
    new, replacing = applied.filter(decision=""), applied.exclude(decision="")
    keys = list(new.values_list("key", flat=True)[: loader.undone_at_once])
    keys = keys or list(replacing.values_list("key", flat=True)[: Loader.undone_at_once])
    return applied.filter(key__in=keys) if keys else None


def fate_of(row: ImportRow) -> Fate:
    return Fate(
        row.number,
        row.state,
        key=row.key,
        event_id=row.event_id,
        shipment_id=row.shipment_id,
        record=row.record,
        differences=row.differences,
    )


def what_stays(count: int) -> str:
    return ngettext(
        "%(rows)s row stays. Beside it stands why.",
        "%(rows)s rows stay. Beside each stands why.",
        count,
    ) % {"rows": count}


def end_undo(run: ImportRun) -> None:
    """This will say how taking back ended: undone, cancelled, or failed with what changed."""
    stays = run.rows.filter(state=RowState.KEPT).count()
    was_done = run.finished_at is not None
    run.step = ""
    run.detail = what_stays(stays) if stays else ""
    if was_done:
        run.status = ImportStatus.UNDONE
    elif run.cancel_asked:
        reject_waiting(run)
        run.status = ImportStatus.CANCELLED
    else:
        run.status = ImportStatus.FAILED
        run.detail = str(
            _("Rows changed since the check, so nothing was imported. Check the file again.")
        )
    run.counts = run.counts | counts_of(run, taken_back(run))
    run.save()
