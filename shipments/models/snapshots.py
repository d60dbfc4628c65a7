"""Published totals: a figure with the question, the moment and the rights it was made from."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from shipments.models.operations import Operation
from shipments.querysets import SnapshotQuerySet

LONGEST_TITLE = 150
BYTES = Func(F("content"), Value("UTF8"), function="convert_to")
HASH = Func(
    Func(BYTES, function="sha256"),
    Value("hex"),
    function="encode",
    output_field=models.TextField(),
)


class Standpoint(models.TextChoices):
    """Whose eyes a published total was made with."""

    PUBLIC = "public", _("what the public sees")
    EVERYWHERE = "everywhere", _("everything")
    REGIONS = "regions", _("some regions")


class Snapshot(models.Model):
    """A total as it was published: never changed; what was corrected since is listed beside it."""

    code = models.CharField(
        _("code"),
        max_length=16,
        unique=True,
        db_default=Func(function="next_snapshot_code"),
        editable=False,
        help_text=_("Short, with a check digit, for example K1001-9."),
    )
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    operation = models.ForeignKey(
        Operation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("The only operation asked about, if there is one."),
    )
    query = models.TextField(
        _("question"), help_text=_("Parameters of totals, always in the same order.")
    )
    as_of = models.DateTimeField(_("as known on"))
    standpoint = models.CharField(
        _("made from"),
        max_length=10,
        choices=Standpoint.choices,
        help_text=_("The rights that the figures were made with, and are made anew with."),
    )
    regions = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("regions"),
        default=list,
        help_text=_("Codes of the regions with all that lies below them, where made from some."),
    )
    content = models.TextField(_("content"), help_text=_("The figures as canonical JSON."))
    sha256 = models.CharField(
        max_length=64, help_text=_("Hash of the content in UTF-8: sha256sum of the file says it.")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("published at"), db_default=Now())

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Exact(F("sha256"), HASH),
                name="snapshot_hash_is_right",
                violation_error_message=_("The hash is not that of the content."),
            ),
            models.CheckConstraint(
                condition=Q(title__regex=r"\S"),
                name="snapshot_has_a_title",
                violation_error_message=_("Enter a title for the figures."),
            ),
            models.CheckConstraint(
                condition=Q(standpoint__in=Standpoint.values),
                name="snapshot_standpoint_is_known",
            ),
            models.CheckConstraint(
                condition=Q(standpoint="regions", regions__len__gt=0)
                | (~Q(standpoint="regions") & Q(regions=[])),
                name="snapshot_names_its_regions",
                violation_error_message=_("Figures made from some regions name them."),
            ),
            models.CheckConstraint(
                condition=~Q(standpoint="public") | Q(operation__isnull=False),
                name="snapshot_of_the_public_names_its_operation",
                violation_error_message=_("Figures for everybody are about one operation."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
