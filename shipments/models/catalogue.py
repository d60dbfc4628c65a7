"""Donors, categories and items."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models.fields import FoldedField, SortKeysField, trigram_index
from shipments.models.fields import QuantityField, Unit
from shipments.querysets import CategoryQuerySet, DonorQuerySet, ItemQuerySet

IATI_ID = RegexValidator(
    r"^[^\s/&|?]+\Z",
    _("An IATI identifier has no spaces and none of / & | ?, as in XM-DAC-7."),
    code="not_an_iati_id",
)
CODE = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]*$",
    _("Use small letters, digits, hyphens and underscores, for example blanket-wool."),
    code="not_a_code",
)


def code_column(example: str) -> "models.CharField[str, str]":
    """This will make the column for a human key in small letters."""
    return models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[CODE],
        help_text=_("For example %(example)s.") % {"example": example},
    )


def names_column() -> models.JSONField[dict[str, str], dict[str, str]]:
    return models.JSONField(
        _("names"), default=dict, blank=True, help_text=_("Language code to name.")
    )


def aliases_column() -> ArrayField[list[str], list[str]]:
    return ArrayField(
        models.CharField(max_length=150),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("Other spellings that searches and imports know, separated by commas."),
    )


class DonorKind(models.TextChoices):
    """What sort of body gives."""

    GOVERNMENT = "government", _("government")
    UN_AGENCY = "un_agency", _("UN agency")
    RED_CROSS = "red_cross", _("Red Cross and Red Crescent")
    NGO = "ngo", _("non-governmental organisation")
    PRIVATE = "private", _("private")
    OTHER = "other", _("other")


class Donor(models.Model):
    """Who gave the goods; not the supplier and not the carrier."""

    code = code_column("mchs")
    name = models.CharField(_("name"), max_length=150)
    names = names_column()
    aliases = aliases_column()
    kind = models.CharField(_("kind"), max_length=12, choices=DonorKind.choices)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Use two capital letters, for example FR."))],
        help_text=_("ISO 3166 code of two letters."),
    )
    iati_id = models.CharField(
        _("IATI organisation id"),
        max_length=100,
        blank=True,
        validators=[IATI_ID],
        help_text=_("For example XM-DAC-7."),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    folded = FoldedField(sources=["name", "names", "aliases", "code"])
    sort_keys = SortKeysField(names="names")

    objects = DonorQuerySet.as_manager()

    class Meta:
        verbose_name = _("donor")
        verbose_name_plural = _("donors")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=DonorKind.values), name="donor_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="donor_not_merged_into_itself"
            ),
        ]
        indexes = [trigram_index("donor_folded")]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A family of goods, named after the humanitarian clusters."""

    code = code_column("shelter")
    name = models.CharField(_("name"), max_length=150)
    names = names_column()
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    sort_keys = SortKeysField(names="names")

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """An article that shipments carry."""

    code = code_column("blanket-wool")
    name = models.CharField(_("name"), max_length=150)
    names = names_column()
    aliases = aliases_column()
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="items")
    base_unit = models.CharField(_("base unit"), max_length=5, choices=Unit.choices)
    unit_weight_kg = QuantityField(
        _("weight of one unit (kg)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text=_("Kilograms of one base unit; empty means unknown, which is not zero."),
    )
    unit_weight_source = models.CharField(_("source of the weight"), max_length=200, blank=True)
    catalogue_code = models.CharField(
        _("catalogue code"), max_length=40, blank=True, help_text=_("Code of the IFRC/ICRC list.")
    )
    equipment = models.BooleanField(
        _("equipment"),
        default=False,
        help_text=_("Vehicles and machines; totals leave them out unless asked."),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    folded = FoldedField(sources=["name", "names", "aliases", "code"])
    sort_keys = SortKeysField(names="names")

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(base_unit__in=Unit.values), name="item_unit_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(unit_weight_kg__isnull=True) | models.Q(unit_weight_kg__gt=0),
                name="item_weight_above_zero",
                violation_error_message=_("Leave the weight empty where it is unknown."),
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="item_not_merged_into_itself"
            ),
        ]
        indexes = [trigram_index("item_folded")]

    def __str__(self) -> str:
        return self.name


class ItemUnit(models.Model):
    """A unit in which an item may be counted, with its worth in base units.

    The base unit stands here too (written by a trigger), so that a foreign key can hold
    "the unit of a line is a unit of its item".
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="units")
    unit = models.CharField(_("unit"), max_length=5, choices=Unit.choices)
    per_base = models.DecimalField(
        _("worth in base units"),
        max_digits=18,
        decimal_places=6,
        validators=[MinValueValidator(Decimal("0.000001"))],
        help_text=_("How many base units one of these is, for example 20 for a bale of 20."),
    )

    class Meta:
        verbose_name = _("unit of an item")
        verbose_name_plural = _("units of an item")
        constraints = [
            models.UniqueConstraint(fields=["item", "unit"], name="item_unit_once"),
            models.CheckConstraint(
                condition=models.Q(per_base__gt=0), name="item_unit_worth_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return self.unit
