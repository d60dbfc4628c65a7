"""What all tests share: the database, and the cast."""

import gc
from collections.abc import Generator

import pytest
from django.template import Template
from django.test import utils

from accounts.models import User
from regions.rights import Role
from tests import build
from tests.world import World, the_world

pytest_plugins = ["tests.database", "tests.drawing", "tests.forking", "tests.programs"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded by then stays until the end, so the collector need not walk it each time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever fills a large database has a head start, so that no other process waits for it."""
    items.sort(key=lambda item: not FILLED.intersection(getattr(item, "fixturenames", ())))


FILLED = {"loaded", "smoke", "uncounted"}
DRAW = getattr(Template, "_render")  # noqa: B009 - the stubs do not know it


@pytest.fixture(scope="session", autouse=True)
def _pages_are_not_copied(django_test_environment: None) -> None:
    """Django copies the context of every template that a page draws, which is a tenth of a page."""
    setattr(Template, "_render", DRAW)  # noqa: B010 - the stubs do not know it


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the test look at the context of what was drawn."""
    copying = utils.instrumented_test_render  # type: ignore[attr-defined]
    monkeypatch.setattr(Template, "_render", copying)


@pytest.fixture
def world(db: None) -> World:
    return the_world()


@pytest.fixture
def omar(world: World) -> User:
    """Head of logistics: coordinates the whole country."""
    return User.objects.get(username="omar")


@pytest.fixture
def amina(world: World) -> User:
    """Field officer: coordinates the north."""
    return build.person("amina", (Role.COORDINATOR, world.north), name="Amina")


@pytest.fixture
def chen(world: World) -> User:
    """Analyst: reads everything, writes nothing."""
    return build.person("chen", (Role.ANALYST, None), name="Chen")


@pytest.fixture
def ada(world: World) -> User:
    """Admin: keeps people and reference data in order."""
    return build.person("ada", (Role.ADMIN, None), name="Ada")


@pytest.fixture
def stranger(world: World) -> User:
    """Signed in, holds no role."""
    return build.person("stranger")
