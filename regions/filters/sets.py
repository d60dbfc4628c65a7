"""Sets of parameters: strict, and quick where nothing is asked for."""

from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from text.listings import Reader
from text.refusals import QueryRefused

# Stands where the package wants rows before it has read what is asked of them.
NO_ROWS: Any = SimpleNamespace(model=None)
Parse = Callable[[str, Reader], Any]
Schema = Mapping[str, Any]


class ParsedField(forms.Field):
    """A value read by one of our parsers."""

    def __init__(self, *, parse: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.parse = parse

    def to_python(self, value: Any) -> Any:
        return self.parse(str(value)) if value not in self.empty_values else None


class Lookup(django_filters.Filter):
    """One parameter: how its value is read, and which rows it leaves."""

    # The filter set it belongs to, put there by that.
    parent: "ListFilter"

    def __init__(
        self,
        parse: Parse,
        condition: Callable[[Any], Q] | None = None,
        *,
        narrow: Callable[[QuerySet[Any], Any, Reader], QuerySet[Any]] | None = None,
        schema: Schema | None = None,
        help_text: object = "",
        published: bool = True,
    ) -> None:
        super().__init__()
        self.parse, self.condition, self.narrow = parse, condition, narrow
        self.schema: Schema = schema or {"type": "string"}
        self.description, self.published = help_text, published

    @property
    def field(self) -> ParsedField:
        return ParsedField(parse=partial(self.read, reader=self.parent.reader))

    def read(self, text: str, reader: Reader) -> Any:
        return self.parse(text, reader)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value is None:
            return qs
        if self.narrow:
            return self.narrow(qs, value, self.parent.reader)
        return qs.filter(self.condition(value)) if self.condition else qs


class ListFilter(django_filters.FilterSet):
    """The parameters of a list; only those that were sent are made into fields."""

    parameters: ClassVar[tuple[Mapping[str, Lookup], ...]] = ()

    def __init__(
        self, data: Any, rows: Callable[[Reader], QuerySet[Any]], *, reader: Reader
    ) -> None:
        self.rows, self.reader = rows, reader
        # Copying every filter of a list costs more than the list itself.
        self.base_filters = {name: f for name, f in self.accepted(reader).items() if name in data}
        # Writing the question costs most of an answer, so a refusal does without.
        super().__init__(data, NO_ROWS)

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        return {name: f for family in cls.parameters for name, f in family.items()}

    @classmethod
    def accepted(cls, reader: Reader) -> dict[str, Lookup]:
        """This will name the parameters that the reader may use: none that tells what is hidden."""
        filters: dict[str, Lookup] = cls.get_filters()
        return filters if reader.known else {n: f for n, f in filters.items() if f.published}

    def narrowed(self) -> QuerySet[Any]:
        """This will give the rows asked for, or refuse the query with an error per parameter."""
        if self.errors:
            raise QueryRefused(dict(self.errors.as_data()))
        self.queryset = self.rows(self.reader)
        rows: QuerySet[Any] = self.qs
        return rows
