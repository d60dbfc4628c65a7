"""Files too large to be answered at once: asked for, taken by a worker, finished."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import transaction

from accounts.models import User
from shipments.models import ExportFile
from shipments.models.exports import ExportStatus

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=7)


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
    *, export: ExportFile, content: File[bytes], rows: int, sha256: str, at: datetime
) -> bool:
    """This will keep the finished file; False if another worker had taken over meanwhile."""
    name = f"{export.pk}-{export.attempts}.{export.file_format}"
    path = export.file.storage.save(export.file.field.generate_filename(export, name), content)
    kept = turn_of(export).update(
        status=ExportStatus.DONE,
        file=path,
        rows_done=rows,
        rows_total=rows,
        sha256=sha256,
        lease_until=None,
        finished_at=at,
    )
    if not kept:
        export.file.storage.delete(path)
    return bool(kept)


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
