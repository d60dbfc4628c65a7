"""How operations of the API are described: what they take and answer, as JSON schemas."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from text.bodies import Body, plain_text
from text.listings import Column, Kind, Reader
from text.refusals import unknown

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
QUANTITY: Schema = {
    "type": "string",
    "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,3})?$",
    "examples": ["380"],
}
OF_KIND: dict[Kind, Schema] = {
    Kind.TEXT: TEXT,
    Kind.WORDS: {"type": "array", "items": TEXT},
    Kind.NAMES: {"type": "object", "additionalProperties": True},
    Kind.INTEGER: {"type": "integer"},
    Kind.QUANTITY: QUANTITY,
    Kind.WEIGHT: {"type": "string", "examples": ["345000.000"]},
    Kind.AMOUNT: TEXT,
    Kind.DEGREES: TEXT,
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.FLAG: {"type": "boolean"},
    Kind.KEY: {"type": "string", "format": "uuid"},
}


@dataclass(frozen=True)
class Described:
    """One operation: a sentence, what it takes, what it answers, and examples of both.

    ``refuses`` are statuses of refusals beside those that every address of the method has.
    """

    summary: Any
    takes: Schema | None = None
    answers: Mapping[int, Schema] = field(default_factory=dict)
    refuses: tuple[int, ...] = ()
    parameters: tuple[Any, ...] = ()
    taken_example: Any = None
    answered_example: Any = None


def named(schema: Schema, name: str) -> Schema:
    """This will give a schema a name, under which the description holds it once."""
    return schema | {"x-component": name}


def component_of(name: str) -> str:
    """This will name the row of a list: reported-figures gives ReportedFigure."""
    one = f"{name.removesuffix('ies')}y" if name.endswith("ies") else name.removesuffix("s")
    return "".join(word.capitalize() for word in one.split("-"))


def row_schema(columns: tuple[Column, ...]) -> Schema:
    """This will describe a row: any member but flags and nested lists may be null."""
    return {"type": "object", "properties": {c.name: column_schema(c) for c in columns}}


def column_schema(column: Column) -> Schema:
    if column.kind == Kind.ROWS:
        return {"type": "array", "items": row_schema(column.rows)}
    schema = dict(OF_KIND[column.kind])
    kind = schema.pop("type")
    if column.choices is not None:
        return {"enum": [*column.choices.values, "", None]}
    described = {"type": [kind, "null"], **schema}
    return described | ({"description": str(column.help)} if column.help else {})


@dataclass(frozen=True)
class Member:
    """A member of a body that fills a column of a row."""

    read: Callable[[Body, str, Reader], Any]
    schema: Schema


class Members:
    """Reads a body into a row, member by member; what is left out keeps its value."""

    def __init__(self, **members: Member) -> None:
        self.members = members

    def __call__(self, body: Body, row: Any, reader: Reader) -> None:
        for name, member in self.members.items():
            body.known.add(name)
            if body.has(name):
                setattr(row, name, member.read(body, name, reader))

    @property
    def schema(self) -> Schema:
        return {
            "type": "object",
            "properties": {name: member.schema for name, member in self.members.items()},
            "additionalProperties": False,
        }


def text(longest: int) -> Member:
    return Member(
        lambda body, name, _reader: body.text(name, longest=longest), TEXT | {"maxLength": longest}
    )


def word(choices: Any) -> Member:
    return Member(
        lambda body, name, _reader: body.text(name, choices=choices.values),
        {"enum": list(choices.values)},
    )


def texts(longest: int) -> Member:
    return Member(
        lambda body, name, _reader: body.texts(name, longest=longest),
        {"type": "array", "items": TEXT | {"maxLength": longest}},
    )


def record(known: Callable[[Reader], Any]) -> Member:
    """This will make a member that names another record by its code; null names none."""

    def read(body: Body, name: str, reader: Reader) -> Any:
        return body.read(name, lambda value: find(known(reader), value), None)

    return Member(read, {"type": ["string", "null"]})


def find(rows: Any, value: object) -> Any:
    code = plain_text(value, 100)
    row = rows.filter(code=code).first() if code else None
    if code and row is None:
        raise unknown(
            code, rows.order_by("code").values_list("code", flat=True)[:60], code="unknown_value"
        )
    return row


def nullable(schema: Schema) -> Schema:
    return schema | {"type": [schema["type"], "null"]}


DAY = Member(lambda body, name, _reader: body.day(name), nullable(OF_KIND[Kind.DATE]))
FLAG = Member(lambda body, name, _reader: body.flag(name), OF_KIND[Kind.FLAG])
WHOLE = Member(lambda body, name, _reader: body.integer(name), {"type": ["integer", "null"]})
DECIMAL = Member(lambda body, name, _reader: body.decimal(name), nullable(QUANTITY))
NAMES = Member(
    lambda body, name, _reader: body.words(name, longest=150),
    {"type": "object", "additionalProperties": TEXT},
)
DEGREES = Member(
    lambda body, name, _reader: body.degrees(name),
    nullable({"type": "string", "examples": ["46.75"]}),
)
