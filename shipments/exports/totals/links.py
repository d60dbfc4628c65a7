"""The addresses that an answer about totals names."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import NoReverseMatch, reverse

from shipments.exports.totals.offers import offered_formats
from shipments.querysets.totals import Answer, Scope
from shipments.querysets.totals.links import outcomes_only
from shipments.querysets.totals.question import address_of, quoted

BASE = "/api/v1"
# Which of two days a bound keeps; days as they are written sort as they follow one another.
NARROWER: dict[str, Callable[[str, str], str]] = {"gte": max, "lte": min}


@dataclass(frozen=True)
class Links:
    """Addresses for one answer; ``site`` is what stands before the path, without a slash."""

    answer: Answer
    site: str

    def all(self) -> dict[str, str]:
        query = self.answer.query.canonical()
        links = {"self": f"{self.site}{BASE}/totals?{query}"}
        whole = replace(self.answer.query, limit=None).canonical()
        # A file holds every row.
        links |= {
            word.removesuffix(".csv"): f"{self.site}{BASE}/totals.{word}?{whole}"
            for word in offered_formats(self.answer)
            if word != "json"
        }
        with suppress(NoReverseMatch):
            links["html"] = f"{self.site}{reverse('data')}?{query}"
        links["lines"] = self.lines({})
        links["describedby"] = f"{self.site}{BASE}/dictionary.json"
        return links

    def lines(self, codes: dict[str, Any]) -> str:
        """This will give the address of the ledger lines behind a row, or behind everything."""
        pairs = dict(self.shared)
        for name, code in codes.items():
            for parameter, text in self.of(name, code):
                narrow(pairs, parameter, text)
        query = "&".join([f"{parameter}={text}" for parameter, text in pairs.items()])
        return f"{self.site}{BASE}/lines?{query}"

    @cached_property
    def shared(self) -> dict[str, str]:
        """What the addresses of all rows have in common, ready to be written."""
        scope = outcomes_only(self.answer.query)
        return {parameter: quoted(text) for parameter, text in spelled(scope)}

    def of(self, name: str, code: Any) -> list[tuple[str, str]]:
        """This will write what one value of a dimension means, once however many rows have it."""
        if (name, code) not in self.met:
            pairs = [("movement", code)]
            if name != "movement":
                conditions = self.answer.behind.conditions(name, code)
                pairs = [(c.parameter, quoted(c.text)) for c in conditions]
            self.met[name, code] = pairs
        return self.met[name, code]

    @cached_property
    def met(self) -> dict[tuple[str, Any], list[tuple[str, str]]]:
        return {}


def spelled(scope: Scope) -> list[tuple[str, str]]:
    """This will write a scope for the list of lines, which leaves nothing out unless told."""
    pairs: dict[str, str] = {"movement": scope.movement, "equipment": scope.equipment}
    for parameter, text in scope.parameters():
        narrow(pairs, parameter, text)
    return list(pairs.items())


def narrow(pairs: dict[str, str], parameter: str, text: str) -> None:
    """This will add a condition, which an address names once: the narrower of two.

    What a row stands for comes after what was asked, and lies within it; only a period may begin
    before the days that were asked for, or end after them.
    """
    narrower = NARROWER.get(parameter.rpartition("__")[2])
    if narrower and parameter in pairs:
        text = narrower(pairs[parameter], text)
    pairs[parameter] = text


def lines_query(lines: Scope | None) -> str:
    """This will write the query of the ledger lines that a scope means, "" without any."""
    return "" if lines is None else address_of(spelled(lines))


def lines_links(lines: Scope | None) -> dict[str, str]:
    """This will name the list of the ledger lines that a scope means, where there are any."""
    return {} if lines is None else {"lines": f"{BASE}/lines?{lines_query(lines)}"}
