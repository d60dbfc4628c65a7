"""Shipments: listed, planned, edited until they leave, and moved step by step."""

from typing import Any, ClassVar

import orjson
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from accounts.models import User
from regions.api.answers import json_answer
from regions.api.described import Described, Schema
from regions.api.etags import require_match, tag_of
from regions.api.lists import ApiView, ListView
from regions.api.permissions import MayRecord
from regions.api.records import RecordView, record_bytes, record_schema
from regions.exports.compiled import fetched
from regions.exports.rows import check_parameters, json_rows, reader_of, values_of
from shipments.api import schemas
from shipments.api.bodies import (
    draft_in,
    drafted,
    movement_in,
    optional_key_in,
    weighing_in,
)
from shipments.api.deliveries import recorded_answer, sender, sent_key
from shipments.exports import DETAIL, LISTINGS
from shipments.models import Shipment, ShipmentLine
from shipments.models.ledger import EventKind, Source
from shipments.models.reports import DocumentDraft, LineDraft
from shipments.services import (
    Created,
    create_shipment,
    create_shipment_once,
    edit_shipment,
    move_shipment,
    version_of,
    weigh_shipment,
)
from text.bodies import Body
from text.listings import Listing, Reader

SHIPMENTS = LISTINGS["shipments"]
# Stands for the reference in a question that is compiled once.
ANY_REFERENCE = "\x1f"
COPIED = (
    "description",
    "packages",
    "package_kind",
    "weight_kg",
    "weight_basis",
    "batch",
    "expires_on",
    "unit_value",
    "currency",
    "equipment",
)


def shipment_answer(request: Request, shipment: Shipment, status: int) -> HttpResponse:
    """This will answer with the shipment as its sender sees it now."""
    reader = reader_of(request.user)
    content = record_bytes(SHIPMENTS, SHIPMENTS.rows(reader).filter(pk=shipment.pk), reader, DETAIL)
    response = json_answer(content, status=status)
    response["ETag"] = tag_of(content)
    return response


class Shipments(ListView):
    listing = SHIPMENTS
    permission_classes = [MayRecord]

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("Plan a shipment, its lines included."),
            takes=schemas.NEW_SHIPMENT,
            answers=dict.fromkeys((201, 200), record_schema(SHIPMENTS, DETAIL)),
            parameters=schemas.SHIPMENT_KEY_HEADER,
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        body = Body(request.data)
        check_parameters(request.GET, ("format",))
        key = optional_key_in(body, sent_key(request))
        draft, by = drafted(draft_in(body)), sender(request)
        if key is None:
            made = Created(create_shipment(draft=draft, by=by))
        else:
            made = create_shipment_once(key=key, draft=draft, by=by)
        response = shipment_answer(request, made.shipment, 200 if made.replayed else 201)
        response["Location"] = f"/api/v1/shipments/{made.shipment.reference}"
        if made.replayed:
            response["Idempotent-Replayed"] = "true"
        return response


class OneShipment(RecordView):
    listing: ClassVar[Listing] = SHIPMENTS
    columns = DETAIL
    public_too = True
    permission_classes = [MayRecord]
    instead = _(
        "A shipment that will not leave is cancelled: POST /api/v1/shipments/{reference}/cancel."
    )

    def takes(self) -> Schema:
        return schemas.SHIPMENT

    def content(self, reader: Reader) -> bytes:
        if any(letter in self.kwargs["key"] for letter in "\x00\x1f"):
            raise Http404
        columns = tuple(c for c in DETAIL if reader.known or c.published is not False)

        def values() -> Any:
            rows = SHIPMENTS.rows(reader).filter(reference=ANY_REFERENCE).order_by()
            return values_of(columns, rows, reader)

        given = {ANY_REFERENCE: self.kwargs["key"]}
        found = list(json_rows(columns, fetched("shipment", reader, values, given)))
        if not found:
            raise Http404
        return orjson.dumps(found[0], option=orjson.OPT_UTC_Z)

    def put(self, request: Request, **kwargs: Any) -> HttpResponse:
        return self.edit(request, whole=True)

    def patch(self, request: Request, **kwargs: Any) -> HttpResponse:
        return self.edit(request, whole=False)

    def edit(self, request: Request, *, whole: bool) -> HttpResponse:
        reader = reader_of(request.user)
        shipment = self.rows(reader).select_related("operation").first()
        if shipment is None:
            raise Http404
        body = Body(request.data)
        check_parameters(request.GET, ("format",))
        # The version is read before the state that is compared: a change in between is noticed.
        version = version_of(shipment)
        content, etag = self.current(reader)
        require_match(request, etag, orjson.Fragment(content))
        members = draft_in(body, reference=shipment.reference, whole=whole)
        members = {
            **({} if whole else members_of(shipment, by=sender(request))),
            **members,
            "reference": "",
        }
        edited = edit_shipment(
            reference=shipment.reference,
            draft=drafted(members),
            by=sender(request),
            version=version,
        )
        return shipment_answer(request, edited, 200)


