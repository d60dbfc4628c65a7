"""Reading pages as a browser without script does: forms with their fields, words, links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client

from accounts.models import User

VOID = {"input", "br", "link", "meta", "hr", "img"}


@dataclass
class Form:
    """One form of a page: where it goes, and what it would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Reading(HTMLParser):
    """Collects the forms and the words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.select = self.textarea = ""
        self.first_option = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif self.forms and tag in ("input", "button", "select", "option", "textarea"):
            self.read_control(tag, given)

    def read_control(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, given.get("name", "")
        if tag == "select":
            self.select, self.first_option = name, True
        elif tag == "option" and self.select:
            if self.first_option or "selected" in given:
                fields[self.select] = given.get("value", "")
            self.first_option = False
        elif tag == "textarea":
            self.textarea = name
            fields[name] = ""
        elif tag == "button" and name:
            self.forms[-1].buttons.append((name, given.get("value", "")))
        elif tag == "input" and name:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            # A browser leaves out the line break that begins a box.
            self.forms[-1].fields[self.textarea] += data.removeprefix("\n")
        self.words.append(data)


def read(response: Any) -> Reading:
    reading = Reading()
    reading.feed(response.content.decode())
    return reading


def words_of(response: Any) -> str:
    """This will write what a page says, on one line."""
    return " ".join(" ".join(read(response).words).split())


def form_of(response: Any, *, holding: str) -> Form:
    """This will find the form of a page that has a field or button of this name."""
    for form in read(response).forms:
        if holding in form.fields or holding in dict(form.buttons):
            return form
    raise AssertionError(f"no form with {holding}")


def send(client: Client, address: str, form: Form, **changed: str) -> Any:
    """This will send a form as a browser would, with some fields changed (``_`` for ``-``)."""
    data = form.fields | {name.replace("__", "-"): value for name, value in changed.items()}
    target = urljoin(address, form.action)
    return client.post(target, data) if form.method == "post" else client.get(target, data)


def signed_in(user: User, client: Client | None = None) -> Client:
    """This will sign a person in, in a new browser or in the given one."""
    client = client or Client()
    client.force_login(user, backend="regions.api.authentication.PersonWithGrants")
    return client
