"""What a worker does next with an import; killed at any moment, another goes on where it was."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext, ngettext, override

from shipments.imports.runs.applying import apply_chunk, undo_chunk
from shipments.imports.runs.checking import LEASE, check_rows
from shipments.imports.runs.reading import LEASE_TO_READ, read_file
from shipments.models import ImportRun
from shipments.models.imports import ImportStatus, ImportStep, RowState

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
# Each does a part and says whether the step has more of it to do.
STEPS: dict[str, Callable[[ImportRun, datetime], bool]] = {
    ImportStep.READ: read_file,
    ImportStep.CHECK: check_rows,
    ImportStep.APPLY: apply_chunk,
    ImportStep.UNDO: undo_chunk,
}


def take_step(*, run_id: int, now: Callable[[], datetime]) -> None:
    """This will go on with an import until it waits for a person, or another worker holds it.

    Each part is one transaction with its own effect and its mark of it, so a worker may die
    between any two; after three deaths at the same step the import fails with a sentence.
    """
    run = claim(run_id, now())
    while run is not None and run.step:
        with override(run.sender.language):
            go_on(run, now())
        run = renewed(run, now())


def claim(run_id: int, at: datetime) -> ImportRun | None:
    with transaction.atomic():
        run: ImportRun | None = (
            ImportRun.objects.due(at=at)
            .filter(pk=run_id)
            .select_related("sender")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)
            .first()
        )
        if run is None:
            return None
        run.attempts += 1
        run.lease_until = at + lease_for(run.step)
        run.save(update_fields=["attempts", "lease_until"])
    if run.attempts > MOST_ATTEMPTS:
        with override(run.sender.language):
            fail(run, gettext("The import stopped three times at the same place. Try it again."))
        return None
    return run


def go_on(run: ImportRun, at: datetime) -> None:
    """This will do one part of the step, or end the run with the sentence that refuses it."""
    try:
        STEPS[run.step](run, at)
    except ValidationError as error:
        fail(run, " ".join(error.messages))
    except PermissionDenied as error:
        fail(run, str(error) or gettext("You may no longer import this."))
    except Exception:
        logger.exception("import step failed", extra={"run": run.pk, "step": run.step})
        if run.attempts >= MOST_ATTEMPTS:
            fail(run, gettext("The import stopped because of a fault of ours. Try it again."))
        else:
            ImportRun.objects.filter(pk=run.pk).update(lease_until=at)
            raise


def renewed(run: ImportRun, at: datetime) -> ImportRun | None:
    """This will hold the run for its next part, unless another worker took it over."""
    mine = ImportRun.objects.filter(pk=run.pk, lease_until=run.lease_until).exclude(step="")
    with transaction.atomic():
        again: ImportRun | None = (
            mine.select_related("sender").select_for_update(of=("self",), no_key=True).first()
        )
        if again is not None:
            # A part was done, so deaths are counted anew: only those at the same place end it.
            again.lease_until, again.attempts = at + lease_for(again.step), 1
            again.save(update_fields=["lease_until", "attempts"])
            return again
    ImportRun.objects.filter(pk=run.pk, step="").update(lease_until=None, attempts=0)
    return None


def lease_for(step: str) -> timedelta:
    """This will say how long a worker may be silent; a file is read in one go."""
    return LEASE_TO_READ if step == ImportStep.READ else LEASE


def fail(run: ImportRun, detail: str) -> None:
    """This will end a run with a sentence, and say what it recorded before that can be undone."""
    applied = run.rows.filter(state=RowState.APPLIED).count()
    if applied and run.step == ImportStep.APPLY:
        said = ngettext(
            "%(rows)s row was imported before; undo takes it back.",
            "%(rows)s rows were imported before; undo takes them back.",
            applied,
        )
        detail = f"{detail} {said % {'rows': applied}}"
    ImportRun.objects.filter(pk=run.pk).update(
        status=ImportStatus.FAILED, step="", detail=detail, lease_until=None, attempts=0
    )
