"""What people say about events: their words, doubts and answers, and how sure others are."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shipments.models.ledger import DeliveryEvent
from shipments.querysets import WarningQuerySet


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
