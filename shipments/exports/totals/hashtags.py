"""HXL hashtags for the columns of an answer; source: HXL core dictionary, release 1.1.

Figures are #output: adding up is not a ledger line, so an import never takes one for an amount
of an item. Which tag stands for what is in docs/analysts.md.
"""

from shipments.querysets.totals import PERIODS, Answer

DIMENSION_TAGS = {
    "operation": "#crisis",
    "movement": "#meta+movement",
    "donor": "#org+donor",
    "donor_kind": "#org+donor+type",
    "category": "#item+category",
    "item": "#item",
    "unit": "#item+unit",
    "destination": "#loc+destination",
    "mode": "#delivery+mode",
    "status": "#status",
    "verification": "#meta+verification",
    "shipment": "#meta+id+shipment",
}
# Regions by their level, where all rows have the same; level 0 is a country.
LEVEL_TAGS = ("#country", "#adm1", "#adm2", "#adm3", "#adm4", "#adm5")
ENDINGS = {"weight": "kg", "quantity": "quantity", "count": "num", "shares": "share"}


def tags_of(answer: Answer, levels: set[int]) -> tuple[str, ...]:
    """This will give the hashtag of each column; ``levels`` are those of the regions met."""
    return tuple(tag_of(answer, column, levels) for column in answer.columns)


def tag_of(answer: Answer, column: str, levels: set[int]) -> str:
    measure = answer.measure_of(column)
    if measure is not None:
        # A share is told from the others by its basis, which its column ends with.
        basis = column.removeprefix(f"{measure.name}_") if measure.kind == "shares" else ""
        base = measure.base or measure.name
        return "+".join(filter(None, ["#output", base, basis, ENDINGS[measure.kind]]))
    dimension = column.removesuffix("_name")
    # The name is what a tag stands for; a code says so.
    part = "" if dimension != column else "+code"
    if dimension in PERIODS:
        return f"#date+{answer.query.date_field}+{dimension}"
    if dimension == "region":
        (level,) = levels if len(levels) == 1 else (len(LEVEL_TAGS),)
        tag = LEVEL_TAGS[level] if level < len(LEVEL_TAGS) else "#loc+region"
        return f"{tag}{part}"
    return f"{DIMENSION_TAGS[dimension]}{part}"
