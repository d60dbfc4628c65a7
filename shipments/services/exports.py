"""Files too large to be answered at once: asked for, taken by a worker, finished."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from regions.rights import rights_of
from shipments.models import ExportFile, Operation
from shipments.models.exports import ExportStatus
from shipments.services.refusals import refusal

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=7)
RIGHTS_CHANGED = _("What you may see has changed since this file was made. Ask for it again.")


def request_export(
    *, by: User | None, resource: str, query: str, file_format: str, rows: int
) -> ExportFile:
    """This will note that somebody wants a file; asking again while it is made changes nothing.

    ``by`` is None for readers without an account; ``rows`` is how many the file will have.
    """
    wanted = {
        "owner": by,
        "resource": resource,
        "query": query,
        "file_format": file_format,
    }
    unfinished = ExportFile.objects.filter(
        **wanted, status__in=(ExportStatus.QUEUED, ExportStatus.WORKING)
    )
    found: ExportFile | None = unfinished.order_by("created_at").first()
    return found or ExportFile.objects.create(**wanted, rows_total=rows)


def take_export(*, export: UUID, at: datetime) -> ExportFile | None:
    """This will give the file to the calling worker for a while, None if it is not due.

    ``attempts`` names this turn: a worker that was thought dead cannot finish another's turn.
    """
    with transaction.atomic():
        rows = ExportFile.objects.due(at=at).filter(pk=export)
        row: ExportFile | None = rows.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.attempts = row.attempts + 1
        row.status = ExportStatus.WORKING
        row.rows_done = 0
        row.lease_until = at + LEASE
        row.save(update_fields=["attempts", "status", "rows_done", "lease_until"])
    return row


def note_progress(*, export: ExportFile, done: int, at: datetime) -> None:
    """This will say how many rows are written, and keep the file for another while."""
    turn_of(export).update(rows_done=done, lease_until=at + LEASE)


def finish_export(
    *,
    export: ExportFile,
    content: File[bytes],
    rows: int,
    sha256: str,
    made_with: dict[str, Any],
    at: datetime,
) -> bool:
    """This will keep the finished file; False if another worker had taken over meanwhile.

    ``made_with`` is what ``sight_of`` said of the reader when the rows were read.
    """
    name = f"{export.pk}-{export.attempts}.{export.file_format}"
    path = export.file.storage.save(export.file.field.generate_filename(export, name), content)
    kept = turn_of(export).update(
        status=ExportStatus.DONE,
        file=path,
        rows_done=rows,
        rows_total=rows,
        sha256=sha256,
        made_with=made_with,
        lease_until=None,
        finished_at=at,
    )
    if not kept:
        export.file.storage.delete(path)
    return bool(kept)


def sight_of(user: User | AnonymousUser) -> dict[str, Any]:
    """This will write down what a person may see now, to be kept beside a file made of it.

    ``{"known", "paths", "operations"}``: whether a role is held, the region paths read, and the
    operations seen, each row number with its embargo in hours.
    """
    rights = rights_of(user)
    operations = Operation.objects.visible_to(user).values_list("pk", "embargo_hours")
    return {
        "known": rights.is_known,
        "paths": list(rights.reading_paths),
        "operations": {str(pk): hours for pk, hours in operations},
    }


def still_sees(user: User | AnonymousUser, made_with: dict[str, Any] | None) -> bool:
    """This will say whether a person may see everything that a file was made with.

    A file of the public's needs its operations to be public still, with no longer embargo;
    whatever role its reader holds by now.
    """
    if made_with is None:
        return False
    now = sight_of(user if made_with["known"] else AnonymousUser())
    if not made_with["operations"].keys() <= now["operations"].keys():
        return False
    if made_with["known"]:
        return now["known"] and all(
            any(path.startswith(held) for held in now["paths"]) for path in made_with["paths"]
        )
    return all(now["operations"][pk] <= hours for pk, hours in made_with["operations"].items())


def require_sight(*, export: ExportFile, by: User | AnonymousUser) -> None:
    """This will refuse ``rights_changed`` to who may no longer see all that is in the file."""
    if not still_sees(by, export.made_with):
        raise refusal(NON_FIELD_ERRORS, "rights_changed", RIGHTS_CHANGED)


def fail_export(*, export: ExportFile, detail: str, at: datetime, final: bool = False) -> None:
    """This will say why a file could not be made; a fault of ours is tried again twice."""
    over = final or export.attempts >= MOST_ATTEMPTS
    turn_of(export).update(
        status=ExportStatus.FAILED if over else ExportStatus.QUEUED,
        detail=detail if over else "",
        lease_until=None,
        finished_at=at if over else None,
    )


def turn_of(export: ExportFile) -> Any:
    """This will find the row as long as it is this worker's turn."""
    return ExportFile.objects.filter(
        pk=export.pk, attempts=export.attempts, status=ExportStatus.WORKING
    )


def forget_exports(*, at: datetime) -> int:
    """This will delete prepared files after a week; the lists can be asked for again."""
    old = list(ExportFile.objects.filter(created_at__lt=at - KEPT))
    for export in old:
        if export.file:
            export.file.delete(save=False)
        export.delete()
    return len(old)


def give_up_lost_exports(*, at: datetime, detail: str) -> int:
    """This will end the files on which workers died again and again."""
    lost = ExportFile.objects.due(at=at).filter(attempts__gte=MOST_ATTEMPTS)
    return int(
        lost.order_by().update(
            status=ExportStatus.FAILED, detail=detail, lease_until=None, finished_at=at
        )
    )
