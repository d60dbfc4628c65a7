"""Files too large to be answered at once, prepared in the background."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shipments.querysets import ExportFileQuerySet


class ExportStatus(models.TextChoices):
    """How far a file is."""

    QUEUED = "queued", _("queued")
    WORKING = "working", _("working")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class ExportFile(models.Model):
    """A file somebody asked for; this row is the truth, a message only wakes the worker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    resource = models.CharField(
        max_length=40, help_text=_("The list or totals, for example lines.")
    )
    query = models.TextField(blank=True, help_text=_("The query string of the request."))
    file_format = models.CharField(max_length=10)
    status = models.CharField(
        max_length=8, choices=ExportStatus.choices, default=ExportStatus.QUEUED
    )
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True)
    file = models.FileField(upload_to="exports/%Y/%m", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_with = models.JSONField(
        null=True,
        editable=False,
        help_text=_("What its reader might see when it was made; empty as long as it is not made."),
    )
    detail = models.TextField(blank=True, help_text=_("Why it failed, as a sentence."))
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, help_text=_("Until when a worker holds it."))
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    objects = ExportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ExportStatus.values), name="export_status_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="done") | ~models.Q(file=""), name="export_done_has_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource}.{self.file_format}"
