"""Relief operations."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models import Region
from regions.models.fields import FoldedField, SortKeysField, trigram_index
from shipments.querysets import OperationQuerySet
from text.dates import require_time_zone

# At least one letter; an E with digits alone would read like the code of an event.
OPERATION_CODE = r"^(?!E[0-9]+$)(?=.*[AEKMT])[AEKMT0-9]{2,8}$"


def time_zone_exists(value: str) -> None:
    """This will refuse what ``require_time_zone`` refuses; migrations know it by this name."""
    require_time_zone(value)


class Operation(models.Model):
    """A relief operation or appeal; every shipment belongs to one."""

    code = models.CharField(
        _("code"),
        max_length=8,
        unique=True,
        validators=[
            RegexValidator(
                OPERATION_CODE,
                _("Use 2 to 8 digits and the letters A E K M T, for example KA20."),
                code="not_a_code",
            )
        ],
        help_text=_("Begins every reference; digits and the letters A E K M T only."),
    )
    name = models.CharField(_("name"), max_length=150)
    names = models.JSONField(
        _("names"), default=dict, blank=True, help_text=_("Language code to name.")
    )
    contact = models.EmailField(
        _("contact"), blank=True, help_text=_("A role address, not a person's.")
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        validators=[time_zone_exists],
        help_text=_("Decides on which local day an event falls, for example Asia/Baku."),
    )
    name_order = ArrayField(
        models.CharField(max_length=8),
        verbose_name=_("order of place names"),
        default=list,
        blank=True,
        help_text=_("Languages in which places are named, first one first, for example hy, az."),
    )
    regions = models.ManyToManyField(
        Region,
        blank=True,
        related_name="operations",
        help_text=_("Where it works; decides which coordinators see it."),
    )
    public = models.BooleanField(
        _("public"), default=False, help_text=_("Readers without an account see dispatched aid.")
    )
    embargo_hours = models.PositiveSmallIntegerField(
        _("embargo in hours"),
        default=24,
        help_text=_("How old an event must be before the public sees it."),
    )
    illustrative = models.BooleanField(
        _("illustrative"),
        default=False,
        help_text=_("Shipment details are made up for a demonstration; every page says so."),
    )
    folded = FoldedField(sources=["name", "names", "code"])
    sort_keys = SortKeysField(names="names")

    objects = OperationQuerySet.as_manager()

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=OPERATION_CODE),
                name="operation_code_alphabet",
                violation_error_message=_(
                    "Use 2 to 8 digits and the letters A E K M T, for example KA20."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="operation_dates_in_order",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]
        indexes = [trigram_index("operation_folded")]

    def __str__(self) -> str:
        return self.name
