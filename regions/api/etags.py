"""Entity tags: answers that did not change are not sent again, and edits do not collide."""

import hashlib
from typing import Any

from django.db import connection
from django.db.models import Func, TextField
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from text.listings import Reader


class Changed(APIException):
    """The record is not what the sender saw; ``state`` is what it is now."""

    status_code = 412
    default_code = "changed_meanwhile"
    default_detail = _("Somebody changed this record meanwhile. Compare, then send again.")

    def __init__(self, state: Any, etag: str) -> None:
        super().__init__()
        self.state, self.etag = state, etag


class SnapshotText(Func):
    """What the database shows at this moment: the same text means the same rows everywhere."""

    template = "pg_current_snapshot()::text || pg_postmaster_start_time()::text"
    output_field = TextField()


def snapshot() -> str:
    """This will ask for the snapshot alone, which reads no rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SnapshotText.template}")
        (text,) = cursor.fetchone() or ("",)
    return str(text)


def list_etag(request: Request, reader: Reader, shown: str) -> str:
    """This will tag a list: the same address, the same rights and the same snapshot.

    An embargo ends with the clock, so what the public gets is tagged by the minute too.
    """
    minute = "" if reader.known else timezone.now().strftime("%Y%m%d%H%M")
    rights = (reader.user.pk, reader.known, reader.paths, reader.language)
    parts = (request.get_full_path(), request.accepted_renderer.format, rights, shown, minute)
    return tag_of(repr(parts).encode())


def tag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known_already(request: Request, etag: str) -> bool:
    """This will say whether the client holds this answer (If-None-Match)."""
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return "*" in known or etag in known or f"W/{etag}" in known


def require_match(request: Request, etag: str, state: Any) -> None:
    """This will refuse an edit of a record that the sender did not see as it is (412).

    Without If-Match the edit goes ahead: the header is the sender's choice.
    """
    given = request.META.get("HTTP_IF_MATCH")
    if given is not None and "*" not in (tags := parse_etags(given)) and etag not in tags:
        raise Changed(state, etag)
