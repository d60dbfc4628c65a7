"""The formats of the API: a page of JSON, or a whole list as a file."""

from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from regions.api.answers import PRIVATE, unchanged
from regions.api.etags import is_known_already, list_etag, snapshot
from shipments.api.progress import export_answer
from shipments.exports.tables import WRITERS, one_snapshot, table_of
from shipments.exports.writing import Table
from shipments.services.exports import request_export
from shipments.tasks import wake_export
from text.listings import Listing, Reader
from text.refusals import QueryRefused, unknown

# Files up to this size wait for nobody; larger ones are made one at a time in the web processes.
SMALL = 2_000
IN_MEMORY = 2 * 1024 * 1024
TURN = 0x41_49_44


class ListRenderer(BaseRenderer):
    """Writes a list in one format."""

    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return data

    def answer(self, request: Request, listing: Listing, reader: Reader) -> HttpResponseBase:
        """This will answer with every row of the list, or with where the file will be."""
        self.check(request, listing)
        with one_snapshot():
            etag = list_etag(request, reader, snapshot())
            if is_known_already(request, etag):
                return unchanged(etag)
            site = request.build_absolute_uri(request.path)
            table = table_of(listing, request.GET, reader, self.format, site)
            if not must_wait(table.count):
                response = self.file_of(table)
                response["ETag"] = etag
                return response
        return self.prepare(request, listing, table.count)

    def check(self, request: Request, listing: Listing) -> None:
        if self.format not in listing.formats:
            allowed = listing.formats
            raise QueryRefused({"format": [unknown(self.format, allowed, code="unknown_value")]})
        cut = [name for name in ("limit", "offset", "cursor", "count") if request.GET.get(name)]
        if cut:
            sentence = _("A file holds every row. Leave this out, or ask for JSON pages.")
            raise QueryRefused({n: [ValidationError(sentence, code="not_in_a_file")] for n in cut})
        if request.GET.get("bom", "") not in ("", "0", "1"):
            raise QueryRefused(
                {"bom": [unknown(request.GET["bom"], ["0", "1"], code="unknown_value")]}
            )

    def file_of(self, table: Table) -> HttpResponseBase:
        """This will write the file whole before the first byte is sent."""
        stream = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
        try:
            WRITERS[self.format](table, stream)
        except BaseException:
            stream.close()
            raise
        size = stream.tell()
        stream.seek(0)
        response = FileResponse(
            stream,
            as_attachment=self.format != "json",
            filename=f"{table.name}.{self.format}",
            content_type=content_type(self),
        )
        response["Content-Length"] = str(size)
        response["Cache-Control"] = PRIVATE
        return response

    def prepare(self, request: Request, listing: Listing, rows: int) -> HttpResponse:
        query = request.GET.copy()
        query.pop("format", None)
        export = request_export(
            by=request.user if request.user.is_authenticated else None,
            resource=listing.name,
            query=query.urlencode(),
            file_format=self.format,
            rows=rows,
        )
        wake_export(export.pk)
        return export_answer(request, export, status=202)


def must_wait(rows: int) -> bool:
    """This will say whether a worker makes the file: it is large, or another is being made."""
    if rows > settings.LARGEST_DIRECT_FILE:
        return True
    if rows <= SMALL:
        return False
    with connection.cursor() as cursor:
        # Held until this transaction ends.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURN])
        return not (cursor.fetchone() or (True,))[0]


def content_type(renderer: ListRenderer) -> str:
    name = renderer.media_type.partition(";")[0]
    textual = renderer.format in ("csv", "hxl.csv", "ndjson")
    return f"{name}; charset=utf-8" if textual else name


class JsonRenderer(ListRenderer):
    format = "json"
    media_type = "application/json"


class CsvRenderer(ListRenderer):
    format = "csv"
    media_type = "text/csv"


class XlsxRenderer(ListRenderer):
    format = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NdjsonRenderer(ListRenderer):
    format = "ndjson"
    media_type = "application/x-ndjson"


class GeoJsonRenderer(ListRenderer):
    format = "geojson"
    media_type = "application/geo+json"


class ParquetRenderer(ListRenderer):
    format = "parquet"
    media_type = "application/vnd.apache.parquet"


class HxlRenderer(ListRenderer):
    format = "hxl.csv"
    # Has no type of its own; who accepts text/csv gets the plain file.
    media_type = "text/csv; profile=hxl"


class SvgRenderer(ListRenderer):
    format = "svg"
    media_type = "image/svg+xml"
