"""Questions about totals that somebody keeps under a name and a short address."""

from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shipments.models.operations import Operation
from shipments.querysets import SavedQueryQuerySet

LONGEST_NAME, LONGEST_QUERY = 150, 8000


class SavedQuery(models.Model):
    """A question about totals under a name; whoever opens it gets an answer by their own rights."""

    code = models.CharField(
        _("code"),
        max_length=16,
        unique=True,
        db_default=Func(function="next_saved_query_code"),
        editable=False,
        help_text=_("Its short address, with a check digit: T1001-9 is found at /q/T1001-9."),
    )
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    operation = models.ForeignKey(
        Operation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Shared with whoever sees this operation; without one it is its owner's."),
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    retired_at = models.DateTimeField(
        _("retired at"), null=True, blank=True, help_text=_("From then on it answers no more.")
    )

    objects = SavedQueryQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved query")
        verbose_name_plural = _("saved queries")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=r"\S"),
                name="saved_query_has_a_name",
                violation_error_message=_("Enter a name for the question."),
            ),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(retired_at__isnull=True),
                name="saved_query_name_once_an_owner",
                violation_error_message=_("You have a saved query of this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SavedQueryVersion(models.Model):
    """What a saved query asked from a moment on; the newest one counts. Rows are only added."""

    saved_query = models.ForeignKey(SavedQuery, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(help_text=_("1 for the first version."))
    query = models.TextField(
        help_text=_("The question as parameters of an address, always in the same order.")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("version of a saved query")
        verbose_name_plural = _("versions of saved queries")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["saved_query", "number"],
                name="saved_query_version_once",
                violation_error_message=_(
                    "Somebody saved a version at the same moment. Look at it, then save yours."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.query
