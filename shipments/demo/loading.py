"""The demonstration loaded, whole or not at all."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections, transaction

from shipments.demo.catalogue import OPERATION, load_catalogue
from shipments.demo.documented import documented_journeys
from shipments.demo.invented import Inventor
from shipments.demo.people import load_people
from shipments.demo.places import load_places
from shipments.demo.recording import record
from shipments.demo.statements import load_statements
from shipments.models import Operation

# Two loaders at once take turns; any number does, as long as nothing else uses it.
LOADING = 20201126


class OtherOperationsError(Exception):
    """The database serves other operations, where accounts with known passwords do not belong."""


@contextmanager
def as_owner() -> Iterator[None]:
    """This will let the default connection speak as the owner of the tables meanwhile.

    Only the owner may tell the ledger when something was recorded, and the verbs use the
    default connection.
    """
    application = connections["default"]
    owner = connections.create_connection("owner")
    owner.alias = "default"
    connections["default"] = owner
    try:
        yield
    finally:
        owner.close()
        connections["default"] = application


def load_demo(*, beside: bool = False) -> bool:
    """This will load the demonstration in one transaction, and say whether it was not there yet.

    Raises ``OtherOperationsError`` in a database that serves another operation, unless ``beside``.
    """
    with as_owner(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])
            # The server cannot count what is not committed yet, and takes large tables for small.
            for reading_whole in ("seqscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{reading_whole} = off")
            # As the application does: with rows found by index alone, one plan serves all.
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        if Operation.objects.filter(code=OPERATION).exists():
            return False
        if Operation.objects.exists() and not beside:
            raise OtherOperationsError
        load_places()
        load_catalogue()
        load_people()
        load_statements()
        record([*documented_journeys(), *Inventor().journeys()])
        with connection.cursor() as cursor:
            # So much at once is planned for as nothing until the server counts it by itself.
            cursor.execute("ANALYZE")
    return True


CHECKSUM = """
SELECT string_agg(concat_ws('|', s.reference, s.status, l.position, i.code, d.code, l.quantity,
    l.weight_kg, b.sent, b.received, b.damaged, b.lost, b.returned, b.handed_over, b.distributed,
    b.sent_kg, b.received_kg), E'\\n' ORDER BY s.reference, l.position)
FROM shipments_shipmentline AS l
JOIN shipments_shipment AS s ON s.id = l.shipment_id
JOIN shipments_operation AS o ON o.id = s.operation_id AND o.code = %s
JOIN shipments_item AS i ON i.id = l.item_id
JOIN shipments_donor AS d ON d.id = l.donor_id
JOIN shipments_linebalance AS b ON b.line_id = l.id
"""


def checksum() -> str:
    """This will hash every line of the demonstration with its balance."""
    with connection.cursor() as cursor:
        cursor.execute(CHECKSUM, [OPERATION])
        (text,) = cursor.fetchone() or ("",)
    return hashlib.sha256((text or "").encode()).hexdigest()
