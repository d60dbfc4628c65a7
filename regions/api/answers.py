"""Answers of the API: JSON that shared caches leave alone."""

from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework.request import Request

from regions.api.etags import list_etag
from text.listings import Reader

JSON = "application/json"
# Members may be named by words of a closed list.
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
PRIVATE = "private, no-cache"
RELATIONS = (("next", "next"), ("previous", "prev"))


def answer_page(request: Request, reader: Reader, page: dict[str, Any], shown: str) -> HttpResponse:
    """This will answer a page with its tag and its neighbours in the Link header."""
    response = json_answer(page)
    if shown:
        response["ETag"] = list_etag(request, reader, shown)
    links = [f'<{page[word]}>; rel="{rel}"' for word, rel in RELATIONS if page.get(word)]
    if links:
        response["Link"] = ", ".join(links)
    return response


def json_answer(data: Any, status: int = 200) -> HttpResponse:
    """This will answer with JSON that shared caches leave alone."""
    content = data if isinstance(data, bytes) else orjson.dumps(data, option=OPTIONS)
    response = HttpResponse(content, content_type=JSON, status=status)
    response["Cache-Control"] = PRIVATE
    return response


def unchanged(etag: str) -> HttpResponse:
    return HttpResponse(status=304, headers={"ETag": etag, "Cache-Control": PRIVATE})
