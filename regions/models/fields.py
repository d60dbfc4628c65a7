"""Columns that are computed from a row's names whenever the row is written."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from text.folding import fold
from text.sort_keys import sort_key


def words_of(value: object) -> Iterable[str]:
    """This will list the words in a name, a list of names or a mapping of language to name."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, dict):
        return [str(word) for word in value.values() if word]
    if isinstance(value, list | tuple):
        return [str(word) for word in value if word]
    return []


class FoldedField(models.TextField):  # type: ignore[type-arg]
    """All names of a row, folded for search: marks stripped, scripts made Latin, lower case."""

    def __init__(self, *args: Any, sources: Iterable[str] = (), **kwargs: Any) -> None:
        self.sources = tuple(sources)
        kwargs["editable"] = False
        kwargs["default"] = ""
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"], kwargs["default"]
        return name, path, args, {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002
        words = [w for source in self.sources for w in words_of(getattr(model_instance, source))]
        # Each name stands on its own line, so that a match never runs from one into the next.
        folded = "\n".join(dict.fromkeys(fold(word) for word in words))
        setattr(model_instance, self.attname, folded)
        return folded


class SortKeysField(models.JSONField):
    """The sort key of a row's name in each language, compared byte by byte."""

    def __init__(self, *args: Any, source: str = "name", names: str = "", **kwargs: Any) -> None:
        self.source, self.names = source, names
        kwargs["editable"] = False
        kwargs["default"] = dict
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"], kwargs["default"]
        return name, path, args, {**kwargs, "source": self.source, "names": self.names}

    def pre_save(self, model_instance: models.Model, add: bool) -> dict[str, str]:  # noqa: ARG002
        name = getattr(model_instance, self.source)
        names = getattr(model_instance, self.names) if self.names else {}
        keys = {code: sort_key(names.get(code) or name, code) for code, _ in settings.LANGUAGES}
        setattr(model_instance, self.attname, keys)
        return keys


def trigram_index(name: str, field: str = "folded") -> GinIndex:
    """This will index a folded column for search by similarity and by part of a word."""
    return GinIndex(OpClass(models.F(field), name="gin_trgm_ops"), name=name)