def members_of(shipment: Shipment, *, by: User) -> dict[str, Any]:
    """This will write a shipment as its draft, for what an edit leaves out."""
    lines = ShipmentLine.objects.filter(shipment=shipment).with_names().naming_earlier(by)
    return {
        "operation": shipment.operation.code,
        "donor": shipment.donor.code,
        "origin": shipment.origin.code,
        "destination": shipment.destination.code,
        **{
            name: getattr(shipment, name)
            for name in (
                "mode",
                "consignor",
                "consignee",
                "vehicles",
                "planned_at",
                "expected_at",
                "remark",
            )
        },
        "lines": tuple(line_draft(line) for line in lines.order_by("position")),
        "documents": tuple(
            DocumentDraft(kind=paper.kind, number=paper.number)
            for paper in shipment.documents.all()
        ),
    }


def line_draft(line: Any) -> LineDraft:
    return LineDraft(
        line=line.position,
        item=line.item.code,
        donor=line.donor.code,
        quantity=line.quantity,
        unit=line.unit,
        from_line=line.carried_on or "",
        **{name: getattr(line, name) for name in COPIED},
    )


class ShipmentVerb(ApiView):
    """A step of a shipment that the sender may see."""

    permission_classes = [MayRecord]
    kind: ClassVar[str] = ""
    instead = _("POST does it.")

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("Record that a shipment was %(kind)s.") % {"kind": self.kind},
            takes=schemas.WEIGHING if self.kind == EventKind.WEIGHED else schemas.STEP,
            answers={201: schemas.RECORDED, 200: schemas.RECORDED},
            parameters=schemas.KEY_HEADER,
        )

    def visible_reference(self, request: Request) -> str:
        reference = self.kwargs["key"]
        found = (
            Shipment.objects.visible_to(request.user).filter(reference=reference)
            if reference.isascii() and "\x00" not in reference
            else Shipment.objects.none()
        )
        if not found.exists():
            raise Http404
        return str(reference)

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        reference = self.visible_reference(request)
        body = Body(request.data)
        check_parameters(request.GET, ("format",))
        movement = movement_in(body, sent_key(request), shipment=reference, kind=self.kind)
        return recorded_answer(
            move_shipment(
                movement=movement, by=sender(request), source=Source.API, at=timezone.now()
            )
        )


class Weigh(ShipmentVerb):
    kind = EventKind.WEIGHED

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        reference = self.visible_reference(request)
        body = Body(request.data)
        check_parameters(request.GET, ("format",))
        weighing = weighing_in(body, sent_key(request), shipment=reference)
        return recorded_answer(
            weigh_shipment(
                weighing=weighing, by=sender(request), source=Source.API, at=timezone.now()
            )
        )


MOVES = {
    "plan": EventKind.PLANNED,
    "inspect": EventKind.INSPECTED,
    "dispatch": EventKind.DISPATCHED,
    "depart": EventKind.DEPARTED,
    "arrive": EventKind.ARRIVED,
    "cancel": EventKind.CANCELLED,
    "close": EventKind.CLOSED,
}
