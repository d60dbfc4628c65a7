"""The addresses that an answer about totals names."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.urls import NoReverseMatch, reverse

from shipments.exports.totals.offers import offered_formats
from shipments.querysets.totals import Answer, Scope
from shipments.querysets.totals.links import row_scope
from shipments.querysets.totals.question import address_of

BASE = "/api/v1"


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
        return f"{self.site}{BASE}/lines?{address_of(spelled(row_scope(self.answer.query, codes)))}"


def spelled(scope: Scope) -> list[tuple[str, str]]:
    """This will write a scope for the list of lines, which leaves nothing out unless told."""
    usual = {"movement": scope.movement, "equipment": scope.equipment}
    return list((usual | dict(scope.parameters())).items())


def lines_query(lines: Scope | None) -> str:
    """This will write the query of the ledger lines that a scope means, "" without any."""
    return "" if lines is None else address_of(spelled(lines))


def lines_links(lines: Scope | None) -> dict[str, str]:
    """This will name the list of the ledger lines that a scope means, where there are any."""
    return {} if lines is None else {"lines": f"{BASE}/lines?{lines_query(lines)}"}
