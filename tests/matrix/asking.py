"""One question of the matrix: who asks which address for whose thing, how, and with what."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import NoReverseMatch, reverse

from tests.matrix.cast import CSRF, Principal
from tests.matrix.names import Names
from tests.matrix.policy import Row


@dataclass(frozen=True)
class Question:
    """What is asked. ``whose`` is own, foreign or missing; ``file`` an extension of a list."""

    row: Row
    who: Principal
    whose: str
    names: Names
    method: str = ""
    file: str = ""
    variant: str = ""
    body: Any = None
    fragment: bool = False
    forged: bool = False
    spelling: str = ""
    expected: str = ""
    echoed: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [self.who.name, self.verb, self.address, self.variant, self.spelling]
        parts += ["HX-Request"] if self.fragment else []
        parts += ["without CSRF token"] if self.forged else []
        return " ".join(part for part in (*parts, f"({self.whose})") if part)

    @property
    def verb(self) -> str:
        return self.method or self.row.method

    @property
    def address(self) -> str:
        arguments = {name: self.names[thing] for name, thing in self.row.at.items()}
        query = self.row.query.format_map(self.names.things)
        if self.row.path:
            path = self.row.path.format_map(self.names.things)
        elif self.file:
            path = spelled(
                f"{self.row.name}-file", tuple({**arguments, "format": self.file}.items())
            )
        else:
            path = spelled(self.row.name + self.spelling, tuple(arguments.items()))
        return f"{path}?{query}" if query else path

    @property
    def named(self) -> list[str]:
        """This will list how the asked thing is written, to be masked where it is echoed."""
        things = (thing for thing in self.row.at.values() if not thing.startswith("="))
        return [*(self.names[thing] for thing in things), *self.echoed]


@cache
def spelled(name: str, arguments: tuple[tuple[str, str], ...]) -> str:
    try:
        return reverse(name, kwargs=dict(arguments))
    except NoReverseMatch:
        return reverse(name, args=[value for _name, value in arguments])


def ask(question: Question) -> Any:
    """This will send the question; whatever it writes is to be rolled back by the caller."""
    extra: dict[str, Any] = {**question.who.headers}
    if question.fragment:
        extra["HTTP_HX_REQUEST"] = "true"
    if not question.forged and not (question.who.token and question.row.area == "api"):
        extra["HTTP_X_CSRFTOKEN"] = CSRF
    data, content_type = encoded(question)
    client = question.who.client
    with same_cookies(client):
        return client.generic(
            question.verb, question.address, data, content_type=content_type, **extra
        )


@contextmanager
def same_cookies(client: Client) -> Iterator[None]:
    """This will leave a client its cookies: what an answer wrote in the database is undone, too.

    A message that an answer left would else stand on whichever page is asked for next.
    """
    kept = client.cookies.copy()
    try:
        yield
    finally:
        client.cookies = SimpleCookie({name: morsel.value for name, morsel in kept.items()})


def encoded(question: Question) -> tuple[Any, str]:
    if question.body is None:
        return b"", "application/octet-stream"
    if isinstance(question.body, dict) and "file" in question.body:
        file = SimpleUploadedFile("rows.csv", question.body["file"].encode())
        return encode_multipart(BOUNDARY, {**question.body, "file": file}), MULTIPART_CONTENT
    if question.row.area == "api":
        return json.dumps(question.body).encode(), "application/json"
    return urlencode(question.body, doseq=True).encode(), "application/x-www-form-urlencoded"
