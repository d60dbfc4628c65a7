"""Every page, looked at by axe, on a narrow screen, in both directions of writing."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from shipments.filters.totals import read_question
from shipments.models import DeliveryEvent, NeedLine, NeedsAssessment, ReportedFigure
from shipments.services import publish_snapshot, retire_query, save_query
from tests import build
from tests.browser.conftest import Open
from tests.conftest import World

PAGES = {
    "overview": "/",
    "shipments": "/shipments/",
    "filtered": "/shipments/?status=closed",
    "refused filter": "/shipments/?stauts=x",
    "lines": "/lines/",
    "shipment": "/shipments/{reference}/",
    "saved": "/shipments/{reference}/?saved={code}",
    "deliver": "/shipments/{reference}/deliver/",
    "loss": "/shipments/{reference}/deliver/?kind=lost",
    "arrive": "/shipments/{reference}/arrive/",
    "weigh": "/shipments/{reference}/weigh/",
    "choose": "/deliveries/new/",
    "new": "/shipments/new/",
    "edit": "/shipments/{draft}/edit/",
    "correct": "/deliveries/{key}/correct/",
    "other shipment": "/deliveries/{key}/correct/?way=shipment",
    "never": "/deliveries/{key}/correct/?way=never",
    "kept questions": "/data/saved/",
    "kept question": "/data/saved/{kept}/",
    "retired question": "/q/{retired}",
    "published figures": "/data/snapshots/",
    "corrected figures": "/data/snapshots/{snapshot}/",
    "search": "/search/?q=North",
    "wrong digit": "/search/?q=KA20-1042-9",
    "not among": "/shipments/KA20-99999-1/",
    "missing": "/nowhere/",
    "data": "/data/?by=donor&measure=sent_kg,received_kg",
    "wide data": "/data/?by=category,month&measure=received_kg&shape=wide",
    "refused data": "/data/?by=donner",
    "statements": "/data/statements/",
    "coverage": "/data/coverage/",
    "refused coverage": "/data/coverage/?month=2020-13",
    "what everybody sees": "/shipments/?standpoint=public",
    "dictionary": "/data/dictionary/",
    "help": "/help/",
    "log in": "/accounts/login/",
}


@pytest.fixture
def named(world: World, omar: User) -> dict[str, Any]:
    """Gives the pages something to show, with every kind of row."""
    shipment = world.shipment(
        build.line(world.blankets, 420), build.line(world.wood, 12), expected_at=build.NOW
    )
    first = build.receive(shipment, by=omar, received=300, damaged=20)
    build.reverse(first.event, by=omar)
    kept = publish(omar)
    second = build.receive(shipment, by=omar, received=380, damaged=20, reason="wet")
    ReportedFigure.objects.create(
        operation=world.operation,
        source="Ministry",
        published_on="2020-11-25",
        stage="dispatched",
        quantity=1500,
        unit="t",
        quote="1,500 t sent so far.",
    )
    assessment = NeedsAssessment.objects.create(
        operation=world.operation, region=world.north, assessed_on="2020-11-20", source="Ministry"
    )
    NeedLine.objects.create(
        assessment=assessment, item=world.blankets, unit="piece", per_person=1, standard="One each"
    )
    world.operation.illustrative = True
    world.operation.save()
    event = DeliveryEvent.objects.get(pk=second.event.pk)
    draft = world.sent(10, sent=False)
    made = {"reference": shipment, "code": event.code, "key": event.key, "draft": draft}
    return made | kept


def publish(by: User) -> dict[str, str]:
    """Keeps questions and publishes figures, which a later delivery makes others."""
    query = read_question("by=donor,month&measure=sent_kg,received_kg,damaged_kg&operation=KA20")
    kept = save_query(name="For donors, month by month", query=query, by=by)
    retired = save_query(name="As it was asked once", query=query, by=by)
    retire_query(saved=retired, by=by, at=timezone.now())
    made = publish_snapshot(
        title="Aid by donor", query=query, public=False, by=by, at=timezone.now()
    )
    return {"kept": kept.code, "retired": retired.code, "snapshot": made.code}


def faults(page: Page, *, colours: bool = True) -> list[str]:
    look = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": colours}}}
    found = Axe().run(page, options=look).response["violations"]
    return [f"{fault['id']}: {node['html']}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(
    named: dict[str, Any], omar: User, visit: Open, language: str
) -> None:
    page = visit(omar, language=language)
    found, wide = {}, []
    for name, address in PAGES.items():
        page.goto(address.format(**named))
        unfold(page)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        # The colours are the same in every language, and half of the work.
        found[name] = faults(page, colours=language == "en")
        wide += [name] if too_wide(page) else []
    assert {name: words for name, words in found.items() if words} == {}
    assert wide == []


def test_no_page_in_armenian_is_wider_than_a_phone(
    named: dict[str, Any], omar: User, visit: Open
) -> None:
    page = visit(omar, language="hy")
    wide = []
    for name, address in PAGES.items():
        page.goto(address.format(**named))
        unfold(page)
        wide += [name] if too_wide(page) else []
    assert wide == []


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > 360"))


def unfold(page: Page) -> None:
    """Opens what is folded, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def test_what_is_tapped_is_large_enough(named: dict[str, Any], omar: User, visit: Open) -> None:
    page = visit(omar)
    small = []
    for address in ("/shipments/{reference}/deliver/", "/deliveries/{key}/correct/"):
        page.goto(address.format(**named))
        for control in page.locator(
            "main button, main a.button, main input:not([type=hidden])"
        ).all():
            box = control.bounding_box()
            ticks = control.get_attribute("type") == "checkbox"
            if box and box["height"] < (24 if ticks else 44):
                small.append(control.evaluate("one => one.outerHTML"))
    assert small == []


def test_the_controls_are_not_blind(visit: Open, world: World) -> None:
    page = visit()
    page.goto("/help/")
    page.evaluate("document.querySelector('h1').innerHTML = '<img src=/static/icons/favicon.svg>'")
    assert any("image-alt" in fault for fault in faults(page))
