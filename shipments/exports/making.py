"""Makes a prepared file in a worker, with the rights its owner has at that moment."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from tempfile import TemporaryFile

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files import File
from django.db import connection
from django.http import QueryDict
from django.utils import timezone, translation

from regions.exports.rows import standing_reader
from shipments.exports import LISTINGS
from shipments.exports.tables import WRITERS, one_snapshot, table_of
from shipments.exports.totals import totals_table
from shipments.exports.writing import Table
from shipments.filters.totals import parse_totals
from shipments.models import ExportFile
from shipments.querysets.totals import answer
from shipments.services.exports import finish_export, note_progress, sight_of
from text.listings import Reader

SECONDS_BETWEEN_NOTES = 2
# A file of everything is one statement, for which nobody waits at a page.
MINUTES_FOR_A_FILE = 30


class Notes:
    """Says how far a file is, now and then, beside the snapshot it is read in.

    The snapshot's transaction may not write, so a thread with a connection of its own does.
    """

    def __init__(self, export: ExportFile) -> None:
        self.export, self.last = export, timezone.now()

    def __enter__(self) -> "Notes":
        self.thread = ThreadPoolExecutor(max_workers=1)
        return self

    def __call__(self, done: int) -> None:
        now = timezone.now()
        if (now - self.last).total_seconds() >= SECONDS_BETWEEN_NOTES:
            self.last = now
            self.thread.submit(note_progress, export=self.export, done=done, at=now)

    def __exit__(self, *args: object) -> None:
        # Looked up in the thread: each has a connection of its own.
        self.thread.submit(lambda: connection.close())
        self.thread.shutdown()


def table_for(export: ExportFile, params: QueryDict, reader: Reader) -> Table:
    if export.resource == "totals":
        found = answer(parse_totals(params), reader.user)
        return totals_table(found, params, settings.SITE_URL, export.file_format)
    listing = LISTINGS[export.resource]
    return table_of(listing, params, reader, export.file_format, settings.SITE_URL)


def take_time() -> None:
    """This will let the statements of this transaction run longer than those of a page."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{MINUTES_FOR_A_FILE}min'")


def make_file(export: ExportFile) -> None:
    """This will write the file and keep it; raises ValidationError for what no file can hold."""
    user = export.owner or AnonymousUser()
    params = QueryDict(export.query)
    with TemporaryFile() as stream, translation.override(settings.LANGUAGE_CODE):
        with Notes(export) as notes, one_snapshot():
            take_time()
            reader = standing_reader(user, params)
            made_with = sight_of(user)
            table = table_for(export, params, reader)
            table = replace(table, progress=notes)
            WRITERS[export.file_format](table, stream)
        stream.seek(0)
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        finish_export(
            export=export,
            content=File(stream),
            rows=table.count,
            sha256=sha256,
            made_with=made_with,
            at=timezone.now(),
        )
