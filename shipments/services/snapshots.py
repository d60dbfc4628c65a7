"""Publishing a total: with its question, its moment, the rights it was made from, and a hash."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from regions.models import Region
from regions.rights import rights_of
from shipments.models import Operation, Snapshot
from shipments.models.snapshots import LONGEST_TITLE, Standpoint
from shipments.querysets.errata import content_of, standpoint_reader
from shipments.querysets.totals import MEASURES, Answer, TotalsQuery, answer
from shipments.services.refusals import database_refusals, refusal
from shipments.services.saving import plain_line, require_keeper
from text.refusals import keyed

# An event may be said to have happened this long after it was recorded (clocks differ), and the
# public sees it once both moments are older than the embargo.
CLOCKS_DIFFER = timedelta(minutes=10)


def publish_snapshot(
    *, title: str, query: TotalsQuery, public: bool, by: User, at: datetime
) -> Snapshot:
    """This will publish the figures of a question as they are known at ``as_of``, or else now.

    Made from what ``by`` sees, and shown to whoever sees as much; with ``public`` from what
    everybody sees of one public operation, and as of before its embargo. Refuses ``required``
    and ``too_long`` titles, ``one_public_operation``, ``too_late`` moments, ``not_settled``
    while something from before the moment is still being recorded, and wrong questions.
    """
    require_keeper(by)
    operation = Operation.objects.visible_to(by).filter(code=query.only_operation).first()
    standpoint, regions = standpoint_of(by, operation, public=public)
    if public:
        refuse_announced(query)
    latest = at if operation is None or not public else before_embargo(operation, at)
    asked = as_published(query, moment_of(query, latest))
    found = answered(asked, standpoint, regions)
    return keep(
        found,
        title=plain_line(title, "title", LONGEST_TITLE, empty=_("Enter a title for the figures.")),
        operation=operation,
        query=asked.canonical(),
        standpoint=standpoint,
        regions=regions,
        made_by=by,
    )


def keep(found: Answer, **facts: Any) -> Snapshot:
    """This will write an answer down with its hash; ``facts`` are fields of the snapshot."""
    said = {name: facts[name] for name in ("title", "query", "standpoint", "regions")}
    content = canonical(said | content_of(found) | {"as_of": found.as_of.isoformat()})
    with database_refusals(), transaction.atomic():
        made = Snapshot(
            **facts,
            as_of=found.as_of,
            content=content,
            sha256=hashlib.sha256(content.encode()).hexdigest(),
        )
        made.save()
        made.refresh_from_db()
    return made


def standpoint_of(by: User, operation: Operation | None, *, public: bool) -> tuple[str, list[str]]:
    """This will say with whose eyes a total is made: the public's, or its maker's own."""
    rights = rights_of(by)
    if public:
        if operation is None or not operation.public:
            raise refusal(
                "public",
                "one_public_operation",
                _("Figures for everybody are about one public operation: ask for operation=."),
            )
        return Standpoint.PUBLIC, []
    if rights.reads_everywhere:
        return Standpoint.EVERYWHERE, []
    found = Region.objects.filter(path__in=rights.reading_paths).order_by("code")
    return Standpoint.REGIONS, list(found.values_list("code", flat=True))


def refuse_announced(query: TotalsQuery) -> None:
    """What the public sees of announced goods grows with later dispatches, at any moment."""
    announced = [name for name in query.measures if MEASURES[name].base == "announced"]
    if announced:
        raise refusal(
            "query",
            "announced_moves",
            _("Announced goods cannot be published for everybody. Leave out %(names)s."),
            names=", ".join(announced),
        )


def before_embargo(operation: Operation, at: datetime) -> datetime:
    """This will find the last moment of which the public knows everything already."""
    return at - timedelta(hours=operation.embargo_hours) - CLOCKS_DIFFER


def moment_of(query: TotalsQuery, latest: datetime) -> datetime:
    asked = query.scope.as_of
    if asked is not None and asked > latest:
        raise refusal(
            "query",
            "too_late",
            _(
                "Of that moment not everything is known yet. Ask for as_of=%(latest)s at the "
                "latest."
            ),
            latest=latest.isoformat(timespec="seconds"),
        )
    return asked or latest


def as_published(query: TotalsQuery, as_of: datetime) -> TotalsQuery:
    """This will ask for every row, with codes and names, of one moment."""
    scope = replace(query.scope, as_of=as_of)
    return replace(query, shape="long", labels="both", limit=None, scope=scope)


def answered(query: TotalsQuery, standpoint: str, regions: list[str]) -> Answer:
    try:
        found = answer(query, standpoint_reader(standpoint, regions))
    except ValidationError as refused:
        raise keyed(refused, "query") from None
    if not found.settled:
        raise refusal(
            "query",
            "not_settled",
            _("Something is being recorded at this moment. Publish in a minute."),
        )
    return found


def canonical(content: dict[str, Any]) -> str:
    """This will write JSON the one way: members by name, no spaces, characters as they are."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
