"""What every list of the API is: filtered, paged, and whole as a file."""

from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from regions.api.answers import answer_page, unchanged
from regions.api.described import Described
from regions.api.etags import is_known_already, list_etag, snapshot
from regions.exports.rows import STANDPOINT, asked, standing_reader
from text.listings import Listing, Reader

# Parameters of every list; what the pages take comes with the pagination class.
COMMON = ("format", "lang", STANDPOINT)


class ApiView(APIView):
    """A view that answers OPTIONS with its methods, and says what to do instead of others."""

    instead: Any = ""

    def described(self, method: str) -> Described:
        """This will describe what a method takes and answers."""
        raise NotImplementedError(method)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # What nobody can do here is said before asking who it is that wants to.
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
        return super().finalize_response(request, response, *args, **kwargs)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})


class ListView(ApiView):
    """A list: a page of it as JSON, or all of it as a file."""

    listing: ClassVar[Listing]

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        reader = standing_reader(request.user, request.GET)
        pages_class: Any = api_settings.DEFAULT_PAGINATION_CLASS
        pages = pages_class()
        if self.is_whole(request, pages):
            renderer: Any = request.accepted_renderer
            answer: HttpResponseBase = renderer.answer(request, self.listing, reader)
            return answer
        if known := self.known_already(request, reader):
            return known
        rows = asked(self.listing, request.GET, reader, also=(*COMMON, *pages.parameters))
        page, shown = pages.page(request, self.listing, rows, reader)
        return answer_page(request, reader, page, shown)

    def is_whole(self, request: Request, pages: Any) -> bool:
        """This will say whether every row is asked for: always in a file, on request in JSON."""
        if request.accepted_renderer.format != "json":
            return True
        named = "format" in request.GET or bool(self.kwargs.get("format"))
        return named and not any(request.GET.get(name) for name in pages.parameters)

    def known_already(self, request: Request, reader: Reader) -> HttpResponse | None:
        if "HTTP_IF_NONE_MATCH" not in request.META:
            return None
        etag = list_etag(request, reader, snapshot())
        return unchanged(etag) if is_known_already(request, etag) else None
