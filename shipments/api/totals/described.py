"""How totals are described: their parameters and the shape of the answer."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter

from regions.api.described import TEXT, Schema, named
from shipments.exports.totals import TOTALS_FORMATS
from shipments.filters.totals.question import WORDS
from shipments.filters.totals.scope import EQUIPMENT, HIGHEST_LEVEL, MOVEMENTS, lookups
from shipments.querysets.totals import DIMENSIONS, MEASURES, MOST_DIMENSIONS
from shipments.querysets.totals.fields import Field

ROW: Schema = {"type": "object", "additionalProperties": True}
MEMBERS: dict[str, Schema] = {
    "results": {"type": "array", "items": ROW},
    "total": ROW,
    "meta": {
        "type": "object",
        "properties": {
            "row_count": {"type": "integer"},
            "complete": {"type": "boolean"},
            "as_of": {"type": "string", "format": "date-time"},
            "generated_at": {"type": "string", "format": "date-time"},
            "settled": {"type": "boolean"},
            "tz": TEXT,
            "units": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
            "notes": {"type": "array", "items": TEXT},
            "query": TEXT,
            "boundaries": TEXT,
        },
    },
    "links": {"type": "object", "additionalProperties": TEXT},
}
ANSWER = named({"type": "object", "properties": MEMBERS, "required": list(MEMBERS)}, "TotalsAnswer")
DAY: Schema = {"type": "string", "format": "date"}
FLAG: Schema = {"type": "boolean"}

SENTENCES: dict[str, Any] = {
    "by": _("Dimensions, up to four."),
    "measure": _("What to add up; _kg measures are kilograms, the others quantities in units."),
    "date_field": _("occurred: each flow on its own day; dispatched: all on the dispatch day."),
    "labels": _("Show codes, names or both."),
    "shape": _("wide: the values of the last dimension become columns."),
    "fill": _("zero: periods without anything are shown too."),
    "order": _("Columns of the answer, with - for downward."),
    "limit": _("How many rows at most; the total always counts all."),
    "lang": _("Language of names."),
    "movement": _("onward goods were counted before; all needs movement in by=."),
    "equipment": _("Vehicles and machines: leave out, only, or include."),
    "as_of": _("The ledger as recorded by this moment, with its offset; no later day than today."),
    "tz": _("Time zone of local days; without it the operation's."),
    "level": _("Region level 0 to 3 that by=region shows."),
    "format": _("Also as the extension of the address."),
}


def parameters() -> tuple[OpenApiParameter, ...]:
    """This will describe every parameter of totals, from the declarations that read them."""
    schemas: dict[str, Schema] = {
        "by": some(DIMENSIONS) | {"maxItems": MOST_DIMENSIONS},
        "measure": some(MEASURES),
        **{name: one(words) for name, words in WORDS.items()},
        "order": some(),
        "limit": {"type": "integer", "minimum": 1},
        "lang": one(code for code, _name in settings.LANGUAGES),
        "movement": one(MOVEMENTS),
        "equipment": one(EQUIPMENT),
        "as_of": {"type": "string", "format": "date-time"},
        "tz": TEXT,
        "level": {"type": "integer", "minimum": 0, "maximum": HIGHEST_LEVEL},
        "format": one(TOTALS_FORMATS),
        "bom": one(("0", "1")),
    }
    made = [described(name, schema, SENTENCES.get(name, "")) for name, schema in schemas.items()]
    made += [
        described(name, schema_of(field, lookup), field.description)
        for name, field, lookup in lookups()
    ]
    return tuple(made)


def some(words: Any = ()) -> Schema:
    items = {"type": "string", "enum": list(words)} if words else TEXT
    return {"type": "array", "items": items}


def one(words: Any) -> Schema:
    return {"type": "string", "enum": list(words)}


def schema_of(field: Field, lookup: str) -> Schema:
    if lookup == "isnull":
        return FLAG
    if field.kind == "day":
        return {"type": "array", "items": DAY} if lookup in ("is", "not") else DAY
    return some()


def described(name: str, schema: Schema, sentence: object) -> OpenApiParameter:
    listed = schema.get("type") == "array"
    return OpenApiParameter(
        name,
        schema,
        OpenApiParameter.QUERY,
        description=str(sentence),
        style="form" if listed else None,
        explode=False if listed else None,
    )
