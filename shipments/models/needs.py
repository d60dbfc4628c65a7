"""What people need, as assessed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models import Region
from regions.models.population import Population, PopulationKind
from shipments.models.catalogue import Category, Item
from shipments.models.fields import QuantityField, Unit
from shipments.models.operations import Operation
from shipments.querysets import CoverageQuerySet, NeedLineQuerySet


class NeedsAssessment(models.Model):
    """An assessment of humanitarian needs in one region on one day."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="assessments")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="assessments")
    assessed_on = models.DateField(_("assessed on"))
    source = models.CharField(_("source"), max_length=200)
    url = models.URLField(_("address"), max_length=500, blank=True)
    remark = models.TextField(_("remark"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("needs assessment")
        verbose_name_plural = _("needs assessments")
        ordering = ["-assessed_on"]

    def __str__(self) -> str:
        return f"{self.region} {self.assessed_on}"


class NeedLine(models.Model):
    """How much of one item or category was needed."""

    assessment = models.ForeignKey(NeedsAssessment, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True)
    quantity = QuantityField(_("quantity needed"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=5, choices=Unit.choices)
    per_person = QuantityField(
        _("per person"), null=True, blank=True, help_text=_("A standard: units for one person.")
    )
    population_kind = models.CharField(
        _("people counted"),
        max_length=10,
        choices=PopulationKind.choices,
        default=PopulationKind.DISPLACED,
        help_text=_("Whose number in the region an amount for one person is multiplied by."),
    )
    standard = models.CharField(
        _("standard"), max_length=200, blank=True, help_text=_("Where the standard comes from.")
    )

    objects = NeedLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(item__isnull=True) ^ models.Q(category__isnull=True),
                name="need_item_or_category",
                violation_error_message=_("Name an item or a category, not both."),
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__isnull=False, quantity__gt=0)
                | models.Q(per_person__isnull=False, per_person__gt=0),
                name="need_says_how_much",
                violation_error_message=_("Give a quantity or an amount for one person."),
            ),
            models.CheckConstraint(
                condition=models.Q(population_kind__in=PopulationKind.values),
                name="need_people_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item or self.category}"


class Coverage(models.Model):
    """A need in one region as it stood at the end of one month; a view, computed when read.

    Rows without a need are all goods together, for each displaced person of the region.
    """

    id = models.BigIntegerField(primary_key=True)
    operation = models.ForeignKey(Operation, models.DO_NOTHING, related_name="+")
    region = models.ForeignKey(Region, models.DO_NOTHING, related_name="+")
    item = models.ForeignKey(Item, models.DO_NOTHING, null=True, related_name="+")
    category = models.ForeignKey(Category, models.DO_NOTHING, null=True, related_name="+")
    unit = models.CharField(_("unit"), max_length=5, choices=Unit.choices)
    need = models.ForeignKey(NeedLine, models.DO_NOTHING, null=True, related_name="+")
    population = models.ForeignKey(Population, models.DO_NOTHING, null=True, related_name="+")
    population_kind = models.CharField(
        _("people counted"), max_length=10, choices=PopulationKind.choices
    )
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    until = models.DateField(_("until"), help_text=_("The last day of the month."))
    changed = models.DateField(
        _("changed"), help_text=_("The newest month in which a figure of the region changed.")
    )

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        managed = False
        db_table = "shipments_coverage"

    def __str__(self) -> str:
        return f"{self.region} {self.month}"
