"""What is no text is refused with a sentence wherever it is sent."""

import codecs
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from aidtracker.handlers import ByWSGI
from tests.pages import signed_in
from tests.world import World

# No text at all, text that fails in a way of its own, and text that may hold half a pair.
CODECS = ["rot13", "base64", "zlib", "undefined", "idna", "punycode", "unicode_escape", "utf-7"]
OTHERS = ["utf-16", "utf-8-sig", "latin-1", "utf-8\\", "nonsense"]
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n\\ud800\xc3\xa4\r\n--x--\r\n'
POSTS = ["/accounts/login/", "/i18n/setlang/", "/imports/", "/shipments/new/", "/api/v1/imports"]


@pytest.fixture(autouse=True)
def as_the_server_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes requests in tests of the class that the server makes them of."""
    monkeypatch.setattr("django.test.client.WSGIRequest", ByWSGI.request_class)


@pytest.fixture
def omars(omar: User) -> Client:
    client = signed_in(omar)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("name", [*CODECS, *OTHERS])
def test_a_charset_that_is_not_utf8_is_refused_and_never_a_fault(omars: Client, name: str) -> None:
    for address in POSTS:
        for kind, body in ((FORM, b"username=\\ud800%C3%A4"), (PARTS, PART)):
            answer = omars.generic("POST", address, body, content_type=f"{kind}; charset={name}")
            expected = 415 if address.startswith("/api/") else 400
            assert answer.status_code == expected, (address, kind)
            assert b"." in answer.content


@pytest.mark.parametrize("name", CODECS)
def test_a_question_has_no_charset_whatever_it_says(omars: Client, name: str) -> None:
    assert codecs.lookup(name)
    headers = {"Content-Type": f"text/plain; charset={name}"}
    for address in ("/search/?q=%C3%A4%5Cud800", "/accounts/login/?next=%C3%A4", "/api/v1/donors"):
        assert omars.get(address, headers=headers).status_code == 200, address


@pytest.mark.parametrize("name", ["utf-8", "UTF-8", "utf8", "us-ascii"])
def test_a_form_may_say_that_it_is_utf8(omars: Client, name: str) -> None:
    for kind, body in ((FORM, b"language=hy"), (PARTS, PART.replace(b"\\ud800\xc3\xa4", b"hy"))):
        answer = omars.generic(
            "POST", "/i18n/setlang/", body, content_type=f"{kind}; charset={name}"
        )
        assert answer.status_code == 302


def test_a_cookie_that_is_no_text_is_no_cookie(world: World, client: Client) -> None:
    client.raise_request_exception = False
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "language"):
        for address in ("/", "/accounts/login/", "/api/v1/regions"):
            cookie = name + '="' + "\\000" * 9 + '"'
            answer = client.get(address, headers={"Cookie": cookie})
            assert answer.status_code == 200, (name, address)


@pytest.mark.parametrize(
    "address",
    [
        "/data/?operation=%00",
        "/data/?donor=a%00b",
        "/shipments/?donor=%00",
        "/admin/shipments/shipment/?status__exact=%00",
        "/api/v1/totals?operation=%00",
        "/api/v1/donors?%00=1",
    ],
)
def test_no_address_asks_for_nul(ada: User, address: str) -> None:
    client = signed_in(ada)
    client.raise_request_exception = False
    answer: Any = client.get(address)
    assert answer.status_code == 400
    if address.startswith("/api/"):
        assert answer.json()["errors"][0]["code"] == "not_text"


@pytest.mark.parametrize("year", ["9223372036854775808", "9" * 40, "10000", "x"])
def test_a_year_that_no_calendar_has_breaks_no_list(ada: User, year: str) -> None:
    client = signed_in(ada)
    client.raise_request_exception = False
    address = f"/admin/shipments/shipment/?dispatched_at__year={year}"
    assert client.get(address, follow=True).status_code == 200
