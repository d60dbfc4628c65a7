"""What is said of events later: how sure a second person is, and what answers a doubt."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from regions.rights import Role, rights_of
from shipments.models import (
    DeliveryEvent,
    PlausibilityWarning,
    Shipment,
    Verification,
    WarningAnswer,
)
from shipments.models.ledger import EventKind
from shipments.models.testimony import VerificationLevel
from shipments.services.judging import require_right
from shipments.services.refusals import database_refusals, refusal
from shipments.services.reversals import visible_event


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


def answer_warnings(*, event: UUID, answers: dict[str, str], by: User) -> DeliveryEvent:
    """This will keep what somebody answers to the warnings of an event: warning code to remark.

    Refuses ``unknown_event``, ``unknown_warning`` and ``remark_required``.
    """
    found = visible_event(event, by)
    kind = EventKind.RECEIVED if found.kind == EventKind.REVERSED else found.kind
    require_right(by, kind, shipment_with_places(found), found.place)
    warnings: dict[str, list[PlausibilityWarning]] = {}
    for warning in found.warnings.all():
        warnings.setdefault(warning.code, []).append(warning)
    for code, remark in answers.items():
        if code not in warnings:
            raise refusal(
                f"answers/{code}",
                "unknown_warning",
                _("The event has no warning %(given)s. Its warnings are: %(allowed)s."),
                given=code,
                allowed=", ".join(sorted(warnings)) or "–",
            )
        if not remark.strip():
            raise refusal(f"answers/{code}", "remark_required", _("Write a remark."))
    WarningAnswer.objects.bulk_create(
        WarningAnswer(warning=warning, remark=remark.strip(), answered_by=by)
        for code, remark in answers.items()
        for warning in warnings[code]
    )
    return found


def shipment_with_places(event: DeliveryEvent) -> Shipment:
    shipment: Shipment = Shipment.objects.select_related(
        "origin__region", "destination__region"
    ).get(pk=event.shipment_id)
    return shipment
