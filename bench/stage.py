"""What operations are measured on: who asks, the floor beside them, which rows are asked for."""

import base64
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.core.handlers.wsgi import WSGIHandler

from bench.asking import Answer, Client
from bench.data import shipments_in
from bench.floors import Floor

API = "/api/v1/"
# Shipments with some lines and events, spread over all of them.
EVENTFUL = """
SELECT reference FROM shipments_shipment AS s
WHERE id %% %(step)s = 0
    AND (SELECT count(*) FROM shipments_deliveryevent WHERE shipment_id = s.id) BETWEEN 4 AND 8
    AND (SELECT count(*) FROM shipments_shipmentline WHERE shipment_id = s.id) BETWEEN 2 AND 6
ORDER BY id LIMIT 50
"""


@dataclass
class Stage:
    """One data set in use, asked by people with different rights."""

    size: str
    floor: Floor
    # The process of the database server.
    server: int = 0
    application: WSGIHandler = field(default_factory=WSGIHandler)

    @property
    def shipments(self) -> int:
        return shipments_in(self.size)

    @cached_property
    def everywhere(self) -> Client:
        """Coordinates everywhere."""
        return Client.program("everywhere", self.application)

    @cached_property
    def regional(self) -> Client:
        """Coordinates one of the three countries."""
        return Client.program("regional", self.application)

    @cached_property
    def regional_path(self) -> str:
        """Matches the regions of the one country."""
        found: str = self.floor.value("SELECT path FROM regions_region WHERE code = 'B1'")
        return f"{found}%"

    @cached_property
    def last_page(self) -> str:
        """The page that ends the list, as who turns to it page by page would ask for it."""
        page = self.everywhere.api("shipments?count=0").json["next"]
        (cursor,) = parse_qs(urlsplit(page).query)["cursor"]
        name, way, _place = json.loads(base64.urlsafe_b64decode(cursor))
        # Nobody has to turn 2,000 pages for it: shipments are numbered from 1, newest first.
        place = base64.urlsafe_b64encode(json.dumps([name, way, [51]]).encode()).decode()
        return f"shipments?{urlencode({'count': 0, 'cursor': place})}"

    @cached_property
    def eventful(self) -> list[str]:
        """References of shipments with 2 to 6 lines and 4 to 8 events."""
        rows = self.floor.rows(EVENTFUL, step=max(1, self.shipments // 2000))
        return [reference for (reference,) in rows]

    def details(self) -> Iterator[str]:
        return itertools.cycle(self.eventful)

    def first_page(self, client: Client) -> Answer:
        return client.api("shipments?count=0")


def same(found: Any, expected: Any, what: str) -> None:
    """This will refuse an answer that is not what the oracle says."""
    if found != expected:
        raise WrongAnswerError(f"{what}: {str(found)[:1500]}\nis not\n{str(expected)[:1500]}")


class WrongAnswerError(Exception):
    """An answer differs from a hand-written statement about the same rows."""
