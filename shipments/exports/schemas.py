"""Table Schemas of our files (source: Frictionless Data, datapackage.org), from the declarations.

Types are those that every reader of the standard knows; which field of a model says what a column
means is found by following the column's own source.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shipments.exports.consignments import BALANCE
from shipments.exports.dictionary import meaning_of
from shipments.exports.totals.table import KINDS
from shipments.querysets.totals import DIMENSIONS, MEASURES
from shipments.querysets.totals.dimensions import Dimension
from text.listings import Column, Kind, Listing, Reader, is_expression

Schema = dict[str, Any]
# Whoever holds a role may see every column; others get files with fewer.
EVERYBODY = Reader(AnonymousUser(), known=True)
LEFT_OUT = "superset"
HUMAN_KEYS = ("code", "key", "reference", "username")
TYPES: dict[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.WORDS: {"type": "string"},
    Kind.NAMES: {"type": "string"},
    Kind.ROWS: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.QUANTITY: {"type": "number"},
    Kind.WEIGHT: {"type": "number"},
    Kind.AMOUNT: {"type": "number"},
    Kind.DEGREES: {"type": "number"},
    Kind.DATE: {"type": "date"},
    Kind.MOMENT: {"type": "datetime"},
    Kind.FLAG: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    Kind.KEY: {"type": "string", "format": "uuid"},
}
SEVERAL = (Kind.WORDS, Kind.NAMES, Kind.ROWS)
PERIOD_TYPES: dict[str, Schema] = {
    "day": {"type": "date"},
    "month": {"type": "yearmonth"},
    "year": {"type": "year"},
    "week": {"type": "string", "constraints": {"pattern": "[0-9]{4}-W[0-9]{2}"}},
    "quarter": {"type": "string", "constraints": {"pattern": "[0-9]{4}-Q[1-4]"}},
}
UNITS = {"quantity": "as in unit", "weight": "kg", "count": "1", "shares": "1"}
# Columns that are computed from more than one field.
COMPUTED: dict[str, Any] = {
    **{name: MEASURES[name].description for name in BALANCE},
    "movement": DIMENSIONS["movement"].description,
    "names": gettext_lazy("Further names of the place."),
    "from_line": gettext_lazy("The line of an earlier shipment that it carries on: KA20-1042-3/1."),
    "received_by": gettext_lazy("The team or role that received the goods."),
    "note": gettext_lazy("What was noted about the event."),
    "reason": gettext_lazy("Why the event was recorded: of a loss, a return, a correction."),
    "line_reason": gettext_lazy("Why goods of the line were damaged, lost or sent back."),
    "reversed_by": gettext_lazy("The key of the event that took this one back."),
}


def schema_of(listing: Listing) -> Schema:
    """This will describe the columns of a list's files in their order."""
    model = listing.rows(EVERYBODY).model
    columns = listing.file_columns or listing.columns
    return {
        "fields": [field_of(column, model) for column in columns],
        "fieldsMatch": LEFT_OUT,
        **keyed(listing, model),
    }


def keyed(listing: Listing, model: type[Model]) -> Schema:
    """This will name the key of a file that has one row for each record."""
    key = "" if listing.file_columns else listing.key
    column = next((c for c in listing.columns if c.name == key), None)
    if column is None or "__" in str(column.source or key):
        return {}
    return {"primaryKey": key} if getattr(field_at(model, key), "unique", False) else {}


def field_of(column: Column, model: type[Model]) -> Schema:
    """This will describe a column: its type, its meaning and the words of a closed list."""
    described = {"name": column.name, **TYPES[column.kind], "description": meaning(column, model)}
    if column.choices is not None:
        described["constraints"] = {"enum": [value for value in column.choices.values if value]}
    return described


def meaning(column: Column, model: type[Model]) -> str:
    """This will say what a column means: in its own words, else in those of the model's field."""
    text = str(column.help)
    if not text and column.name.endswith("_name"):
        text = _("The name of “%(column)s”, in the language of lang=.") % {
            "column": column.name.removesuffix("_name")
        }
    if not text:
        path = path_of(column)
        field = None if "balance" in path else field_at(model, path, column.name)
        field = field or field_at(model, column.name)
        text = meaning_of(field) if field is not None else str(COMPUTED[column.name])
    return f"{text} {_('Several are set apart by “; ”.')}" if column.kind in SEVERAL else text


def path_of(column: Column) -> str:
    """This will read the path of a column out of its source; of several the last."""
    source: Any = column.source or column.name
    while is_expression(source) and not hasattr(source, "name"):
        inner = [found for found in source.get_source_expressions() if found is not None]
        source = inner[-1] if inner else ""
    path = getattr(source, "name", source)
    return path if isinstance(path, str) else ""


def field_at(model: type[Model], path: str, name: str = "") -> Any:
    """This will find the field at a path; a relation, where the path ends in its human key.

    None where nothing is stored there, or only on the other side of a relation.
    """
    *steps, last = path.split("__")
    if last not in HUMAN_KEYS or last == name or not steps:
        steps.append(last)
    field: Any = None
    for step in steps:
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            return None
        model = field.related_model or model
    return None if field is None or field.auto_created else field


def totals_schema() -> Schema:
    """This will describe every column that an answer about totals can have."""
    fields = [field for dimension in DIMENSIONS.values() for field in dimension_fields(dimension)]
    fields += [
        {
            "name": column,
            **TYPES[KINDS[measure.kind]],
            "description": str(measure.description),
            "unit": UNITS[measure.kind],
        }
        for measure in MEASURES.values()
        for column in measure.columns
    ]
    return {"fields": fields, "fieldsMatch": LEFT_OUT}


def dimension_fields(dimension: Dimension) -> Iterator[Schema]:
    described = {"name": dimension.name, "description": str(dimension.description)}
    yield described | PERIOD_TYPES.get(dimension.name, {"type": "string"}) | words_of(dimension)
    if dimension.has_label:
        text = _("The name of “%(column)s”, in the language of lang=.")
        named = {"name": f"{dimension.name}_name", "type": "string"}
        yield named | {"description": text % {"column": dimension.name}}


def words_of(dimension: Dimension) -> Schema:
    if dimension.choices is None:
        return {}
    model, name = dimension.choices
    choices = apps.get_model("shipments", model)._meta.get_field(name).choices or ()
    return {"constraints": {"enum": [value for value, _label in choices]}}
