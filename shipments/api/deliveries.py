"""Delivery events: listed, recorded one by one or many at once, taken back, answered."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import User
from regions.api.answers import json_answer
from regions.api.described import Described
from regions.api.entries import entries_of
from regions.api.lists import ApiView, ListView
from regions.api.permissions import MayRecord
from regions.api.records import RecordView, record_schema
from regions.exports.rows import check_parameters, reader_of
from shipments.api import schemas
from shipments.api.bodies import report_in, reversal_in
from shipments.exports import LISTINGS
from shipments.models import DeliveryEvent
from shipments.models.ledger import Source
from shipments.models.reports import DeliveryReport
from shipments.services import (
    Recorded,
    Refused,
    answer_warnings,
    record_deliveries,
    record_delivery,
    refusal_status,
    reverse_event,
)
from text.bodies import Body, parse_key
from text.listings import Listing, Reader
from text.refusals import QueryRefused, unknown

MOST_AT_ONCE = 500
INSTEAD = _(
    "Events are never changed or deleted: POST /api/v1/deliveries/{key}/reverse takes one back, "
    "with a replacement where you send one."
)


def sent_key(request: Request) -> str:
    return str(request.META.get("HTTP_IDEMPOTENCY_KEY", ""))[:100]


def sender(request: Request) -> User:
    """This will give the person whose rights the permission of the view has checked."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def recorded_answer(recorded: Recorded) -> HttpResponse:
    """This will answer 201, or 200 with what was answered the first time."""
    answer = dict(recorded.answer)
    if recorded.replacement is not None:
        answer["replacement"] = recorded.replacement.answer
    response = json_answer(answer, status=200 if recorded.replayed else 201)
    response["Location"] = f"/api/v1/deliveries/{recorded.answer['key']}"
    if recorded.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


class Deliveries(ListView):
    listing = LISTINGS["deliveries"]
    permission_classes = [MayRecord]
    instead = INSTEAD

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("Record a delivery, or up to 500 in a list."),
            takes=schemas.DELIVERIES,
            answers={201: schemas.RECORDED, 200: schemas.RECORDED_MANY},
            parameters=(*schemas.KEY_HEADER, schemas.ATOMIC),
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        data = request.data
        check_parameters(request.GET, ("atomic", "format"))
        if isinstance(data, list):
            return record_many(request, data)
        body = Body(data)
        report = report_in(body, sent_key(request))
        body.finish()
        now = timezone.now()
        return recorded_answer(
            record_delivery(report=report, by=sender(request), source=Source.API, at=now)
        )


def record_many(request: Request, data: list[Any]) -> HttpResponse:
    """This will record a list of deliveries and say of each what became of it."""
    word = request.GET.get("atomic") or "false"
    if word not in ("true", "false"):
        raise QueryRefused({"atomic": [unknown(word, ["true", "false"], code="unknown_value")]})
    check_amount(request, data)
    read = [read_one(entry) for entry in data]
    reports = [entry for entry in read if isinstance(entry, DeliveryReport)]
    atomic = word == "true"
    if atomic and len(reports) < len(read):
        outcomes: list[Recorded | Refused] = [not_attempted() for _report in reports]
    else:
        outcomes = record_deliveries(
            reports=reports, by=sender(request), source=Source.API, at=timezone.now(), atomic=atomic
        )
    done = iter(outcomes)
    results = [
        one_result(data[at], next(done) if isinstance(entry, DeliveryReport) else entry)
        for at, entry in enumerate(read)
    ]
    return json_answer({"results": results})


def check_amount(request: Request, data: list[Any]) -> None:
    if not 1 <= len(data) <= MOST_AT_ONCE:
        raise ValidationError(
            _("Send 1 to %(limit)s deliveries at once."),
            code="too_many" if data else "blank",
            params={"limit": MOST_AT_ONCE},
        )
    if sent_key(request):
        raise ValidationError(
            {
                "key": [
                    ValidationError(_("In a list each delivery has its own key."), code="no_header")
                ]
            }
        )


def read_one(entry: Any) -> DeliveryReport | Refused:
    try:
        body = Body(entry)
        report = report_in(body)
        body.finish()
    except ValidationError as refusal:
        return Refused(error=refusal)
    return report


def not_attempted() -> Refused:
    sentence = _("Not recorded, because another delivery of the list was refused.")
    return Refused(error=ValidationError(sentence, code="not_attempted"))


def one_result(sent: Any, outcome: Recorded | Refused) -> dict[str, Any]:
    """This will say of one delivery of a list what a single one would have been told."""
    key = sent.get("key") if isinstance(sent, dict) else None
    if isinstance(outcome, Recorded):
        status = 200 if outcome.replayed else 201
        return {
            "key": key,
            "status": status,
            "replayed": outcome.replayed,
            "delivery": outcome.answer,
        }
    if isinstance(outcome.error, PermissionDenied):
        errors = [{"code": "not_allowed", "detail": str(outcome.error)}]
        return {"key": key, "status": 403, "errors": errors}
    errors = entries_of(outcome.error)
    return {"key": key, "status": max(refusal_status(e["code"]) for e in errors), "errors": errors}


def event_key(text: str) -> UUID:
    """This will read the key of an address; what is no key finds nothing."""
    try:
        return parse_key(text)
    except ValidationError:
        raise Http404 from None


class Delivery(RecordView):
    listing: ClassVar[Listing] = LISTINGS["deliveries"]
    permission_classes = [MayRecord]
    instead = INSTEAD
    public_too = True

    def rows(self, reader: Reader) -> Any:
        return self.listing.rows(reader).filter(key=event_key(self.kwargs["key"]))


class EventVerb(ApiView):
    """Something done to an event that the sender may see."""

    permission_classes = [MayRecord]
    instead = _("POST does it.")

    def visible_key(self, request: Request) -> UUID:
        key = event_key(self.kwargs["key"])
        if not DeliveryEvent.objects.visible_to(request.user).filter(key=key).exists():
            raise Http404
        return key


class Reverse(EventVerb):
    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("Take an event back, and say what happened instead."),
            takes=schemas.REVERSAL,
            answers={201: schemas.RECORDED, 200: schemas.RECORDED},
            parameters=schemas.KEY_HEADER,
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        key = self.visible_key(request)
        body = Body(request.data)
        check_parameters(request.GET, ("format",))
        reversal = reversal_in(body, sent_key(request), event=key)
        return recorded_answer(
            reverse_event(
                reversal=reversal, by=sender(request), source=Source.API, at=timezone.now()
            )
        )


class Answers(EventVerb):
    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("Answer the warnings of an event."),
            takes=schemas.ANSWERS,
            answers={200: record_schema(LISTINGS["deliveries"])},
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        key = self.visible_key(request)
        body = Body(request.data)
        check_parameters(request.GET, ("format",))
        answers = body.words("answers")
        body.finish()
        answer_warnings(event=key, answers=answers, by=sender(request))
        view = Delivery(kwargs={"key": str(key)})
        content, _etag = view.current(reader_of(request.user))
        return json_answer(content)
