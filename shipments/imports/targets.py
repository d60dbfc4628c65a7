"""What a column of each kind of spreadsheet can become, and what it must hold to be that."""

from dataclasses import dataclass
from enum import StrEnum

from shipments.models.imports import ImportKind as ImportKind


class ValueType(StrEnum):
    """What the values of a target are, and so which parser reads them."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    COUNT = "count"
    DATE = "date"
    MOMENT = "moment"
    EXPIRY = "expiry"
    UNIT = "unit"
    PLACE = "place"
    REGION = "region"
    DONOR = "donor"
    ITEM = "item"
    CATEGORY = "category"
    SHIPMENT = "shipment"
    CHOICE = "choice"
    YES_NO = "yes_no"
    CURRENCY = "currency"
    COUNTRY = "country"
    COORDINATE = "coordinate"
    KEY = "key"
    URL = "url"


@dataclass(frozen=True)
class Target:
    """One field that a column may be matched with.

    `required` targets must have a column or a constant; of those that share a `one_of` group one
    is enough. `repeatable` targets may take several columns. What is not `kept` is read, and
    nothing of it is recorded: our own files have the column, or another source decides.
    """

    name: str
    type: ValueType
    required: bool = False
    one_of: str = ""
    repeatable: bool = False
    kept: bool = True


_NAMES = tuple(
    Target(f"name_{language}", ValueType.TEXT) for language in ("en", "ru", "hy", "az", "fr", "ar")
)
_ALIASES = Target("aliases", ValueType.TEXT, repeatable=True)

TARGETS: dict[ImportKind, tuple[Target, ...]] = {
    ImportKind.PACKING_LIST: (
        Target("shipment", ValueType.SHIPMENT, one_of="paper"),
        Target("waybill", ValueType.TEXT, one_of="paper"),
        Target("operation", ValueType.CODE, required=True),
        Target("donor", ValueType.DONOR, required=True),
        Target("consignor", ValueType.TEXT),
        Target("consignee", ValueType.TEXT),
        Target("origin", ValueType.PLACE, required=True),
        Target("destination", ValueType.PLACE, required=True),
        Target("mode", ValueType.CHOICE, required=True),
        Target("vehicles", ValueType.COUNT),
        Target("planned_at", ValueType.MOMENT),
        Target("dispatched_at", ValueType.MOMENT),
        Target("expected_at", ValueType.MOMENT),
        Target("line", ValueType.COUNT, kept=False),
        Target("item", ValueType.ITEM, one_of="article"),
        Target("item_code", ValueType.TEXT, one_of="article"),
        # Every item has its own.
        Target("category", ValueType.CATEGORY, kept=False),
        Target("description", ValueType.TEXT),
        Target("quantity", ValueType.NUMBER, required=True),
        Target("unit", ValueType.UNIT, required=True),
        Target("packages", ValueType.COUNT),
        Target("package_kind", ValueType.TEXT),
        Target("weight_kg", ValueType.NUMBER),
        Target("weight_unit", ValueType.UNIT),
        Target("weight_basis", ValueType.CHOICE),
        Target("batch", ValueType.TEXT),
        Target("expires_on", ValueType.EXPIRY),
        Target("unit_value", ValueType.NUMBER),
        Target("currency", ValueType.CURRENCY),
        Target("equipment", ValueType.YES_NO),
        Target("remark", ValueType.TEXT),
        # A list kept up to date says in the same row what arrived.
        Target("received_at", ValueType.MOMENT),
        Target("received", ValueType.NUMBER),
        Target("damaged", ValueType.NUMBER),
        Target("lost", ValueType.NUMBER),
        Target("grn", ValueType.TEXT),
    ),
    ImportKind.DELIVERIES: (
        Target("key", ValueType.KEY),
        Target("shipment", ValueType.SHIPMENT, required=True),
        Target("line", ValueType.COUNT, one_of="article"),
        Target("item", ValueType.ITEM, one_of="article"),
        Target("item_code", ValueType.TEXT, one_of="article"),
        Target("kind", ValueType.CHOICE),
        Target("occurred_at", ValueType.MOMENT, required=True),
        Target("place", ValueType.PLACE),
        Target("received_by", ValueType.TEXT),
        Target("received", ValueType.NUMBER, one_of="outcome"),
        Target("damaged", ValueType.NUMBER, one_of="outcome"),
        Target("lost", ValueType.NUMBER, one_of="outcome"),
        Target("returned", ValueType.NUMBER, one_of="outcome"),
        Target("handed_over", ValueType.NUMBER, one_of="outcome"),
        Target("distributed", ValueType.NUMBER, one_of="outcome"),
        # Or one row for each outcome, as in our own files.
        Target("quantity", ValueType.NUMBER, one_of="outcome"),
        Target("outcome", ValueType.CHOICE),
        Target("unit", ValueType.UNIT),
        # The part of the line that arrived weighs its part of the line.
        Target("weight_kg", ValueType.NUMBER, kept=False),
        Target("surplus", ValueType.YES_NO),
        Target("reason", ValueType.TEXT),
        Target("grn", ValueType.TEXT),
        Target("note", ValueType.TEXT),
        Target("reverses", ValueType.KEY, kept=False),
    ),
    ImportKind.ITEMS: (
        Target("code", ValueType.CODE),
        Target("name", ValueType.TEXT, required=True),
        *_NAMES,
        _ALIASES,
        Target("category", ValueType.CATEGORY, required=True),
        Target("unit", ValueType.UNIT, required=True),
        Target("unit_weight_kg", ValueType.NUMBER),
        Target("weight_unit", ValueType.UNIT),
        Target("unit_weight_source", ValueType.TEXT),
        Target("catalogue_code", ValueType.TEXT),
        Target("equipment", ValueType.YES_NO),
    ),
    ImportKind.DESTINATIONS: (
        Target("code", ValueType.CODE),
        Target("name", ValueType.TEXT, required=True),
        *_NAMES,
        _ALIASES,
        Target("kind", ValueType.CHOICE, required=True),
        Target("region", ValueType.REGION, required=True),
        Target("latitude", ValueType.COORDINATE),
        Target("longitude", ValueType.COORDINATE),
        Target("publish_exact", ValueType.YES_NO),
    ),
    ImportKind.DONORS: (
        Target("code", ValueType.CODE),
        Target("name", ValueType.TEXT, required=True),
        *_NAMES,
        _ALIASES,
        Target("kind", ValueType.CHOICE, required=True),
        Target("country", ValueType.COUNTRY),
        Target("iati_id", ValueType.TEXT),
    ),
    ImportKind.POPULATIONS: (
        Target("region", ValueType.REGION, required=True),
        Target("counted_on", ValueType.DATE, required=True),
        Target("kind", ValueType.CHOICE),
        Target("people", ValueType.COUNT, one_of="figure"),
        # A sheet with one column for each kind of people instead of one for the kind.
        Target("displaced", ValueType.COUNT, one_of="figure"),
        Target("returned", ValueType.COUNT, one_of="figure"),
        Target("in_need", ValueType.COUNT, one_of="figure"),
        Target("resident", ValueType.COUNT, one_of="figure"),
        Target("households", ValueType.COUNT),
        Target("source", ValueType.TEXT, required=True),
        Target("url", ValueType.URL),
        Target("caution", ValueType.TEXT),
    ),
}


def target_names(kind: ImportKind) -> tuple[str, ...]:
    """Name the targets of one kind, in the order in which a form shows them."""
    return tuple(target.name for target in TARGETS[kind])


def is_kept(kind: ImportKind, name: str) -> bool:
    """Tell whether anything is recorded of what a column with this target says."""
    return all(target.kept for target in TARGETS[kind] if target.name == name)


def missing_targets(kind: ImportKind, given: set[str]) -> list[str]:
    """Name what still needs a column or a constant; of alternatives, joined by "|", any one."""
    missing = [t.name for t in TARGETS[kind] if t.required and t.name not in given]
    groups: dict[str, list[str]] = {}
    for target in TARGETS[kind]:
        if target.one_of:
            groups.setdefault(target.one_of, []).append(target.name)
    return missing + ["|".join(names) for names in groups.values() if not given & set(names)]
