"""Creating and editing shipments before they leave."""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from regions.rights import Role, rights_of
from shipments.models import (
    Operation,
    Shipment,
)
from shipments.models.reports import ShipmentDraft
from shipments.models.shipments import Status
from shipments.services.entries import fingerprint
from shipments.services.filling import Filling
from shipments.services.judging import (
    BEFORE_DISPATCH,
)
from shipments.services.refusals import database_refusals, refusal, rule_broken
from shipments.services.rules import RULES
from text.check_digits import make_reference, parse_reference

ROUTE = ("donor_id", "origin_id", "destination_id", "mode")
UNIQUE_KEY = "shipments_shipment_key_key"


@dataclass(frozen=True)
class Created:
    """A shipment that was created; ``replayed`` says that its key was known and had made it."""

    shipment: Shipment
    replayed: bool = False


def create_shipment(*, draft: ShipmentDraft, by: User) -> Shipment:
    """This will create a shipment as a draft, with a new reference unless one is given.

    Refuses unknown codes as ``unknown_<noun>`` and whatever is wrong with a line, all at once.
    Raises PermissionDenied for one who does not coordinate the region of the origin.
    """
    with database_refusals():
        return add_shipment(Shipment(created_by=by), draft, by)


def create_shipment_once(*, key: UUID, draft: ShipmentDraft, by: User) -> Created:
    """This will create a shipment as ``create_shipment`` does, once for each key of a sender.

    A known key with the same content gives the shipment it made, as it is now; with other content,
    or where the person may not see that shipment, it is refused as ``key_reused``. Raises ``busy``
    while another request with the key takes too long.
    """
    said = content_of(draft)
    with database_refusals():
        if earlier := made_before(key, said, by):
            return Created(earlier, replayed=True)
        try:
            shipment = Shipment(created_by=by, key=key, fingerprint=said)
            return Created(add_shipment(shipment, draft, by))
        except IntegrityError as error:
            # Somebody used the key between our look and our write: now it is there to see.
            earlier = made_before(key, said, by) if rule_broken(error) == UNIQUE_KEY else None
            if earlier is None:
                raise
            return Created(earlier, replayed=True)


def add_shipment(shipment: Shipment, draft: ShipmentDraft, by: User) -> Shipment:
    with transaction.atomic():
        filled = Filling(draft, by)
        filled.fill(shipment)
        require_coordinator(by, shipment)
        shipment.reference = reference_for(draft, shipment.operation)
        save(shipment)
        filled.save_lines(shipment)
        filled.save_documents(shipment)
    return shipment


def content_of(draft: ShipmentDraft) -> str:
    """This will hash what a draft says, whoever sent it and by whichever way."""
    said = dict(vars(draft))
    for name in ("lines", "documents"):
        said[name] = [vars(row) for row in said[name] or ()]
    return fingerprint(said)


def made_before(key: UUID, said: str, by: User) -> Shipment | None:
    """This will return what the key made before, or refuse ``key_reused``, which says no more."""
    found = Shipment.objects.filter(key=key).values_list("pk", "fingerprint").first()
    if found is None:
        return None
    pk, earlier = found
    shipment: Shipment | None = Shipment.objects.visible_to(by).filter(pk=pk).first()
    if shipment is None or earlier != said:
        raise refusal("key", "key_reused", RULES[UNIQUE_KEY].sentence)
    return shipment


