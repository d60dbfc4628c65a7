"""By what totals can be split, declared as data.

Keys are SQL on ``x``, one row per line of a shipment (see ``sources``), and on the rows that
``joins`` adds to it. A merge is followed once: donor, item and destination are the surviving ones.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

JOINS = {
    "donor": "JOIN shipments_donor AS donor ON donor.id = x.donor_id",
    "current_donor": "JOIN shipments_donor AS current_donor"
    " ON current_donor.id = coalesce(donor.merged_into_id, donor.id)",
    "item": "JOIN shipments_item AS item ON item.id = x.item_id",
    "current_item": "JOIN shipments_item AS current_item"
    " ON current_item.id = coalesce(item.merged_into_id, item.id)",
    "place": "JOIN regions_destination AS place ON place.id = x.destination_id",
    "current_place": "JOIN regions_destination AS current_place"
    " ON current_place.id = coalesce(place.merged_into_id, place.id)",
    "region": "JOIN regions_region AS region ON region.id = current_place.region_id",
}


@dataclass(frozen=True)
class Dimension:
    """A dimension: its key, the joins the key needs, and where its code and name stand.

    ``table`` holds code and name of a key that is a row number; ``choices`` names the model
    field whose choices are the words; neither means that the key is its own code.
    """

    name: str
    description: object
    key: str = ""
    joins: tuple[str, ...] = ()
    table: str = ""
    code: str = "code"
    label: str = ""
    choices: tuple[str, str] | None = None
    # How a period is cut from a day, and how it is written.
    cut: str = ""
    written: str = ""
    # Exact places, and a status that tells of events under embargo, are not for the public.
    private: bool = False

    @property
    def has_label(self) -> bool:
        return bool(self.label or self.choices)


def period(name: str, written: str, description: object) -> Dimension:
    return Dimension(name, description, cut=name, written=written)


NAMED = "coalesce(nullif({alias}.names ->> {lang}, ''), {alias}.name)"
PLACED = (
    "coalesce((SELECT n.text FROM regions_placename AS n"
    " WHERE n.{column} = {alias}.id AND n.language = {lang} ORDER BY n.id LIMIT 1), {alias}.name)"
)

DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension(
            "operation",
            _("The relief operation."),
            key="x.operation_id",
            table="shipments_operation",
            label=NAMED,
        ),
        Dimension(
            "movement",
            _("First movement, or onward movement of goods that had been received before."),
            key="CASE WHEN x.onward THEN 'onward' ELSE 'first' END",
        ),
        Dimension(
            "donor",
            _("Who gave the goods of the line."),
            key="coalesce(donor.merged_into_id, donor.id)",
            joins=("donor",),
            table="shipments_donor",
            label=NAMED,
        ),
        Dimension(
            "donor_kind",
            _("What sort of body the donor is."),
            key="current_donor.kind",
            joins=("donor", "current_donor"),
            choices=("Donor", "kind"),
        ),
        Dimension(
            "category",
            _("The category that the item stands in today."),
            key="current_item.category_id",
            joins=("item", "current_item"),
            table="shipments_category",
            label=NAMED,
        ),
        Dimension(
            "item",
            _("The article."),
            key="coalesce(item.merged_into_id, item.id)",
            joins=("item",),
            table="shipments_item",
            label=NAMED,
        ),
        Dimension(
            "unit",
            _("The unit of the line."),
            key="x.unit",
            choices=("ShipmentLine", "unit"),
        ),
        Dimension(
            "region",
            _("The region of the destination, or with level= the one above it at that level."),
            key="current_place.region_id",
            joins=("place", "current_place"),
            table="regions_region",
            label=PLACED.replace("{column}", "region_id"),
        ),
        Dimension(
            "destination",
            _("The place the shipment goes to."),
            key="coalesce(place.merged_into_id, place.id)",
            joins=("place",),
            table="regions_destination",
            label=PLACED.replace("{column}", "destination_id"),
            private=True,
        ),
        Dimension("mode", _("How the goods travel."), key="x.mode", choices=("Shipment", "mode")),
        Dimension(
            "status",
            _("Where the shipment stands today."),
            key="x.status",
            choices=("Shipment", "status"),
            private=True,
        ),
        Dimension(
            "verification",
            _("How sure we are of the event."),
            choices=("Verification", "level"),
        ),
        period("day", "YYYY-MM-DD", _("The local day.")),
        period("week", 'IYYY-"W"IW', _("The ISO week, Monday to Sunday.")),
        period("month", "YYYY-MM", _("The month.")),
        period("quarter", 'YYYY-"Q"Q', _("The quarter.")),
        period("year", "YYYY", _("The year.")),
        Dimension(
            "shipment",
            _("The shipment, by its reference."),
            key="x.shipment_id",
            table="shipments_shipment",
            code="reference",
        ),
    )
}
MOST_DIMENSIONS = 4
PERIODS = tuple(name for name, dimension in DIMENSIONS.items() if dimension.cut)
# The region above a destination's own, at the level that is bound to it; nothing above that.
REGION_AT_LEVEL = "nullif(split_part(region.path, '/', {level}::integer + 2), '')::bigint"


def needed_joins(dimensions: tuple[Dimension, ...], level: int | None) -> list[str]:
    """This will list the joins of the dimensions, each once and in an order that resolves."""
    names = {join for dimension in dimensions for join in dimension.joins}
    if level is not None and any(dimension.name == "region" for dimension in dimensions):
        names |= {"place", "current_place", "region"}
    return [text for name, text in JOINS.items() if name in names]
