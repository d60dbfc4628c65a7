"""What comes with a shipment: documents, photos, legs, notices."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from regions.models import Destination
from regions.models.fields import FoldedField, trigram_index
from shipments.models.ledger import DeliveryEvent
from shipments.models.shipments import Shipment
from shipments.querysets import OverdueNoticeQuerySet


class DocumentKind(models.TextChoices):
    """The papers of the trade."""

    WAYBILL = "waybill", _("waybill")
    PACKING_LIST = "packing_list", _("packing list")
    GRN = "grn", _("goods received note (GRN)")
    POD = "pod", _("proof of delivery (POD)")
    LOSS_REPORT = "loss_report", _("loss and damage report")
    GIFT_CERTIFICATE = "gift_certificate", _("gift certificate")


class TransportDocument(models.Model):
    """A paper that came with a shipment, as its issuer numbered it."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind.choices)
    number = models.CharField(_("number"), max_length=60)
    file = models.FileField(_("file"), upload_to="documents/%Y/%m", blank=True)
    folded = FoldedField(sources=["number"])

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["kind", "number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=DocumentKind.values), name="document_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["shipment", "kind", "number"],
                name="document_once_a_shipment",
                violation_error_message=_("The shipment has this document already."),
            ),
        ]
        indexes = [trigram_index("document_folded")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Attachment(models.Model):
    """A photo of a delivery event, encoded anew from its pixels so that no metadata is left."""

    event = models.ForeignKey(DeliveryEvent, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to="photos/%Y/%m")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text=_("Bytes."))

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.UniqueConstraint(fields=["event", "sha256"], name="attachment_once_an_event")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Leg(models.Model):
    """A shipment's movement between two places with one vehicle."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="legs")
    position = models.PositiveSmallIntegerField(_("leg"), help_text=_("1 for the first leg."))
    from_place = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="+")
    to_place = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="+")
    vehicle = models.CharField(_("vehicle"), max_length=60, blank=True)
    driver = models.CharField(_("driver"), max_length=100, blank=True)
    seal = models.CharField(_("seal"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("leg")
        verbose_name_plural = _("legs")
        ordering = ["shipment", "position"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "position"], name="leg_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.from_place} → {self.to_place}"


class OverdueNotice(models.Model):
    """That a shipment was found late against the arrival it was expected at."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="notices")
    expected_at = models.DateTimeField(_("expected arrival"))
    detected_at = models.DateTimeField(_("detected at"), db_default=Now())

    objects = OverdueNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("overdue notice")
        verbose_name_plural = _("overdue notices")
        ordering = ["-detected_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "expected_at"], name="overdue_noticed_once_a_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.shipment}: {self.expected_at:%Y-%m-%d}"
