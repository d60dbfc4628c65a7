"""The ledger: delivery events, their lines, and what belongs to them. Rows are only added."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from regions.models import Destination
from shipments.models.fields import QuantityField
from shipments.models.shipments import Shipment, ShipmentLine, WeightBasis
from shipments.querysets import DeliveryEventQuerySet, DeliveryLineQuerySet
from shipments.querysets.totals import measures


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


ACCOUNTED = tuple(map(Outcome, measures.ACCOUNTED))
MILESTONES = tuple(map(Outcome, measures.MILESTONES))
# Where goods arrive, some may be damaged, or more than was sent.
WITH_DAMAGE = (EventKind.RECEIVED, EventKind.HANDED_OVER, EventKind.DISTRIBUTED)


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
    # Its index is the one with the day, below.
    place = models.ForeignKey(
        Destination,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
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
            models.Index(fields=["place", "occurred_on"], name="event_place_day"),
            # The order of the list, and of the newest events of the first page.
            models.Index(fields=["occurred_at", "id"], name="event_occurred"),
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
