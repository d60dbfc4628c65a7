"""By what totals and the list of ledger lines can be filtered, declared as data."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from shipments.querysets.totals.measures import FLOWS

# What a filter names is looked up once, before anything is read: few rows as an array, which an
# index is asked for, many as `IN (...) IS TRUE`, which is hashed. A bare `IN` would be joined, and
# before PostgreSQL has counted its tables it expects so little of that that it reads one side again
# for each row of the other.
# Rows of a table that double one another stand for one thing: the one they were merged into.
SAME_AS = (
    "SELECT same.id FROM {table} AS same JOIN {table} AS asked"
    " ON coalesce(asked.merged_into_id, asked.id) = coalesce(same.merged_into_id, same.id)"
    " WHERE asked.code = ANY({{values}})"
)
IN_CATEGORY = (
    "SELECT same.id FROM shipments_item AS same JOIN shipments_item AS current"
    " ON current.id = coalesce(same.merged_into_id, same.id) WHERE current.category_id IN ({tree})"
)
CATEGORIES = "SELECT id FROM shipments_category WHERE code = ANY({values})"
CATEGORY_TREE = (
    "WITH RECURSIVE tree AS ("
    "SELECT id FROM shipments_category WHERE code = ANY({values})"
    " UNION SELECT below.id FROM shipments_category AS below"
    " JOIN tree ON below.parent_id = tree.id) SELECT id FROM tree"
)
IN_REGION = (
    "SELECT same.id FROM regions_destination AS same JOIN regions_destination AS current"
    " ON current.id = coalesce(same.merged_into_id, same.id)"
    " JOIN regions_region AS region ON region.id = current.region_id"
    " JOIN regions_region AS asked ON {matches} WHERE asked.code = ANY({{values}})"
)
OF_KIND = (
    "SELECT same.id FROM shipments_donor AS same JOIN shipments_donor AS current"
    " ON current.id = coalesce(same.merged_into_id, same.id) WHERE current.kind = ANY({values})"
)
OPERATIONS = "SELECT id FROM shipments_operation WHERE code = ANY({values})"
# Compared without dashes, as references are searched.
SHIPMENTS = (
    "SELECT id FROM shipments_shipment"
    " WHERE plain_reference IN (SELECT replace(said, '-', '') FROM unnest({values}) AS said)"
)

COMMON_LOOKUPS = ("is", "not", "isnull")
DAY_LOOKUPS = ("is", "not", "gte", "gt", "lte", "lt", "isnull")


@dataclass(frozen=True)
class Field:
    """A filter: which conditions it takes, and their SQL on ``x``.

    ``model`` names where its codes stand, ``choices`` the model field whose words it takes.
    Fields of ledger lines and days have no SQL here: ``sources`` writes it.
    """

    name: str
    kind: Literal["code", "word", "day"]
    description: object
    where: str = ""
    exact: str = ""
    model: tuple[str, str] = ("", "")
    code: str = "code"
    choices: tuple[str, str] | None = None
    lookups: tuple[str, ...] = COMMON_LOOKUPS


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field(
            "operation",
            "code",
            _("Code of the operation."),
            where=f"x.operation_id = ANY (ARRAY({OPERATIONS}))",
            model=("shipments", "Operation"),
        ),
        Field(
            "donor",
            "code",
            _("Code of the donor; merged donors are one."),
            where=f"x.donor_id = ANY (ARRAY({SAME_AS}))".format(table="shipments_donor"),
            model=("shipments", "Donor"),
        ),
        Field(
            "donor_kind",
            "word",
            _("Kind of the donor."),
            where=f"(x.donor_id IN ({OF_KIND})) IS TRUE",
            choices=("Donor", "kind"),
        ),
        Field(
            "category",
            "code",
            _("Code of the category, with all below it."),
            where=f"(x.item_id IN ({IN_CATEGORY})) IS TRUE".replace("{tree}", CATEGORY_TREE),
            exact=f"(x.item_id IN ({IN_CATEGORY})) IS TRUE".replace("{tree}", CATEGORIES),
            model=("shipments", "Category"),
            lookups=(*COMMON_LOOKUPS, "exact"),
        ),
        Field(
            "item",
            "code",
            _("Code of the item; merged items are one."),
            where=f"x.item_id = ANY (ARRAY({SAME_AS}))".format(table="shipments_item"),
            model=("shipments", "Item"),
        ),
        Field(
            "unit",
            "word",
            _("Unit of the line."),
            where="x.unit = ANY({values})",
            choices=("ShipmentLine", "unit"),
        ),
        Field(
            "region",
            "code",
            _("Code of the destination's region, with the whole subtree."),
            where=f"(x.destination_id IN ({IN_REGION})) IS TRUE".format(
                matches="starts_with(region.path, asked.path)"
            ),
            exact=f"(x.destination_id IN ({IN_REGION})) IS TRUE".format(
                matches="region.id = asked.id"
            ),
            model=("regions", "Region"),
            lookups=(*COMMON_LOOKUPS, "exact"),
        ),
        Field(
            "destination",
            "code",
            _("Code of the destination; merged destinations are one."),
            where=f"x.destination_id = ANY (ARRAY({SAME_AS}))".format(table="regions_destination"),
            model=("regions", "Destination"),
        ),
        Field(
            "mode",
            "word",
            _("How the goods travel."),
            where="x.mode = ANY({values})",
            choices=("Shipment", "mode"),
        ),
        Field(
            "status",
            "word",
            _("Where the shipment stands today."),
            where="x.status = ANY({values})",
            choices=("Shipment", "status"),
        ),
        Field(
            "shipment",
            "code",
            _("Reference of the shipment."),
            where=f"x.shipment_id = ANY (ARRAY({SHIPMENTS}))",
            model=("shipments", "Shipment"),
            code="plain_reference",
        ),
        Field(
            "verification",
            "word",
            _("Level of the event; filters what was accounted for, never what was sent."),
            choices=("Verification", "level"),
            lookups=("is", "not", "exact"),
        ),
        Field("occurred_on", "day", _("Local day of the event."), lookups=DAY_LOOKUPS),
        Field("recorded_on", "day", _("Local day of the recording."), lookups=DAY_LOOKUPS),
        Field("dispatched_on", "day", _("Local day of the dispatch."), lookups=DAY_LOOKUPS),
    )
}
# What a ledger line counts: a filter of the list of lines only, for totals have measures.
OUTCOME = Field(
    "outcome",
    "word",
    _("What the ledger line counts."),
    choices=("DeliveryLine", "outcome"),
    lookups=("is", "not"),
)
OUTCOMES = FLOWS
