"""What the worker does: each task takes ids and makes one call; rows say what is due."""

import logging
from typing import Any
from uuid import UUID

from celery import shared_task
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from shipments import services
from shipments.exports.making import make_file
from shipments.imports.runs import take_step
from shipments.models import ExportFile, ImportRun
from shipments.services.exports import (
    fail_export,
    forget_exports,
    give_up_lost_exports,
    take_export,
)

log = logging.getLogger("aidtracker.tasks")


@shared_task
def sweep() -> None:
    """This will wake a worker for everything that is due; most of it was woken for already."""
    now = timezone.now()
    give_up_lost_exports(at=now, detail=_("The file could not be made. Ask for fewer rows."))
    for pk in ExportFile.objects.due(at=now).values_list("pk", flat=True)[:20]:
        wake_export(pk)
    for run in ImportRun.objects.due(at=now).values_list("pk", flat=True)[:20]:
        wake_import(run)
    services.fold_totals()


@shared_task
def make_export_file(export: str) -> None:
    """This will make one prepared file, if it is still due."""
    row = take_export(export=UUID(export), at=timezone.now())
    if row is None:
        return
    try:
        make_file(row)
    except ValidationError as refusal:
        detail = " ".join(refusal.messages)
        fail_export(export=row, detail=detail, at=timezone.now(), final=True)
    except Exception:
        # Whatever went wrong, the row must not stay with a worker that has given it up.
        log.exception("export", extra={"export": export})
        detail = _("The file could not be made. Ask for fewer rows.")
        fail_export(export=row, detail=detail, at=timezone.now())


@shared_task
def go_on_with_import(run: int) -> None:
    """This will go on with an import until it waits for a person, if no other worker has it."""
    take_step(run_id=run, now=timezone.now)


def wake_import(run: int) -> None:
    wake(go_on_with_import, run)


def wake_export(export: UUID) -> None:
    wake(make_export_file, str(export))


def wake(task: Any, row: int | str) -> None:
    """This will tell a worker of a row that is committed; if that fails, the sweep does so later.

    Whatever ails the broker must not fail a request whose work is done.
    """
    try:
        task.delay(row)
    except Exception:
        log.warning("worker not woken", exc_info=True, extra={"task": task.name, "row": row})


@shared_task
def detect_overdue() -> None:
    services.detect_overdue(at=timezone.now())


@shared_task
def tidy_exports() -> None:
    forget_exports(at=timezone.now())
