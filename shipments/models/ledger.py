"""The ledger: delivery events, their lines, and what belongs to them. Rows are only added."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from regions.models import Destination
from shipments.models.fields import QuantityField
from shipments.models.shipments import Shipment, ShipmentLine, WeightBasis
from shipments.querysets import DeliveryEventQuerySet, DeliveryLineQuerySet, WarningQuerySet


class EventKind(models.TextChoices):
    """What can happen to a shipment."""

    PLANNED = "planned", _("planned")
    INSPECTED = "inspected", _("inspected")
    DISPATCHED = "dispatched", _("dispatched")
    DEPARTED = "departed", _("departed")
    ARRIVED = "arrived", _("arrived")
    RECEIVED = "received", _("received")
    HANDED_OVER = "handed_over", _("handed over")
    DISTRIBUTED = "distributed", _("distributed")
    RETURNED = "returned", _("returned")
    LOST = "lost", _("lost")
    WEIGHED = "weighed", _("weighed")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")
    REVERSED = "reversed", _("reversed")


class Outcome(models.TextChoices):
    """What a ledger line counts."""

    SENT = "sent", _("sent")
    RECEIVED = "received", _("received")
    DAMAGED = "damaged", _("damaged")
    LOST = "lost", _("lost")
    RETURNED = "returned", _("returned")
    HANDED_OVER = "handed_over", _("handed over")
    DISTRIBUTED = "distributed", _("distributed")


ACCOUNTED = (Outcome.RECEIVED, Outcome.DAMAGED, Outcome.LOST, Outcome.RETURNED)
MILESTONES = (Outcome.HANDED_OVER, Outcome.DISTRIBUTED)


class Source(models.TextChoices):
    """By which way an event came in."""

    WEB = "web", _("browser")
    API = "api", _("API")
    IMPORT = "import", _("spreadsheet")
    OFFLINE = "offline", _("offline outbox")


class DeliveryEvent(models.Model):
    """One thing that happened to a shipment, at a time and a place."""

    key = models.UUIDField(
        _("key"), unique=True, help_text=_("Made by the sender; recording it twice counts once.")
    )
    code = models.CharField(
        _("code"),
        max_length=16,
        unique=True,
        db_default=Func(function="next_event_code"),
        editable=False,
        help_text=_("Short, with a check digit, to be read over the radio."),
    )
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("kind"), max_length=11, choices=EventKind.choices)
    occurred_at = models.DateTimeField(_("occurred at"))
    occurred_on = models.DateField(
        _("local date"), help_text=_("The day in the operation's time zone.")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Func(function="ledger_clock"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    place = models.ForeignKey(
        Destination, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(_("source"), max_length=7, choices=Source.choices)
    surplus = models.BooleanField(
        _("surplus"), default=False, help_text=_("More than was sent, and the sender means it.")
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacement"
    )
    fingerprint = models.CharField(
        max_length=64, help_text=_("Hash of what the sender said, to tell a retry from a reuse.")
    )
    transaction = models.BigIntegerField(
        db_default=Func(function="ledger_transaction"),
        help_text=_("Number of the database transaction, by which rows are sealed."),
    )

    objects = DeliveryEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery event")
        verbose_name_plural = _("delivery events")
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=EventKind.values), name="event_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=Source.values), name="event_source_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="reversed", reverses__isnull=False)
                | ~models.Q(kind="reversed") & models.Q(reverses__isnull=True),
                name="event_reversal_names_its_event",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    occurred_at__lte=F("recorded_at") + Value("10 minutes", models.DurationField())
                ),
                name="event_not_in_the_future",
                violation_error_message=_("An event cannot lie in the future."),
            ),
        ]
        indexes = [
            models.Index(fields=["shipment", "occurred_at"], name="event_shipment_occurred"),
            models.Index(fields=["recorded_at"], name="event_recorded"),
        ]

    def __str__(self) -> str:
        return self.code


class DeliveryLine(models.Model):
    """A ledger line: a quantity of one shipment line that met one outcome in one event."""

    event = models.ForeignKey(DeliveryEvent, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(ShipmentLine, on_delete=models.PROTECT, related_name="ledger")
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome.choices)
    quantity = QuantityField(_("quantity"), help_text=_("Below zero only in a reversal."))
    weight_kg = QuantityField(
        _("weight (kg)"), null=True, help_text=_("Kilograms; empty means unknown.")
    )
    weight_basis = models.CharField(
        _("basis of the weight"), max_length=9, choices=WeightBasis.choices
    )
    surplus = QuantityField(
        _("surplus"), default=0, help_text=_("The part of the quantity beyond what was sent.")
    )
    scale_kg = QuantityField(
        _("scale reading (kg)"),
        null=True,
        help_text=_("What a scale showed at receipt; kept beside the balance, not in it."),
    )

    objects = DeliveryLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger lines")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=Outcome.values), name="ledger_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(weight_basis__in=WeightBasis.values),
                name="ledger_weight_basis_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(surplus=0) | models.Q(outcome__in=ACCOUNTED),
                name="ledger_surplus_is_accounted",
            ),
            models.UniqueConstraint(
                fields=["event", "line", "outcome"], name="ledger_outcome_once_an_event"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.outcome}"


def counter() -> QuantityField:
    """This will make a column that the ledger's trigger adds to."""
    return QuantityField(default=0, editable=False)


def generated(expression: str) -> "models.GeneratedField":
    """This will make a stored column that the database computes from the counters."""
    return models.GeneratedField(
        expression=models.expressions.RawSQL(expression, ()),  # noqa: S611
        output_field=QuantityField(),
        db_persist=True,
    )


SENT_LESS_ACCOUNTED = "sent - (received + damaged + lost + returned)"
KG_LESS_ACCOUNTED = "sent_kg - (received_kg + damaged_kg + lost_kg + returned_kg)"


