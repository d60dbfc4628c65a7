"""A page that the database cannot answer says so, instead of speaking of a fault of ours."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.pages import words_of


def take_too_long(*_given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 50")
        cursor.execute("SELECT pg_sleep(5)")


def be_away(*_given: Any) -> None:
    raise OperationalError("gone")


@pytest.mark.parametrize(
    ("happens", "said"),
    [(take_too_long, "Ask for less"), (be_away, "The database does not answer at the moment.")],
)
def test_a_page_says_when_the_database_cannot_answer(
    db: None, monkeypatch: pytest.MonkeyPatch, happens: Any, said: str
) -> None:
    monkeypatch.setattr("shipments.views.overview.heading", happens)
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert said in words_of(answer)


def test_another_fault_is_called_one(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shipments.views.overview.heading", lambda _: 1 / 0)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "The fault is ours." in words_of(answer)
