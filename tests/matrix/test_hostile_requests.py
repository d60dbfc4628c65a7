"""Whatever is sent to a page, it answers: no query, header or field makes a fault.

Each page gets some of everything, in turn, so that all of it costs seconds.
"""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from tests.drawing import drawn, rounds
from tests.matrix.cast import Principal
from tests.matrix.harness import Stage
from tests.matrix.policy import Row
from tests.matrix.strictness import Told, send
from tests.matrix.table import POLICY
from tests.matrix.test_matrix import nothing_wrong
from tests.matrix.test_strictness import address
from tests.pages import Form, Reading

TYPED = "application/x-www-form-urlencoded"
VALUES = (
    *("NaN", "Infinity", "1e400", "-1", "9" * 400, "9223372036854775808", "x" * 10_000, "١٢٣"),
    *("0000-00-00", "9999-99-99", "9999-12-31", "0001-01-01", "2020-02-30T25:61", "\u202e\u200f"),
    *("\ud800", "🙂", "[]", "a,,b,", "%", "../x", "'\";--", "\r\nX-Header: y", "\ufeff", "\\"),
)
# What stands in addresses of our own and in no form.
ALSO = (
    "before",
    "after",
    "saved",
    "kind",
    "way",
    "standpoint",
    "next",
    "words",
    "shipment",
    "id[]",
)
HEADERS = (
    {"Accept": "text/html;q=NaN, */*;q=9e999"},
    {"Accept-Language": "xx-" * 900},
    {"Accept-Language": "ar;q=1e400, en;q=NaN, \xff\xfe"},
    {"Cookie": "messages=x; django_language=../xx; session=\xff"},
    {"If-None-Match": 'W/"' + "x" * 5000},
    {"If-Modified-Since": "Thu, 99 Foo 0000 99:99:99 GMT", "If-Match": "\xff"},
    {"Range": "bytes=99999999999999999999-, -1", "Expect": "100-continue"},
    {"HX-Request": "true", "HX-Current-URL": "http://[::1", "HX-Target": "\xff"},
    {"X-Forwarded-For": "x, ::zz", "X-Request-ID": "\xff" * 80, "Referer": "http://[x"},
    {"Content-Type": "multipart/form-data; boundary=", "Content-Encoding": "gzip"},
    {"Content-Type": "text/html; charset=utf-16", "Save-Data": "maybe"},
)
BODIES = (
    (b"\xff\xfe=%ff%fe&key=\xed\xa0\x80", TYPED),
    (b"key=%00&a=%00", TYPED),
    (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    (b"a", "multipart/form-data"),
    (b'{"key": [1]}', "application/json"),
    (b"&".join(b"a%d=1" % n for n in range(1500)), TYPED),
)


def pages(*methods: str) -> list[Row]:
    return [row for row in POLICY.values() if row.area == "page" and row.method in methods]


def asker(stage: Stage, row: Row) -> Principal:
    """This will find one whom the row lets in: the others get no further than the door."""
    names = ("coordinator of a", "admin", "anonymous")
    people = [stage.people[name] for name in names]
    return next((who for who in people if row.expected(who.power, "own")[0] in "23"), people[0])


def forms_of(told: Told) -> list[Form]:
    reading = Reading()
    reading.feed(told.body.decode("utf-8", "replace"))
    return reading.forms


def encoded(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"))


def faults(told: Told, what: str) -> Iterator[str]:
    # Without a worker the site is not ready, and says so whatever it is asked.
    if told.status != 503 and (told.fault or told.status >= 500):
        yield f"{what[:120]!r}: {told.status} {told.fault}"


def test_no_page_fails_on_a_hostile_query(stage: Stage) -> None:
    def found() -> Iterator[str]:
        turn = 0
        for row in pages("GET"):
            who = asker(stage, row)
            path = address(stage, row, who).partition("?")[0]
            asking = [f for f in forms_of(send(stage, who, "GET", path)) if f.method == "get"]
            fields = [name for form in asking for name in form.fields]
            for name in dict.fromkeys((*drawn(fields, 12, turn), *drawn(ALSO, 20, turn))):
                turn += 1
                value = VALUES[turn % len(VALUES)]
                asked = f"{path}?{quote(name)}={encoded(value)}"
                yield from faults(send(stage, who, "GET", asked), asked)
        assert turn > rounds(30, whole=60)

    nothing_wrong(found())


def test_no_page_fails_on_hostile_headers(stage: Stage) -> None:
    def found() -> Iterator[str]:
        for turn, row in enumerate(pages("GET")):
            who = asker(stage, row)
            path = address(stage, row, who)
            for headers in drawn(HEADERS, 11, turn):
                told = send(stage, who, "GET", path, headers=headers)
                yield from faults(told, f"{path} {headers}")

    nothing_wrong(found())


def test_no_form_fails_on_hostile_fields_and_bodies(stage: Stage) -> None:
    def found() -> Iterator[str]:
        turn = 0
        for row in pages("POST"):
            who = asker(stage, row)
            path = address(stage, row, who)
            shown = [form.fields for form in forms_of(send(stage, who, "GET", path))]
            fields = max(shown, key=len, default={}) or {"key": "", "reason": ""}
            ours = [name for name in fields if name != "csrfmiddlewaretoken"]
            for name in drawn(ours, 8, turn):
                turn += 1
                value = VALUES[turn % len(VALUES)].encode("utf-8", "surrogatepass")
                data = urlencode({**fields, name: value, f"{name}[]": value}, doseq=True).encode()
                told = send(stage, who, "POST", path, data, TYPED)
                yield from faults(told, f"{path} {name}={value!r}")
            for body, content_type in drawn(BODIES, 8, turn):
                told = send(stage, who, "POST", path, body, content_type)
                yield from faults(told, f"{path} {content_type} {body[:40]!r}")
        assert turn > 10

    nothing_wrong(found())
