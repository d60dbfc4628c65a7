"""Asks the program in this process, through its whole WSGI application."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client as BrowserSession

from accounts.models import ApiToken, TokenScope, User
from accounts.services import create_token

CALLED = "benchmark"
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Answer:
    """What the program answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class UnexpectedAnswerError(Exception):
    """The program answered something else than the benchmark asked for."""


@dataclass(frozen=True)
class Client:
    """Somebody who asks, known by a header; ``api`` paths are below /api/v1/."""

    application: WSGIHandler
    known_by: Mapping[str, str]

    @classmethod
    def program(cls, username: str, application: WSGIHandler) -> "Client":
        """This will ask with a fresh token of the person's."""
        user = User.objects.get(username=username)
        ApiToken.objects.filter(user=user, name=CALLED).delete()
        _token, secret = create_token(user=user, name=CALLED, scope=TokenScope.RECORD)
        return cls(application, {"Authorization": f"Bearer {secret}"})

    @classmethod
    def browser(cls, username: str, application: WSGIHandler) -> "Client":
        """This will ask with a session of the person's."""
        signed_in = BrowserSession()
        signed_in.force_login(
            User.objects.get(username=username), settings.AUTHENTICATION_BACKENDS[1]
        )
        name = settings.SESSION_COOKIE_NAME
        return cls(application, {"Cookie": f"{name}={signed_in.cookies[name].value}"})

    def api(self, path: str, *, status: int = 200, **more: Any) -> Answer:
        answer = self.ask(f"/api/v1/{path}", **more)
        if answer.status != status:
            raise UnexpectedAnswerError(f"{path}: {answer.status} {answer.body[:1000]!r}")
        return answer

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str] = NOTHING,
    ) -> Answer:
        """This will send one request and read the whole answer."""
        parts = urlsplit(path)
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(parts.path),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **{
                f"HTTP_{name.upper().replace('-', '_')}": text
                for name, text in {**self.known_by, **headers}.items()
            },
        }
        if body:
            environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(
            status: str, fields: list[tuple[str, str]], _error: object = None, /
        ) -> Callable[[bytes], object]:
            said.append((status, fields))
            return lambda _content: None

        answer = self.application(environ, start)
        try:
            content = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, fields = said[0]
        return Answer(int(status[:3]), dict(fields), content)
