"""Sends what no honest program sends, and says what is wrong with the answer."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import transaction

from tests.drawing import drawn
from tests.matrix.asking import same_cookies
from tests.matrix.cast import CSRF, Principal
from tests.matrix.harness import Stage
from tests.matrix.oracles import body_of, has_written

PROBLEM = "application/problem+json"
# Values that look at the wrong column, never end, are no text, or are no number.
HOSTILE_VALUES = ("(a+)+$" * 40, "%00", "%ff%fe", "NaN", "9" * 400, "1e400", "'\";--", "x" * 6000)
# Parameters that are paths through the database, or nothing at all.
HOSTILE_NAMES = (
    "recorded_by__password__startswith",
    "user__password__regex",
    "created_by__email",
    "shipment__created_by__password",
    "id",
    "pk",
    "__class__",
    "operation__contact__contains",
    "constructor",
    "limit__gte",
)
HOSTILE_PAGES = (
    *("limit=1000000000", "limit=-1", "limit=NaN", "limit=1e3", "limit=0", "limit=1&limit=2"),
    *("offset=-1", "offset=99999999999999999999", "offset=x", "cursor=x", "cursor=W10=", "count=2"),
    *("cursor=WyJzaGlwbWVudHMiLCJuIixbIngiXV0=", "lang=xx", "format=exe", "format=../x"),
)
DEEP = b"[" * 20_000 + b"]" * 20_000
HOSTILE_BODIES: tuple[tuple[str, bytes, str], ...] = (
    ("nothing", b"", "application/json"),
    ("half", b'{"key": ', "application/json"),
    ("null", b"null", "application/json"),
    ("text", b'"x"', "application/json"),
    ("number", b"7", "application/json"),
    ("list", b"[[]]", "application/json"),
    ("not a number", b'{"quantity": NaN}', "application/json"),
    ("no end", b'{"quantity": 1e999999}', "application/json"),
    ("exponent", b'{"quantity": 1e99999999999999999999}', "application/json"),
    ("small exponent", b'{"quantity": 1e-99999999999999999999}', "application/json"),
    ("many digits", b'{"quantity": ' + b"9" * 5000 + b"}", "application/json"),
    ("not UTF-8", b'{"note": "\xff\xfe"}', "application/json"),
    ("NUL", b'{"note": "a\\u0000b"}', "application/json"),
    ("half a pair", b'{"note": "\\ud800"}', "application/json"),
    ("twice", b'{"note": "a", "note": "b"}', "application/json"),
    ("UTF-16", '{"note": "a"}'.encode("utf-16"), "application/json; charset=utf-16"),
    ("no type", b"{}", ""),
    ("XML", b"<a/>", "application/xml"),
    ("form", b"a=b", "application/x-www-form-urlencoded"),
    ("plain", b"{}", "text/plain"),
)
# Costly to send: one address stands for all, because the reading is the same.
HEAVY_BODIES: tuple[tuple[str, bytes, str], ...] = (
    ("deep", DEEP, "application/json"),
    ("too large", b'{"note": "' + b"x" * (6 * 1024 * 1024) + b'"}', "application/json"),
)
# An edit of nothing changes nothing; each entry of a list is refused on its own.
HARMLESS = ("nothing", "list")
HOSTILE_MEMBERS: tuple[Any, ...] = (
    None,
    [],
    {},
    True,
    -1,
    "\u0000",
    "x" * 100_000,
    [[["x"]]],
    1e308,
)
HOSTILE_FIELDS = ("", "\x00", "x" * 100_000, "NaN", "-1", "9" * 400, "١٢٣", "<script>", "\ufeff")


@dataclass(frozen=True)
class Told:
    """An answer to something that should not have been sent."""

    status: int
    content_type: str
    body: bytes
    fault: str
    wrote: bool

    def wrong(self, *, api: bool, refused: bool) -> Iterator[str]:
        """This will list what is wrong: a fault, an acceptance, a refusal without a sentence."""
        if self.fault or self.status >= 500:
            yield f"fault {self.status} {self.fault}"
        elif refused and self.status < 400:
            yield f"accepted with {self.status}"
        elif self.status >= 400 and self.wrote:
            yield "refused, and wrote all the same"
        elif self.status >= 400 and api and self.content_type != PROBLEM:
            yield f"{self.status} as {self.content_type}"
        elif self.status >= 400 and api:
            yield from wrong_problem(self.body, self.status)
        elif self.status >= 400 and b"." not in self.body:
            yield f"{self.status} without a sentence"


def wrong_problem(body: bytes, status: int) -> Iterator[str]:
    told = json.loads(body)
    missing = {"type", "title", "status", "detail", "instance", "request_id", "errors"} - set(told)
    if missing or told["status"] != status:
        yield f"a problem without {sorted(missing)}"
    if not told["detail"].endswith((".", "?", "”")):
        yield f"no sentence: {told['detail']}"


def send(
    stage: Stage,
    who: Principal,
    method: str,
    path: str,
    data: bytes = b"",
    content_type: str = "application/octet-stream",
    headers: Mapping[str, str] = {},
) -> Told:
    """This will send something and undo what it wrote."""
    extra: dict[str, Any] = {**who.headers, **meta(headers)}
    if not who.token:
        extra["HTTP_X_CSRFTOKEN"] = CSRF
    with transaction.atomic(), same_cookies(who.client):
        answer = who.client.generic(method, path, data, content_type=content_type, **extra)
        body = body_of(answer)
        wrote = has_written() and bool(stage.ledger.changes())
        transaction.set_rollback(True)
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    return Told(answer.status_code, kind, body, stage.faults.take(), wrote)


def meta(headers: Mapping[str, str]) -> dict[str, str]:
    """This will name headers as a server hands them on; the bytes of each are one letter."""
    names = {name: name.upper().replace("-", "_") for name in headers}
    return {
        name if name == "CONTENT_TYPE" else f"HTTP_{name}": headers[header]
        for header, name in names.items()
    }


def hostile_queries(parameters: list[str], turn: int) -> Iterator[tuple[str, bool]]:
    """This will make queries that must be refused, and some that must only not be a fault.

    One parser reads the queries of all lists, and the lists share their parameters: so each list
    gets some, drawn by its ``turn``.
    """
    names = [f"{name}=a" for name in HOSTILE_NAMES if name not in parameters]
    yield from ((query, True) for query in drawn((*names, *HOSTILE_PAGES), 12, turn))
    for at, name in enumerate(drawn(parameters, 4, turn)):
        value = HOSTILE_VALUES[(at + turn) % 8]
        yield f"{name}={value if '%' in value else quote(value)}", False
