"""What must hold of every answer, whatever status was expected of it."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models
from pyarrow import parquet

from shipments.models import Shipment
from tests.matrix.worlds import Land

MASKS = (
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'), "csrf"),
    (re.compile(r'"request_id":"[^"]*"'), "request"),
    (re.compile(r'nonce="[^"]*"'), "nonce"),
    # Every form makes itself a key, so that sending it twice counts once.
    (re.compile(r'name="(key|reversal_key)" value="[^"]*"'), "key"),
)
OF_EACH_ANSWER = {"X-Request-ID", "Set-Cookie", "Content-Length", "Date", "ETag", "Expires"}
# What asking itself may write: who is signed in, and that a token was used.
NOISE = {"django_session", "axes_accesslog", "axes_accessattempt", "django_admin_log"}


def body_of(answer: Any) -> bytes:
    """This will read a whole answer, streamed or not, once."""
    if not hasattr(answer, "_whole"):
        answer._whole = answer.getvalue() if answer.streaming else answer.content
    whole: bytes = answer._whole
    return whole


def text_of(answer: Any) -> str:
    """This will write out an answer with its headers, workbooks and Parquet unpacked."""
    body = body_of(answer)
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    elif body[:4] == b"PAR1":
        table = parquet.read_table(io.BytesIO(body))
        body = f"{table.schema.metadata}\n{table.to_pydict()}".encode()
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    cookies = "\n".join(
        f"{name}={morsel.value}" for name, morsel in answer.cookies.items() if name != "csrf"
    )
    return f"{headers}\n{cookies}\n{masked(body.decode('utf-8', 'replace'), [])}"


def masked(text: str, named: list[str]) -> str:
    """This will blank what may differ between two answers that are otherwise the same."""
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    for name in named:
        text = re.sub(f"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z])", "*", text)
    return text


def comparable(answer: Any, named: list[str]) -> str:
    """This will write out an answer so that foreign and missing can be compared by byte."""
    headers = sorted(
        f"{name}: {value}" for name, value in answer.items() if name not in OF_EACH_ANSWER
    )
    text = "\n".join(headers) + "\n" + body_of(answer).decode("utf-8", "replace")
    return masked(f"{answer.status_code}\n{text}", named)


def tables() -> list[type[models.Model]]:
    """This will list the tables that hold what people recorded."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [model for model in found if model._meta.db_table not in NOISE]


def has_written() -> bool:
    """This will say whether this transaction wrote or locked anything, undone writes included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        (written,) = cursor.fetchone() or (True,)
    return bool(written)


def touched_tables() -> set[str]:
    """This will name the tables this transaction put rows into, changed or emptied."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {name for (name,) in cursor.fetchall()}


Rows = dict[tuple[str, str], str]


def snapshot(kept_in: list[type[models.Model]]) -> Rows:
    """This will take a checksum of every row of the tables: (table, key) to checksum."""
    parts = []
    for model in kept_in:
        table, key = model._meta.db_table, model._meta.pk.column
        # That a token was used is noted once a day; nothing else of it may change.
        row = "to_jsonb(t) - 'last_used_at' - 'last_login'"
        parts.append(f"SELECT '{table}', t.{key}::text, md5(({row})::text) FROM {table} t")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {(table, key): digest for table, key, digest in cursor.fetchall()}


@dataclass
class Ledger:
    """The rows of the whole database before anybody asks, and to which world each belongs."""

    before: Rows
    owners: dict[tuple[str, str], str] = field(default_factory=dict)

    def changes(self) -> Rows:
        """This will list the rows that are new, other or gone in this transaction."""
        touched = touched_tables()
        written = [model for model in tables() if model._meta.db_table in touched]
        if not written:
            return {}
        after = snapshot(written)
        before = {key: digest for key, digest in self.before.items() if key[0] in touched}
        changed = {key: digest for key, digest in after.items() if before.get(key) != digest}
        return changed | {key: "" for key in before if key not in after}

    def foreign(self, changes: Rows, lands: str) -> list[str]:
        """This will list the changes that touch a world in which the sender has no say."""
        touched = []
        for table, key in changes:
            known = self.owners.get((table, key))
            owner = owner_of_new(table, key, self.owners) if known is None else known
            if owner and owner not in lands:
                touched.append(f"{table} {key} of world {owner}")
        return touched


def owner_of_new(table: str, key: str, owners: dict[tuple[str, str], str]) -> str:
    """This will find the world that a new row hangs on, by what it refers to."""
    model = next(model for model in tables() if model._meta.db_table == table)
    found = model._base_manager.filter(pk=key).first()
    if found is None:
        return SHARED
    for foreign in references(model):
        target = foreign.related_model._meta.db_table
        owner = owners.get((target, str(getattr(found, foreign.attname))))
        if owner is not None:
            return owner
    return SHARED


# What hangs on a shipment between the worlds belongs to both.
SHARED = ""
# Goods are addressed to places outside one's own regions.
OPEN_REFERENCES = {("shipments_shipment", "destination_id"), ("shipments_leg", "to_place_id")}


def references(model: type[models.Model]) -> list[Any]:
    """This will list the columns by which a row belongs to a world."""
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, models.ForeignKey)
        and (model._meta.db_table, column.attname) not in OPEN_REFERENCES
    ]


def take_stock(lands: list[Land], shared: list[Shipment]) -> Ledger:
    """This will note every row, and mark those that hang on a world's region or people."""
    ledger = Ledger(snapshot(tables()))
    for shipment in shared:
        ledger.owners[shipment._meta.db_table, str(shipment.pk)] = SHARED
    for land in lands:
        roots = [land.country, land.region, land.operation, land.depot, land.hub, land.omar]
        for root in roots:
            ledger.owners[root._meta.db_table, str(root.pk)] = land.marks.letter
    for _generation in range(5):
        mark_children(ledger.owners)
    return ledger


def mark_children(owners: dict[tuple[str, str], str]) -> None:
    for model in tables():
        columns = references(model)
        for values in model._base_manager.values_list("pk", *(c.attname for c in columns)):
            mine = (model._meta.db_table, str(values[0]))
            for column, value in zip(columns, values[1:], strict=True):
                owner = owners.get((column.related_model._meta.db_table, str(value)))
                if owner is not None and mine not in owners:
                    owners[mine] = owner
