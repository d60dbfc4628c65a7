"""Regions, destinations and the names they are known by."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models.fields import FoldedField, SortKeysField, trigram_index
from regions.querysets import DestinationQuerySet, PlaceNameQuerySet, RegionQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise as _StrPromise

CODE = RegexValidator(
    r"^[A-Z0-9][A-Z0-9_-]*$",
    _("Use capital letters, digits, hyphens and underscores, for example AZ-XA."),
    code="not_a_code",
)


class Region(models.Model):
    """An administrative area: a country (level 0) or a part of one (levels 1 to 3)."""

    code = models.CharField(
        _("code"), max_length=20, unique=True, validators=[CODE], help_text=_("For example AZ-XA.")
    )
    name = models.CharField(_("name"), max_length=150)
    level = models.PositiveSmallIntegerField(
        _("level"),
        default=0,
        editable=False,
        help_text=_("0 for a country, one more for each step down; computed from the parent."),
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(
        max_length=100,
        default="",
        editable=False,
        help_text=_("Row numbers from the country down, for example /1/12/; kept by the database."),
    )
    pcode = models.CharField(
        _("P-code"), max_length=20, blank=True, help_text=_("Place code of OCHA's COD-AB.")
    )
    pcode_source = models.CharField(_("P-code source"), max_length=200, blank=True)
    valid_from = models.DateField(
        _("valid from"), null=True, blank=True, help_text=_("First day on which the P-code held.")
    )
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    boundary = models.CharField(
        _("boundary"),
        max_length=40,
        blank=True,
        help_text=_("Key of the simplified outline that comes with the program."),
    )
    folded = FoldedField(sources=["name", "code", "pcode"])
    sort_keys = SortKeysField()

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__lte=3),
                name="region_level_is_0_to_3",
                violation_error_message=_("Regions nest at most four deep: levels 0 to 3."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="region_valid_dates_in_order",
                violation_error_message=_("The last valid day must not lie before the first."),
            ),
        ]
        indexes = [
            models.Index(fields=["path"], name="region_path", opclasses=["varchar_pattern_ops"]),
            trigram_index("region_folded"),
        ]

    def __str__(self) -> str:
        return self.name


class DestinationKind(models.TextChoices):
    """What sort of place receives goods."""

    WAREHOUSE = "warehouse", _("warehouse")
    TRANSIT_HUB = "transit_hub", _("transit hub")
    RAILHEAD = "railhead", _("railhead")
    DISTRIBUTION_POINT = "distribution_point", _("distribution point")
    HEALTH_FACILITY = "health_facility", _("health facility")
    SCHOOL = "school", _("school")
    CENTRE = "centre", _("centre")
    SETTLEMENT = "settlement", _("settlement")


def degrees(
    verbose_name: "_StrPromise", limit: int
) -> "models.DecimalField[Decimal | None, Decimal | None]":
    """This will make a column for decimal degrees (WGS 84) between -limit and limit."""
    return models.DecimalField(
        verbose_name,
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-limit), MaxValueValidator(limit)],
        help_text=_("Decimal degrees, WGS 84."),
    )


class Destination(models.Model):
    """A place that can send or receive goods."""

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[CODE],
        help_text=_("For example STEPANAKERT-HUB."),
    )
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=DestinationKind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="destinations")
    latitude = degrees(_("latitude"), 90)
    longitude = degrees(_("longitude"), 180)
    publish_exact = models.BooleanField(
        _("publish the exact place"),
        default=False,
        help_text=_("Whether people who do not work there may see the coordinates."),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        help_text=_("The destination that this one turned out to be."),
    )
    folded = FoldedField(sources=["name", "code"])
    sort_keys = SortKeysField()

    objects = DestinationQuerySet.as_manager()

    class Meta:
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=DestinationKind.values),
                name="destination_kind_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="destination_coordinates_are_on_earth",
                violation_error_message=_(
                    "Give both coordinates: latitude between -90 and 90, "
                    "longitude between -180 and 180."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")),
                name="destination_not_merged_into_itself",
            ),
        ]
        indexes = [trigram_index("destination_folded")]

    def __str__(self) -> str:
        return self.name


class Script(models.TextChoices):
    """The writing system of a name (source: ISO 15924)."""

    LATIN = "Latn", _("Latin")
    CYRILLIC = "Cyrl", _("Cyrillic")
    ARMENIAN = "Armn", _("Armenian")
    ARABIC = "Arab", _("Arabic")
    GEORGIAN = "Geor", _("Georgian")


class PlaceName(models.Model):
    """Another name of a region or a destination, in a language and by an authority."""

    region = models.ForeignKey(
        Region, on_delete=models.CASCADE, null=True, blank=True, related_name="place_names"
    )
    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, null=True, blank=True, related_name="place_names"
    )
    text = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=8, help_text=_("For example hy."))
    script = models.CharField(_("script"), max_length=4, choices=Script.choices)
    authority = models.CharField(
        _("authority"), max_length=100, blank=True, help_text=_("Who uses or fixed this name.")
    )
    folded = FoldedField(sources=["text"])

    objects = PlaceNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("place name")
        verbose_name_plural = _("place names")
        ordering = ["language", "text"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(region__isnull=True) ^ models.Q(destination__isnull=True),
                name="place_name_names_one_place",
                violation_error_message=_("A name belongs to one region or one destination."),
            ),
            models.UniqueConstraint(
                fields=["region", "destination", "language", "text"],
                name="place_name_once",
                nulls_distinct=False,
                violation_error_message=_("This place has this name in this language already."),
            ),
        ]
        indexes = [trigram_index("placename_folded")]

    def __str__(self) -> str:
        return self.text