class LineBalance(models.Model):
    """What the ledger says of one shipment line; written by a trigger and by nothing else.

    sent + surplus = received + damaged + lost + returned + outstanding, in quantity and in
    kilograms. Kilograms are 0 while the line's weight is unknown (``sent_kg`` = 0).
    """

    line = models.OneToOneField(
        ShipmentLine, on_delete=models.DO_NOTHING, primary_key=True, related_name="balance"
    )
    sent = counter()
    received = counter()
    damaged = counter()
    lost = counter()
    returned = counter()
    handed_over = counter()
    distributed = counter()
    declared_surplus = counter()
    onward = counter()
    sent_kg = counter()
    received_kg = counter()
    damaged_kg = counter()
    lost_kg = counter()
    returned_kg = counter()
    handed_over_kg = counter()
    distributed_kg = counter()
    outstanding = generated(f"greatest({SENT_LESS_ACCOUNTED}, 0)")
    surplus = generated(f"greatest(-({SENT_LESS_ACCOUNTED}), 0)")
    outstanding_kg = generated(
        f"case when {SENT_LESS_ACCOUNTED} > 0 then {KG_LESS_ACCOUNTED} else 0 end"
    )
    surplus_kg = generated(
        f"case when {SENT_LESS_ACCOUNTED} < 0 then -({KG_LESS_ACCOUNTED}) else 0 end"
    )

    class Meta:
        verbose_name = _("balance of a line")
        verbose_name_plural = _("balances of lines")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    *((f"{name}__gte", 0) for name in (*Outcome.values, "declared_surplus"))
                ),
                name="balance_never_below_zero",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    sent__gte=F("received")
                    + F("damaged")
                    + F("lost")
                    + F("returned")
                    - F("declared_surplus")
                ),
                name="balance_no_more_than_outstanding",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_over__lte=F("received")),
                name="balance_handed_over_was_received",
            ),
            models.CheckConstraint(
                condition=models.Q(distributed__lte=F("received")),
                name="balance_distributed_was_received",
            ),
            models.CheckConstraint(
                condition=models.Q(onward__gte=0, onward__lte=F("received")),
                name="balance_onward_was_received",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_kg__gt=0)
                | models.Q(received_kg=0, damaged_kg=0, lost_kg=0, returned_kg=0),
                name="balance_weight_was_sent",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    *(
                        models.Q((f"{name}_kg", 0))
                        | models.Q((f"{name}__gt", 0), (f"{name}_kg__gt", 0))
                        for name in Outcome.values
                    )
                ),
                name="balance_weight_has_a_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}"


class TextKind(models.TextChoices):
    """Which words of a person an event carries."""

    NOTE = "note", _("note")
    REASON = "reason", _("reason")
    REMARK = "remark", _("remark")
    RECEIVED_BY = "received_by", _("received by")


class EventText(models.Model):
    """Words that a person wrote about an event, in a row of their own.

    They may have to be withdrawn one day; the salted hash proves then what stood here.
    """

    event = models.ForeignKey(DeliveryEvent, on_delete=models.PROTECT, related_name="texts")
    kind = models.CharField(max_length=11, choices=TextKind.choices)
    position = models.PositiveSmallIntegerField(
        default=0, help_text=_("The shipment line spoken of; 0 for the whole event.")
    )
    text = models.TextField(max_length=2000)
    salt = models.UUIDField(default=uuid.uuid4)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("words about an event")
        verbose_name_plural = _("words about events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=TextKind.values), name="text_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["event", "kind", "position"], name="text_once_an_event_and_line"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class StoredAnswer(models.Model):
    """What a sender was told when an event was recorded, kept for the retry. No free text."""

    event = models.OneToOneField(
        DeliveryEvent, on_delete=models.PROTECT, primary_key=True, related_name="answer"
    )
    body = models.JSONField()

    class Meta:
        verbose_name = _("stored answer")
        verbose_name_plural = _("stored answers")

    def __str__(self) -> str:
        return f"{self.event_id}"


class PlausibilityWarning(models.Model):
    """A doubt about an event, raised when it was recorded: a code and the numbers compared."""

    event = models.ForeignKey(DeliveryEvent, on_delete=models.PROTECT, related_name="warnings")
    code = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(
        default=0, help_text=_("The shipment line doubted; 0 for the whole event.")
    )
    compared = models.JSONField(help_text=_("The numbers compared, by name."))

    objects = WarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("plausibility warning")
        verbose_name_plural = _("plausibility warnings")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "code", "position"], name="warning_once_an_event_and_line"
            )
        ]

    def __str__(self) -> str:
        return self.code


class WarningAnswer(models.Model):
    """What somebody answered to a warning."""

    warning = models.ForeignKey(
        PlausibilityWarning, on_delete=models.PROTECT, related_name="answers"
    )
    remark = models.TextField(max_length=1000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("answer to a warning")
        verbose_name_plural = _("answers to warnings")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.remark


class VerificationLevel(models.TextChoices):
    """How sure we are of an event; an axis apart from status."""

    REPORTED = "reported", _("reported")
    DOCUMENTED = "documented", _("documented")
    VERIFIED = "verified", _("verified")
    DISPUTED = "disputed", _("disputed")


class Verification(models.Model):
    """What a second person found out about an event; the newest one counts."""

    event = models.ForeignKey(DeliveryEvent, on_delete=models.PROTECT, related_name="verifications")
    level = models.CharField(_("level"), max_length=10, choices=VerificationLevel.choices)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(db_default=Now())
    remark = models.TextField(blank=True, max_length=1000)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=VerificationLevel.values),
                name="verification_level_is_known",
            )
        ]

    def __str__(self) -> str:
        return self.level
