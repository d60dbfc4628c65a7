"""Shipments with their lines, documents, legs and photos."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now, Replace
from django.utils.translation import gettext_lazy as _

from regions.models import Destination
from regions.models.fields import FoldedField, trigram_index
from shipments.models.catalogue import Donor, Item
from shipments.models.fields import COUNTED, QuantityField, Unit
from shipments.models.operations import Operation
from shipments.querysets import ShipmentLineQuerySet, ShipmentQuerySet


class Mode(models.TextChoices):
    """How goods travel."""

    ROAD = "road", _("road")
    RAIL = "rail", _("rail")
    AIR = "air", _("air")
    SEA = "sea", _("sea")
    HAND = "hand", _("by hand")


class Status(models.TextChoices):
    """Where a shipment stands; computed from its events by the database, never typed in."""

    DRAFT = "draft", _("draft")
    PLANNED = "planned", _("planned")
    DISPATCHED = "dispatched", _("dispatched")
    IN_TRANSIT = "in_transit", _("in transit")
    PARTIALLY_RECEIVED = "partially_received", _("partially received")
    RECEIVED = "received", _("received")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class WeightBasis(models.TextChoices):
    """How a weight is known."""

    WEIGHED = "weighed", _("weighed")
    DECLARED = "declared", _("declared")
    ESTIMATED = "estimated", _("estimated from the catalogue")
    UNKNOWN = "unknown", _("unknown")


class Shipment(models.Model):
    """One consignment: goods from one consignor to one destination under one reference."""

    reference = models.CharField(_("reference"), max_length=24, unique=True)
    plain_reference = models.GeneratedField(
        expression=Replace("reference", models.Value("-"), models.Value("")),
        output_field=models.CharField(max_length=24),
        db_persist=True,
    )
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="shipments")
    donor = models.ForeignKey(
        Donor,
        on_delete=models.PROTECT,
        related_name="shipments",
        help_text=_("The donor of lines that name no other."),
    )
    consignor = models.CharField(_("consignor"), max_length=200, blank=True)
    consignee = models.CharField(_("consignee"), max_length=200, blank=True)
    origin = models.ForeignKey(
        Destination, on_delete=models.PROTECT, related_name="outgoing_shipments"
    )
    destination = models.ForeignKey(
        Destination, on_delete=models.PROTECT, related_name="incoming_shipments"
    )
    mode = models.CharField(_("mode"), max_length=4, choices=Mode.choices)
    vehicles = models.PositiveSmallIntegerField(
        _("vehicles"), null=True, blank=True, help_text=_("Trucks, wagons or aircraft.")
    )
    planned_at = models.DateTimeField(_("planned departure"), null=True, blank=True)
    expected_at = models.DateTimeField(_("expected arrival"), null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True, max_length=2000)
    status = models.CharField(
        _("status"),
        max_length=18,
        choices=Status.choices,
        default=Status.DRAFT,
        editable=False,
        help_text=_("Computed from the shipment's events."),
    )
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    key = models.UUIDField(
        _("key"),
        null=True,
        unique=True,
        editable=False,
        help_text=_("Made by the sender, who may send none; sending it twice makes one shipment."),
    )
    fingerprint = models.CharField(
        max_length=64,
        default="",
        db_default="",
        editable=False,
        help_text=_("Hash of what the sender said, to tell a retry from a reuse."),
    )
    folded = FoldedField(sources=["reference", "consignor", "consignee"])

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mode__in=Mode.values), name="shipment_mode_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="shipment_status_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(origin=models.F("destination")),
                name="shipment_goes_somewhere",
                violation_error_message=_("Origin and destination must be two places."),
            ),
            models.CheckConstraint(
                condition=models.Q(reference__regex=r"^[AEKMT0-9]{2,8}-[0-9]{1,12}-[0-9]$"),
                name="shipment_reference_form",
                violation_error_message=_("A reference looks like KA20-1042-3."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "expected_at"], name="shipment_status_expected"),
            models.Index(fields=["plain_reference"], name="shipment_plain_reference"),
            trigram_index("shipment_folded"),
        ]

    def __str__(self) -> str:
        return self.reference


class ShipmentLine(models.Model):
    """One article of a shipment with its quantity, unit and weight."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), help_text=_("1 for the first line."))
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="lines")
    from_line = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="onward_lines",
        help_text=_("The received line of an earlier shipment that this one carries on."),
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lines")
    description = models.CharField(
        _("description"), max_length=300, blank=True, help_text=_("As written on the paper.")
    )
    quantity = QuantityField(_("quantity"), validators=[MinValueValidator(Decimal("0.001"))])
    unit = models.CharField(_("unit"), max_length=5, choices=Unit.choices)
    packages = models.PositiveIntegerField(_("packages"), null=True, blank=True)
    package_kind = models.CharField(_("kind of package"), max_length=40, blank=True)
    weight_kg = QuantityField(
        _("weight (kg)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text=_("Kilograms of the whole line; empty means unknown, which is not zero."),
    )
    weight_basis = models.CharField(
        _("basis of the weight"),
        max_length=9,
        choices=WeightBasis.choices,
        default=WeightBasis.UNKNOWN,
    )
    batch = models.CharField(_("batch"), max_length=60, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    unit_value = models.DecimalField(
        _("value of one unit"), max_digits=15, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, help_text=_("ISO 4217, for example USD.")
    )
    equipment = models.BooleanField(
        _("equipment"), default=False, help_text=_("Left out of totals unless asked.")
    )

    objects = ShipmentLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["shipment", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "position"],
                name="line_position_once",
                violation_error_message=_("Each line of a shipment has its own number."),
            ),
            models.CheckConstraint(
                condition=models.Q(position__gte=1), name="line_position_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0),
                name="line_quantity_above_zero",
                violation_error_message=_("Enter a quantity above zero."),
            ),
            models.CheckConstraint(
                condition=models.Q(unit__in=Unit.values), name="line_unit_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(unit__in=COUNTED)
                | models.Q(quantity=models.Func(models.F("quantity"), function="trunc")),
                name="line_counts_whole_pieces",
                violation_error_message=_("Pieces, sets, kits and beds are counted whole."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight_kg__isnull=True, weight_basis=WeightBasis.UNKNOWN)
                | models.Q(
                    weight_kg__isnull=False,
                    weight_kg__gt=0,
                    weight_basis__in=["weighed", "declared", "estimated"],
                ),
                name="line_weight_has_a_basis",
                violation_error_message=_(
                    "A weight is above zero and says whether it was weighed, declared or estimated."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(unit_value__isnull=True, currency="")
                | models.Q(
                    unit_value__isnull=False, unit_value__gte=0, currency__regex=r"^[A-Z]{3}$"
                ),
                name="line_value_has_a_currency",
                violation_error_message=_("Give a value together with its currency, e.g. USD."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment}/{self.position}"