def edit_shipment(
    *, reference: str, draft: ShipmentDraft, by: User, version: str | None = None
) -> Shipment:
    """This will change a shipment; its lines become those of the draft, unless that has None.

    With ``version`` (of ``version_of``) it refuses ``changed_meanwhile`` if somebody else
    changed the shipment since. After dispatch it refuses lines as ``lines_fixed`` and a change
    of the route as ``route_fixed``; a closed or cancelled shipment as ``wrong_status``.
    """
    with database_refusals(), transaction.atomic():
        shipment: Shipment | None = (
            Shipment.objects.visible_to(by)
            .filter(reference=reference)
            .select_related("operation", "origin__region", "destination__region")
            .select_for_update(of=("self",), no_key=True)
            .first()
        )
        if shipment is None:
            sentence = _("%(reference)s is not among your shipments.")
            raise refusal("shipment", "unknown_shipment", sentence, reference=reference)
        require_coordinator(by, shipment)
        require_unchanged(shipment, version)
        require_open(shipment, draft)
        filled = Filling(draft, by)
        fixed = [getattr(shipment, name) for name in ROUTE]
        operation = shipment.operation
        filled.fill(shipment)
        if shipment.operation != operation:
            sentence = _("A shipment stays in the operation its reference names.")
            raise refusal("operation", "operation_fixed", sentence)
        if shipment.status not in BEFORE_DISPATCH and fixed != [
            getattr(shipment, name) for name in ROUTE
        ]:
            raise refusal(
                "destination", "route_fixed", RULES["route_is_fixed_after_dispatch"].sentence
            )
        require_coordinator(by, shipment)
        save(shipment)
        filled.save_lines(shipment)
        filled.save_documents(shipment)
    return shipment


def require_open(shipment: Shipment, draft: ShipmentDraft) -> None:
    if shipment.status in (Status.CLOSED, Status.CANCELLED):
        sentence = _("%(reference)s is %(status)s and can no longer be changed.")
        raise refusal(
            "shipment",
            "wrong_status",
            sentence,
            reference=shipment.reference,
            status=shipment.get_status_display(),
        )
    if shipment.status not in BEFORE_DISPATCH and draft.lines is not None:
        sentence = _("%(reference)s has left. Its lines can no longer be changed.")
        raise refusal("lines", "lines_fixed", sentence, reference=shipment.reference)


def version_of(shipment: Shipment) -> str:
    """This will fingerprint what an editor sees of a shipment, to notice another's change."""
    columns = [getattr(shipment, f.attname) for f in shipment._meta.concrete_fields]
    lines = list(shipment.lines.order_by("position").values_list())
    papers = list(shipment.documents.order_by("kind", "number").values_list("kind", "number"))
    text = json.dumps([columns, lines, papers], default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def require_unchanged(shipment: Shipment, version: str | None) -> None:
    if version is not None and version != version_of(shipment):
        raise refusal(
            "shipment",
            "changed_meanwhile",
            _("Somebody changed %(reference)s meanwhile. Compare, then save again."),
            reference=shipment.reference,
        )


def require_coordinator(by: User, shipment: Shipment) -> None:
    if not rights_of(by).holds_in(Role.COORDINATOR, shipment.origin.region.path):
        raise PermissionDenied(
            _("Only a coordinator for %(region)s may plan shipments from there.")
            % {"region": shipment.origin.region.name}
        )


def reference_for(draft: ShipmentDraft, operation: Operation) -> str:
    """This will check a given reference, or number a new one."""
    if not draft.reference:
        reference = make_reference(operation.code, next_serial())
        # A reference that somebody gave may lie ahead of the numbers.
        while Shipment.objects.filter(reference=reference).exists():
            reference = make_reference(operation.code, next_serial())
        return reference
    read = parse_reference(draft.reference, operation_codes=[operation.code])
    if read.canonical is None or not read.canonical.startswith(f"{operation.code}-"):
        raise refusal(
            "reference",
            "not_a_reference",
            _("%(reference)s is not a reference of this operation. It looks like %(example)s."),
            reference=draft.reference,
            example=read.proposed[0] if read.proposed else make_reference(operation.code, 1042),
        )
    return read.canonical


def next_serial() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('shipment_serial')")
        (serial,) = cursor.fetchone() or (0,)
    return int(serial)


def save(shipment: Shipment) -> None:
    # What was looked up by its code, or in a closed list, is not asked of the database again.
    known = ["created_by", "operation", "donor", "origin", "destination", "mode", "status", "key"]
    shipment.clean_fields(exclude=[*known, "reference"])
    shipment.save()
