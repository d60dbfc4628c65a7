"""Prepared files: how far they are, and the files themselves."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from regions.api.described import Described, row_schema
from regions.api.lists import ApiView, ListView
from regions.exports.rows import check_parameters
from shipments.api.progress import export_answer
from shipments.models import ExportFile
from shipments.models.exports import ExportStatus
from shipments.services.exports import require_sight
from text.listings import Column, Kind, Listing

EXPORTS = Listing(
    name="exports",
    columns=(
        Column("id", kind=Kind.KEY),
        Column("resource"),
        Column("query"),
        Column("format", "file_format"),
        Column("status", choices=ExportStatus),
        Column("rows_done", kind=Kind.INTEGER),
        Column("rows_total", kind=Kind.INTEGER),
        Column("sha256"),
        Column("detail"),
        Column("created_at", kind=Kind.MOMENT),
        Column("finished_at", kind=Kind.MOMENT),
    ),
    rows=lambda reader: ExportFile.objects.visible_to(reader.user),
    order=("-created_at", "id"),
    key="id",
)


class Exports(ListView):
    listing = EXPORTS
    permission_classes = [IsAuthenticated]
    instead = _("Ask for a list with an extension, for example /api/v1/deliveries.csv.")


def find_export(request: Request, key: Any) -> ExportFile:
    export: ExportFile | None = ExportFile.objects.visible_to(request.user).filter(pk=key).first()
    if export is None:
        raise Http404
    return export


STATE = {
    "type": "object",
    "properties": row_schema(EXPORTS.columns)["properties"]
    | {
        "links": {
            "type": "object",
            "properties": {
                "self": {"type": "string", "format": "uri"},
                "file": {"type": ["string", "null"], "format": "uri"},
            },
        }
    },
}


class Export(ApiView):
    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(summary=_("See how far a file is."), answers={200: STATE})

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        check_parameters(request.GET, ("format",))
        return export_answer(request, find_export(request, self.kwargs["key"]))


class ExportContent(ApiView):
    def described(self, method: str) -> Described:  # noqa: ARG002
        content = {"type": "string", "contentMediaType": "application/octet-stream"}
        answer = content | {"x-media": ["application/octet-stream"]}
        summary = _("Fetch a file that is ready.")
        return Described(summary=summary, answers={200: answer}, refuses=(410,))

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        check_parameters(request.GET, ())
        export = find_export(request, self.kwargs["key"])
        if export.status != ExportStatus.DONE:
            raise Http404
        require_sight(export=export, by=request.user)
        return FileResponse(
            export.file.open("rb"),
            as_attachment=True,
            filename=f"{export.resource}.{export.file_format}",
        )
