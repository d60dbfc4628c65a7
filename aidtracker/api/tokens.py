"""The addresses of tokens, where the list's shape meets the verbs of accounts."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from accounts.api.tokens import TOKENS, make_token, take_back
from accounts.models import TokenScope
from regions.api.answers import json_answer
from regions.api.described import TEXT, Described, row_schema
from regions.api.lists import ApiView, ListView
from regions.exports.rows import check_parameters
from text.listings import Listing


class Tokens(ListView):
    listing: ClassVar[Listing] = TOKENS
    permission_classes = [IsAuthenticated]
    instead = _("POST /api/v1/tokens/{prefix}/revoke takes a token back.")

    def described(self, method: str) -> Described:  # noqa: ARG002
        made = row_schema(TOKENS.columns[:3]) | {"required": ["token"]}
        made["properties"] = {"token": TEXT, **made["properties"]}
        return Described(
            summary=_("Make a token; it is shown this once."),
            takes={
                "type": "object",
                "properties": {
                    "name": TEXT,
                    "scope": {"enum": TokenScope.values},
                    "expires_at": {"type": ["string", "null"], "format": "date-time"},
                },
                "required": ["name"],
                "additionalProperties": False,
            },
            answers={201: made},
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        answer = make_token(request)
        check_parameters(request.GET, ("format",))
        response = json_answer(answer, status=201)
        response["Cache-Control"] = "private, no-store"
        return response


class RevokeToken(ApiView):
    permission_classes = [IsAuthenticated]
    instead = _("POST does it.")

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(summary=_("Take a token back."), answers={204: {}})

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        take_back(request, self.kwargs["key"])
        return HttpResponse(status=204)
