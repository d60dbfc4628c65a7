"""Saved queries: kept, found, given new versions, retired; and their totals."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from regions.api.described import TEXT, Described, Schema, find
from regions.api.lists import ApiView, ListView
from regions.api.permissions import MayKeep
from regions.api.records import RecordView, record_schema
from regions.exports.rows import LANGUAGES, check_parameters, reader_of
from shipments.api.deliveries import sender
from shipments.api.totals import TOTALS, Totals
from shipments.api.totals.described import ANSWER
from shipments.exports.saved import SAVED_DETAIL, SAVED_QUERIES
from shipments.filters.codes import operations
from shipments.filters.totals import read_question
from shipments.models import SavedQuery
from shipments.models.saved import LONGEST_NAME, LONGEST_QUERY
from shipments.services import add_version, refuse_retired, rename_query, retire_query, save_query
from text.bodies import Body
from text.listings import Reader
from text.refusals import QueryRefused, unknown

QUERY: Schema = TEXT | {
    "description": _("A question as it stands in the address of totals, or such an address."),
    "examples": ["by=donor&measure=sent_kg,received_kg"],
}
NAME: Schema = TEXT | {"maxLength": LONGEST_NAME}
# What an address may add to the question that it names.
OF_THE_READER = ("format", "bom", "lang")


def body_schema(required: tuple[str, ...], **members: Schema) -> Schema:
    return {
        "type": "object",
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }


def visible_query(request: Request, text: str) -> SavedQuery:
    rows = SavedQuery.objects.visible_to(request.user).select_related("owner", "operation")
    saved: SavedQuery | None = rows.coded(text).first()
    if saved is None:
        raise Http404
    return saved


def read_query(body: Body) -> Any:
    """This will read the question of a body; refusals stay with the member ``query``."""
    text = body.text("query", required=True, longest=LONGEST_QUERY)
    try:
        return read_question(text) if text else None
    except ValidationError as refused:
        for error in refused.error_dict["query"]:
            body.refuse("query", error)
        return None


class SavedQueries(ListView):
    listing = SAVED_QUERIES
    permission_classes = [IsAuthenticated, MayKeep]
    instead = _("POST /api/v1/saved-queries/{code}/retire ends a saved query.")

    def described(self, method: str) -> Described:  # noqa: ARG002
        operation = {"type": ["string", "null"]}
        return Described(
            summary=_("Keep a question about totals under a name and a short address."),
            takes=body_schema(("name", "query"), name=NAME, query=QUERY, operation=operation),
            answers={201: record_schema(SAVED_QUERIES, SAVED_DETAIL)},
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        check_parameters(request.GET, ("format",))
        body, reader = Body(request.data), reader_of(request.user)
        name = body.text("name", required=True)
        query = read_query(body)
        operation = body.read("operation", lambda code: find(operations(reader), code), None)
        body.finish()
        saved = save_query(name=name, query=query, by=sender(request), operation=operation)
        return OneSavedQuery.made(request, saved.code, status=201)


class OneSavedQuery(RecordView):
    listing, columns = SAVED_QUERIES, SAVED_DETAIL
    permission_classes = [IsAuthenticated]
    instead = _("PATCH changes the name; POST …/versions the question; POST …/retire ends it.")

    def rows(self, reader: Reader) -> Any:
        rows: Any = self.listing.rows(reader)
        return rows.coded(self.kwargs["key"])

    def takes(self) -> Schema:
        return body_schema(("name",), name=NAME)

    def patch(self, request: Request, **kwargs: Any) -> HttpResponse:
        saved = visible_query(request, self.kwargs["key"])
        body = Body(request.data)
        check_parameters(request.GET, ("format",))
        name = body.text("name", required=True)
        body.finish()
        rename_query(saved=saved, name=name, by=sender(request))
        return OneSavedQuery.made(request, saved.code, status=200)


class SavedQueryVersions(ApiView):
    permission_classes = [IsAuthenticated]
    instead = _("POST does it; GET /api/v1/saved-queries/{code} lists the versions.")

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("Let a saved query ask something else; earlier versions stay."),
            takes=body_schema(("query",), query=QUERY),
            answers={201: record_schema(SAVED_QUERIES, SAVED_DETAIL)},
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        saved = visible_query(request, self.kwargs["key"])
        body = Body(request.data)
        check_parameters(request.GET, ("format",))
        query = read_query(body)
        body.finish()
        add_version(saved=saved, query=query, by=sender(request))
        return OneSavedQuery.made(request, saved.code, status=201)


class RetireSavedQuery(ApiView):
    permission_classes = [IsAuthenticated]
    instead = _("POST does it.")

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("End a saved query; its address says so from now on."),
            answers={200: record_schema(SAVED_QUERIES, SAVED_DETAIL)},
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        saved = visible_query(request, self.kwargs["key"])
        check_parameters(request.GET, ("format",))
        retire_query(saved=saved, by=sender(request), at=timezone.now())
        return OneSavedQuery.made(request, saved.code, status=200)


class SavedTotals(Totals):
    """Totals by the short address of a saved query, with the rights of the reader."""

    instead = _("POST /api/v1/saved-queries/{code}/versions changes the question.")

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        check_parameters(request.GET, (*OF_THE_READER, "version"))
        saved = visible_query(request, self.kwargs["key"])
        refuse_retired(saved)
        asked = QueryDict(question_of(saved, request.GET.get("version", "")), mutable=True)
        for name in OF_THE_READER:
            if name in request.GET:
                asked[name] = request.GET[name]
        # From here on it is the question itself that was asked, in files made later too.
        request._request.GET = asked  # type: ignore[assignment]
        return super().get(request, **kwargs)

    def described(self, method: str) -> Described:  # noqa: ARG002
        words = {"format": list(TOTALS.formats), "lang": list(LANGUAGES), "bom": ["0", "1"]}
        version = OpenApiParameter("version", {"type": "integer"}, OpenApiParameter.QUERY)
        return Described(
            summary=_("Totals of a saved query, by the rights of the reader."),
            answers={200: ANSWER},
            parameters=(
                *(
                    OpenApiParameter(name, TEXT | {"enum": allowed}, OpenApiParameter.QUERY)
                    for name, allowed in words.items()
                ),
                version,
            ),
        )


def question_of(saved: SavedQuery, number: str) -> str:
    """This will give the question of a version, the newest where none is named."""
    questions = {str(v.number): v.query for v in saved.versions.all()}
    if number and number not in questions:
        raise QueryRefused({"version": [unknown(number, questions, code="unknown_value")]})
    return questions[number] if number else next(iter(questions.values()))
