"""A real browser on the phone of a coordinator, and on the desk of everybody else."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from accounts.models import User

# The browser's driver keeps an event loop in this thread; nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1280, height=800)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a page on a phone, signed in or not, with or without script, in a language.

    A complaint of the browser, such as a breach of the content security policy, fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        user: User | None = None, *, script: bool = True, language: str = "en", wide: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport=DESK if wide else PHONE, java_script_enabled=script, base_url=site
        )
        contexts.append(context)
        context.add_cookies([cookie("django_language", language, site)])
        if user is not None:
            context.add_cookies([cookie("session", session_of(user), site)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: complaints.append(said.text) if serious(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def serious(said: Any) -> bool:
    # The browser notes each answer of 400 and above; pages are asked about those by name.
    return said.type == "error" and "Failed to load resource" not in said.text


def cookie(name: str, value: str, site: str) -> Any:
    return {"name": name, "value": value, "url": site}


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend="regions.api.authentication.PersonWithGrants")
    return client.cookies["session"].value
