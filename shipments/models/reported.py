"""Public statements of quantities, kept beside the facts and never added to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models import Region
from shipments.models.catalogue import Category, Donor, Item
from shipments.models.fields import QuantityField, Unit
from shipments.models.operations import Operation
from shipments.models.shipments import Mode
from shipments.querysets import ReportedFigureQuerySet


class Stage(models.TextChoices):
    """Which measure a statement speaks of."""

    ANNOUNCED = "announced", _("announced")
    DISPATCHED = "dispatched", _("dispatched")
    ARRIVED = "arrived", _("arrived")
    DISTRIBUTED = "distributed", _("distributed")


class Qualifier(models.TextChoices):
    """How exact the speaker was."""

    AT_LEAST = "at_least", _("at least")
    ABOUT = "about", _("about")
    EXACTLY = "exactly", _("exactly")


class SpokenMovement(models.TextChoices):
    """Which movement of goods a statement speaks of: one is never added to the other."""

    FIRST = "first", _("first movement")
    ONWARD = "onward", _("onward movement")


class ReportedFigure(models.Model):
    """What somebody said in public about a quantity of aid."""

    operation = models.ForeignKey(
        Operation, on_delete=models.PROTECT, related_name="reported_figures"
    )
    source = models.CharField(_("source"), max_length=200, help_text=_("Who said it."))
    published_on = models.DateField(_("published on"))
    url = models.URLField(_("address"), max_length=500, blank=True)
    quote = models.TextField(_("quote"), blank=True, max_length=1000)
    stage = models.CharField(_("stage"), max_length=11, choices=Stage.choices)
    qualifier = models.CharField(
        _("qualifier"), max_length=8, choices=Qualifier.choices, default=Qualifier.EXACTLY
    )
    quantity = QuantityField(_("quantity"))
    unit = models.CharField(_("unit"), max_length=5, choices=Unit.choices)
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, null=True, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, blank=True)
    mode = models.CharField(_("mode"), max_length=4, choices=Mode.choices, blank=True)
    movement = models.CharField(
        _("movement"),
        max_length=6,
        choices=SpokenMovement.choices,
        default=SpokenMovement.FIRST,
        help_text=_("Onward: goods that an earlier shipment had brought, sent on from there."),
    )
    vehicles = models.PositiveSmallIntegerField(
        _("vehicles"), null=True, blank=True, help_text=_("Trucks or wagons named with it.")
    )
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to"), null=True, blank=True)

    objects = ReportedFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported figure")
        verbose_name_plural = _("reported figures")
        ordering = ["-published_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0),
                name="reported_quantity_above_zero",
                violation_error_message=_("Enter a quantity above zero."),
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=Stage.values)
                & models.Q(qualifier__in=Qualifier.values)
                & models.Q(movement__in=SpokenMovement.values)
                & models.Q(unit__in=Unit.values),
                name="reported_words_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(item__isnull=True) | models.Q(category__isnull=True),
                name="reported_item_or_category",
                violation_error_message=_("Name an item or a category, not both."),
            ),
            models.CheckConstraint(
                condition=models.Q(period_from__isnull=True)
                | models.Q(period_to__isnull=True)
                | models.Q(period_to__gte=models.F("period_from")),
                name="reported_period_in_order",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.published_on}: {self.quantity} {self.unit}"
