"""Published totals: made, listed, checked by their hash, and compared with what is known now."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from regions.api.answers import json_answer, unchanged
from regions.api.described import TEXT, Described, Schema, named
from regions.api.etags import is_known_already
from regions.api.lists import ApiView, ListView
from regions.api.permissions import MayKeep
from regions.api.records import RecordView, record_schema
from regions.exports.rows import check_parameters
from shipments.api.deliveries import sender
from shipments.api.saved import QUERY, body_schema, read_query
from shipments.api.totals import site_of
from shipments.exports.snapshots import SNAPSHOTS, errata_document
from shipments.filters.totals import read_question
from shipments.models import Snapshot
from shipments.querysets.errata import errata_of
from shipments.services import publish_snapshot
from text.bodies import Body
from text.listings import Reader

INSTEAD = _("A snapshot is never changed: publish another one.")
MOMENT: Schema = {"type": "string", "format": "date-time"}
FIGURE: Schema = {"type": ["string", "integer", "null"]}
ERRATUM: Schema = {
    "type": "object",
    "properties": {
        "row": {"type": "object", "additionalProperties": True},
        "measure": TEXT,
        "was": FIGURE,
        "now": FIGURE,
        "difference": {"type": ["string", "null"]},
        "links": {"type": "object", "additionalProperties": TEXT},
    },
}
ERRATA: Schema = {
    "type": "object",
    "properties": {
        "code": TEXT,
        "as_of": MOMENT,
        "compared_at": MOMENT,
        "as_published": {
            "type": "boolean",
            "description": _("Whether a recount of the same moment still gives the same figures."),
        },
        "errata": {"type": "array", "items": named(ERRATUM, "Erratum")},
    },
}


def visible_snapshot(request: Request, text: str) -> Snapshot:
    rows = Snapshot.objects.visible_to(request.user)
    snapshot: Snapshot | None = rows.coded(text).first()
    if snapshot is None:
        raise Http404
    return snapshot


class Snapshots(ListView):
    listing = SNAPSHOTS
    permission_classes = [MayKeep]
    instead = INSTEAD

    def described(self, method: str) -> Described:  # noqa: ARG002
        public = {"type": "boolean", "description": _("Made from what everybody sees.")}
        return Described(
            summary=_("Publish totals with their question, moment and hash."),
            takes=body_schema(("title", "query"), title=TEXT, query=QUERY, public=public),
            answers={201: record_schema(SNAPSHOTS)},
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        check_parameters(request.GET, ("format",))
        by = sender(request)
        body = Body(request.data)
        title = body.text("title", required=True)
        public = body.flag("public")
        query = read_query(body)
        body.finish()
        made = publish_snapshot(title=title, query=query, public=public, by=by, at=timezone.now())
        return OneSnapshot.made(request, made.code, status=201)


class OneSnapshot(RecordView):
    listing = SNAPSHOTS
    instead = INSTEAD

    def rows(self, reader: Reader) -> Any:
        rows: Any = self.listing.rows(reader)
        return rows.coded(self.kwargs["key"])


class SnapshotContent(ApiView):
    """The very bytes whose hash was published."""

    instead = INSTEAD

    def described(self, method: str) -> Described:  # noqa: ARG002
        content = {"type": "object", "additionalProperties": True}
        return Described(
            summary=_("Fetch the file whose SHA-256 is the published one."), answers={200: content}
        )

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        check_parameters(request.GET, ())
        snapshot = visible_snapshot(request, self.kwargs["key"])
        etag = f'"{snapshot.sha256}"'
        if is_known_already(request, etag):
            return unchanged(etag)
        response = json_answer(snapshot.content.encode())
        response["ETag"] = etag
        response["Content-Disposition"] = f'attachment; filename="{snapshot.code}.json"'
        return response


class SnapshotErrata(ApiView):
    """What is known otherwise now, from the standpoint the figures were made from."""

    instead = INSTEAD

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("See which published figures are others now, and by which ledger lines."),
            answers={200: named(ERRATA, "Errata")},
        )

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        check_parameters(request.GET, ())
        snapshot = visible_snapshot(request, self.kwargs["key"])
        found = errata_of(snapshot, read_question(snapshot.query))
        return json_answer(errata_document(snapshot, found, site_of(request)))
