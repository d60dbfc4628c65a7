"""Verifying events: a second person says how sure we are."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from regions.rights import Role, rights_of
from shipments.models import DeliveryEvent, Verification
from shipments.models.testimony import VerificationLevel
from shipments.services.refusals import database_refusals, refusal
from shipments.services.reversals import shipment_with_places, visible_event


def verify_event(*, event: UUID, level: str, remark: str = "", by: User) -> DeliveryEvent:
    """This will keep what a verifier found out about an event; the newest finding counts.

    Refuses ``unknown_event``, ``unknown_level``, ``remark_required`` for a dispute, and
    ``own_entry`` for the person who recorded the event.
    """
    found = visible_event(event, by)
    shipment = shipment_with_places(found)
    paths = [shipment.destination.region.path, *([found.place.region.path] if found.place else [])]
    if not any(rights_of(by).holds_in(Role.VERIFIER, path) for path in paths):
        raise PermissionDenied(_("Only a verifier for this place may verify."))
    if level not in VerificationLevel.values:
        raise refusal(
            "level",
            "unknown_level",
            _("%(level)s is not a level. Use one of: %(allowed)s."),
            level=level,
            allowed=", ".join(VerificationLevel.values),
        )
    if level == VerificationLevel.DISPUTED and not remark.strip():
        raise refusal("remark", "remark_required", _("Say what is disputed."))
    if found.recorded_by_id == by.pk:
        sentence = _("Somebody else than the person who recorded it must verify it.")
        raise refusal("event", "own_entry", sentence)
    with database_refusals():
        Verification.objects.create(event=found, level=level, verified_by=by, remark=remark.strip())
    return found
