"""The policy: who may do what at which address. One row for each address and method.

``at`` says what the address names: which thing of a world stands for each of its arguments.
An expectation is a status, or three for one's own thing, a foreign one and a missing one,
``"200/404/404"``; ``"2xx"`` is any of its class. Who has no column of its own is treated as
the next one in FALLBACK.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

# Who is treated as whom where a row says nothing else.
FALLBACK = {
    "local": "reader",
    "manager": "reader",
    "verifier": "reader",
    "chief": "recorder",
    "clerk": "recorder",
    "viewer": "reader",
    "recorder": "reader",
    "reader": "stranger",
    "stranger": "anonymous",
}
SAFE = ("GET", "HEAD", "OPTIONS")
METHODS = (*SAFE, "POST", "PUT", "PATCH", "DELETE")
LIST_FILES = ("json", "csv", "xlsx", "ndjson")


@dataclass(frozen=True)
class Row:
    """What one method does at one address, for whom."""

    area: str
    name: str
    method: str
    expects: dict[str, str]
    at: dict[str, str] = field(default_factory=dict)
    query: str = ""
    body: str = ""
    refused: str = "400"
    files: tuple[str, ...] = ()
    also: dict[str, str] = field(default_factory=dict)
    path: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.method

    def expected(self, power: str, whose: str) -> str:
        """This will give the status expected for one's own, a foreign or a missing thing."""
        asked: str | None = power
        while asked is not None and asked not in self.expects:
            asked = FALLBACK.get(asked)
        if asked is None:
            raise KeyError(f"{self.name} {self.method} says nothing of {power}")
        own, _slash, others = self.expects[asked].partition("/")
        foreign, _slash, missing = others.partition("/")
        return {"own": own, "foreign": foreign or own, "missing": missing or foreign or own}[whose]


def fits(status: int, expected: str) -> bool:
    """This will compare a status with ``200``, ``2xx`` or ``200|302``."""
    return any(
        str(status) == word or (word.endswith("xx") and str(status)[0] == word[0])
        for word in expected.split("|")
    )


def row(area: str, name: str, method: str, **given: object) -> Row:
    own = {"at", "query", "body", "refused", "files", "also", "path"}
    options = {key: value for key, value in given.items() if key in own}
    expects = {key: str(value) for key, value in given.items() if key not in own}
    return Row(area, name, method, expects, **options)  # type: ignore[arg-type]


def page(name: str, method: str = "GET", **given: object) -> Row:
    """This will make a row for a page of the browser."""
    return row("page", name, method, **given)


def api(name: str, method: str = "GET", **given: object) -> Row:
    """This will make a row for an address of the API; dead tokens are told so everywhere."""
    return row("api", f"api:{name}", method, **{"dead": "401", **given})


def admin(name: str, method: str = "GET", **given: object) -> Row:
    """This will make a row for a page of the admin: admins of everywhere, and nobody else."""
    closed = {"anonymous": "302", "stranger": "403", "reader": "403"}
    return row("admin", f"admin:{name}", method, **{**closed, **given})


def by_key(rows: Iterable[Row]) -> dict[tuple[str, str], Row]:
    """This will index the policy, and refuse two rows for one address and method."""
    found: dict[tuple[str, str], Row] = {}
    for each in rows:
        if each.key in found:
            raise ValueError(f"Two rows for {each.key}.")
        found[each.key] = each
    return found
