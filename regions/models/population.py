"""Dated population figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models.places import Region
from regions.querysets import PopulationQuerySet


class PopulationKind(models.TextChoices):
    """Which people a figure counts."""

    RESIDENT = "resident", _("residents")
    DISPLACED = "displaced", _("displaced people (IDP)")
    RETURNED = "returned", _("returnees")
    IN_NEED = "in_need", _("people in need")


class Population(models.Model):
    """A published number of people of one kind in one region on one day."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="populations")
    counted_on = models.DateField(_("date"), help_text=_("The day the figure speaks of."))
    kind = models.CharField(_("kind"), max_length=10, choices=PopulationKind.choices)
    people = models.PositiveIntegerField(_("people"))
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, help_text=_("Who published it."))
    url = models.URLField(_("address"), max_length=500, blank=True)
    caution = models.CharField(
        _("caution"),
        max_length=300,
        blank=True,
        help_text=_("What a reader must know, for example: counts some people more than once."),
    )

    objects = PopulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("population figure")
        verbose_name_plural = _("population figures")
        ordering = ["region", "kind", "counted_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "counted_on", "kind", "source"],
                name="population_once_a_source_and_day",
                violation_error_message=_(
                    "This source has a figure of this kind for this region and day already."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=PopulationKind.values), name="population_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.counted_on}: {self.people}"
