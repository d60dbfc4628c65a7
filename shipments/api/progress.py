"""How far a prepared file is."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from regions.api.answers import json_answer
from shipments.models import ExportFile
from shipments.models.exports import ExportStatus
from shipments.services.exports import RIGHTS_CHANGED, still_sees

SECONDS_BETWEEN_LOOKS = "2"


def export_state(request: Request, export: ExportFile) -> dict[str, Any]:
    """This will say how far a file is, and where it will be."""
    this = request.build_absolute_uri(reverse("api:export", args=[export.pk]))
    done = export.status == ExportStatus.DONE
    seen = done and still_sees(request.user, export.made_with)
    return {
        "id": export.pk,
        "resource": export.resource,
        "query": export.query,
        "format": export.file_format,
        "status": export.status,
        "rows_done": export.rows_done,
        "rows_total": export.rows_total,
        "sha256": export.sha256,
        "detail": str(RIGHTS_CHANGED) if done and not seen else export.detail,
        "created_at": export.created_at,
        "finished_at": export.finished_at,
        "links": {"self": this, "file": f"{this}/file" if seen else None},
    }


def export_answer(request: Request, export: ExportFile, status: int = 200) -> HttpResponse:
    """This will answer with the state of a file; 202 while somebody has to wait for it."""
    state = export_state(request, export)
    response = json_answer(state, status=status)
    response["Location"] = state["links"]["self"]
    if export.status in (ExportStatus.QUEUED, ExportStatus.WORKING):
        response["Retry-After"] = SECONDS_BETWEEN_LOOKS
    return response
