"""A real browser on the phone of a coordinator, and on the desk of everybody else."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    sync_playwright,
)

from accounts.models import User
from tests.pages import signed_in

# The browser's driver keeps an event loop in this thread; nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1280, height=800)
# The same browser; without windows to draw, the first opens a page in half of the time.
PROGRAMS = ["chromium-headless-shell", "chromium", "chromium-browser"]

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Windows:
    """Windows of one browser, kept for the next test: opening one takes longer than a page.

    What a site keeps in a browser is parted by its port, and each test has another; cookies,
    which are not, are removed.
    """

    browser: Browser
    free: dict[bool, list[Page]] = field(default_factory=lambda: {True: [], False: []})

    def take(self, *, script: bool) -> Page:
        if self.free[script]:
            return self.free[script].pop()
        page = self.browser.new_context(java_script_enabled=script).new_page()
        page.set_default_timeout(10_000)
        return page

    def give_back(self, page: Page, *, script: bool) -> None:
        page.goto("about:blank")
        page.context.clear_cookies()
        self.free[script].append(page)


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def visit(windows: Windows, site: str) -> Iterator[Open]:
    """Opens an address on a phone, signed in or not, with or without script, in a language.

    A complaint of the browser, such as a breach of the content security policy, fails the test.
    """
    complaints: list[str] = []
    with ExitStack() as stack:

        def open_page(
            user: User | None = None,
            at: str = "/help/",
            *,
            script: bool = True,
            language: str = "en",
            wide: bool = False,
        ) -> Page:
            page = windows.take(script=script)
            stack.callback(windows.give_back, page, script=script)
            page.set_viewport_size(DESK if wide else PHONE)
            page.context.add_cookies([cookie("django_language", language, site)])
            if user is not None:
                session = signed_in(user).cookies["session"].value
                page.context.add_cookies([cookie("session", session, site)])
            stack.enter_context(listening(page, complaints))
            page.goto(site + at)
            return page

        yield open_page
    assert complaints == []


@contextmanager
def listening(page: Page, complaints: list[str]) -> Iterator[None]:
    def hear(said: ConsoleMessage) -> None:
        if serious(said):
            complaints.append(said.text)

    def fail(error: Error) -> None:
        complaints.append(str(error))

    page.on("console", hear)
    page.on("pageerror", fail)
    yield
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", fail)


def serious(said: ConsoleMessage) -> bool:
    # The browser notes each answer of 400 and above; pages are asked about those by name.
    return said.type == "error" and "Failed to load resource" not in said.text


def cookie(name: str, value: str, site: str) -> Any:
    return {"name": name, "value": value, "url": site}
