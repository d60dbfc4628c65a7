"""Every address of the program, found by walking the resolver."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# One address has several spellings: with a slash, and as a file.
SPELLINGS = ("-slash", "-file", "-plain")


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver: the name it is reversed by, where it stands, what answers."""

    name: str
    route: str
    arguments: tuple[str, ...]
    view: Any

    @property
    def policy(self) -> str:
        """This will name the row of the policy that all spellings of the address share."""
        name = self.name
        while True:
            shorter = name
            for ending in SPELLINGS:
                shorter = shorter.removesuffix(ending)
            if shorter == name:
                return name
            name = shorter


def addresses() -> list[Address]:
    """This will list every address of the program, those of Django's admin included."""
    return list(walk(get_resolver().url_patterns))


def walk(patterns: list[Any], spaces: str = "", route: str = "") -> Iterator[Address]:
    for pattern in patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            space = f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, space, here)
        elif isinstance(pattern, URLPattern):
            # What has no name is named by where it stands.
            name = pattern.name or f"/{here.replace('^', '')}"
            arguments = tuple(pattern.pattern.converters) or tuple(
                getattr(pattern.pattern.regex, "groupindex", ())
            )
            yield Address(f"{spaces}{name}", here, arguments, pattern.callback)
