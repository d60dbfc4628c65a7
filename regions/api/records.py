"""What every record of the API is: read with a tag, made and changed by admins."""

from typing import Any, ClassVar

import orjson
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from regions.api.answers import json_answer, unchanged
from regions.api.described import Described, Members, Schema, component_of, named, row_schema
from regions.api.etags import is_known_already, require_match, tag_of
from regions.api.lists import ApiView, ListView
from regions.api.permissions import MayManage
from regions.exports.rows import (
    LANGUAGES,
    check_language,
    check_parameters,
    json_rows,
    reader_of,
    values_of,
)
from text.bodies import Body
from text.listings import Column, Listing, Reader


def record_bytes(
    listing: Listing, rows: Any, reader: Reader, columns: tuple[Column, ...] = ()
) -> bytes:
    """This will write the only row as JSON; Http404 where there is none."""
    seen = tuple(c for c in columns or listing.columns if reader.known or c.published is not False)
    values = values_of(seen, rows.order_by()[:1], reader)
    found = list(json_rows(seen, listing.completed(values, reader)))
    if not found:
        raise Http404
    return orjson.dumps(found[0], option=orjson.OPT_UTC_Z)


READING_PARAMETERS = (
    OpenApiParameter("format", {"type": "string", "enum": ["json"]}, OpenApiParameter.QUERY),
    OpenApiParameter("lang", {"type": "string", "enum": list(LANGUAGES)}, OpenApiParameter.QUERY),
)


def record_schema(listing: Listing, columns: tuple[Column, ...] = ()) -> Schema:
    """This will describe a record; one with more than its list shows has a name of its own."""
    name = component_of(listing.name)
    return named(row_schema(columns or listing.columns), f"{name}Detail" if columns else name)


class RecordView(ApiView):
    """One record, found by its key among those the reader sees."""

    listing: ClassVar[Listing]
    columns: ClassVar[tuple[Column, ...]] = ()
    # Whether those with a role see, outside their regions, what readers without one see.
    public_too: ClassVar[bool] = False

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        check_parameters(request.GET, ("format", "lang"))
        reader = reader_of(request.user, check_language(request.GET))
        reader, content = self.content_for(reader)
        # The tag is that of the record, whatever the language of its names.
        etag = tag_of(content) if not reader.language else self.current(reader)[1]
        if is_known_already(request, etag):
            return unchanged(etag)
        response = json_answer(content)
        response["ETag"] = etag
        return response

    def described(self, method: str) -> Described:
        return Described(
            summary=_("Read one of %(name)s.") % {"name": self.listing.name}
            if method == "GET"
            else _("Change one of %(name)s; If-Match guards against another's change.")
            % {"name": self.listing.name},
            takes=self.takes() if method != "GET" else None,
            answers={200: record_schema(self.listing, self.columns)},
            parameters=READING_PARAMETERS if method == "GET" else (),
        )

    def takes(self) -> Schema | None:
        return None

    def rows(self, reader: Reader) -> Any:
        """This will find the record of the address; text that is no key finds nothing."""
        key = self.kwargs["key"]
        if "\x00" in key or len(key) > 100:
            raise Http404
        return self.listing.rows(reader).filter(**{self.listing.key: key})

    def content(self, reader: Reader) -> bytes:
        """This will write the record of the address as JSON; Http404 where there is none."""
        return record_bytes(self.listing, self.rows(reader), reader, self.columns)

    def content_for(self, reader: Reader) -> tuple[Reader, bytes]:
        """This will write the record, or what everybody sees of it; with it comes whose view."""
        try:
            return reader, self.content(reader)
        except Http404:
            if not (self.public_too and reader.known):
                raise
            everybody = reader_of(AnonymousUser(), reader.language)
            return everybody, self.content(everybody)

    @classmethod
    def made(cls, request: Request, key: str, *, status: int) -> HttpResponse:
        """This will answer a write with the record as its sender sees it; 201 says where it is."""
        content, etag = cls(kwargs={"key": key}).current(reader_of(request.user))
        response = json_answer(content, status=status)
        response["ETag"] = etag
        if status == 201:
            response["Location"] = f"/api/v1/{cls.listing.name}/{key}"
        return response

    def current(self, reader: Reader) -> tuple[bytes, str]:
        """This will give the record as it is now, and its tag."""
        plain = Reader(reader.user, reader.known, reader.paths)
        content = self.content(plain)
        return content, tag_of(content)


class ReferenceList(ListView):
    """A list of reference records, to which admins add."""

    permission_classes = [MayManage]
    model: ClassVar[type[models.Model]]
    fill: ClassVar[Members]

    def described(self, method: str) -> Described:  # noqa: ARG002
        return Described(
            summary=_("Add one of %(name)s.") % {"name": self.listing.name},
            takes=type(self).fill.schema,
            answers={201: record_schema(self.listing)},
        )

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        reader = reader_of(request.user)
        with transaction.atomic():
            row = self.model()
            save_from(Body(request.data), row, reader, type(self).fill)
            rows = self.listing.rows(reader).filter(pk=row.pk)
            content = record_bytes(self.listing, rows, reader)
        response = json_answer(content, status=201)
        response["ETag"] = tag_of(content)
        if self.listing.key:
            response["Location"] = f"{request.path.rstrip('/')}/{getattr(row, self.listing.key)}"
        return response


class ReferenceRecord(RecordView):
    """A reference record, which admins change; nothing is ever deleted."""

    permission_classes = [MayManage]
    instead = gettext_lazy(
        "Records are never deleted, because what was recorded names them. PATCH changes one."
    )
    model: ClassVar[type[models.Model]]
    fill: ClassVar[Members]

    def takes(self) -> Schema:
        return type(self).fill.schema

    def patch(self, request: Request, **kwargs: Any) -> HttpResponse:
        reader = reader_of(request.user)
        with transaction.atomic():
            row = self.rows(reader).select_for_update(of=("self",), no_key=True).first()
            if row is None:
                raise Http404
            body = request.data
            content, etag = self.current(reader)
            require_match(request, etag, orjson.Fragment(content))
            save_from(Body(body), row, reader, type(self).fill)
            rows = self.listing.rows(reader).filter(pk=row.pk)
            content = record_bytes(self.listing, rows, reader, self.columns)
        response = json_answer(content)
        response["ETag"] = tag_of(content)
        return response


def save_from(body: Body, row: Any, reader: Reader, fill: Members) -> None:
    """This will read a body into a row and save it, its constraints as the guard."""
    fill(body, row, reader)
    body.finish()
    row.full_clean()
    row.save()
    for name, related in getattr(row, "filled_later", {}).items():
        getattr(row, name).set(related)
