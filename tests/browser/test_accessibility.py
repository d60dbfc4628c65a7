"""Every page, looked at by axe, on a narrow screen, in both directions of writing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from shipments.filters.totals import read_question
from shipments.models import (
    DeliveryEvent,
    ImportRun,
    NeedLine,
    NeedsAssessment,
    ReportedFigure,
    SavedQuery,
)
from shipments.services import publish_snapshot, retire_query, save_query
from tests import build
from tests.browser.conftest import Open
from tests.drawing import drawn
from tests.shipments.imports.test_runs import deliveries, upload
from tests.world import World

LOOKING = Path(__file__).with_name("looking.js").read_text("utf-8")
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
    "programs": "/api/",
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


@dataclass
class Looks:
    """What was found on the pages that were looked at, by their names."""

    language: str
    faults: dict[str, list[str]] = field(default_factory=dict)
    wide: list[str] = field(default_factory=list)
    # Colours that axe has judged: it need not do so again on the next page.
    known: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str, address: str) -> None:
        put(page, address)
        direction = page.locator("html").get_attribute("dir")
        assert direction == ("rtl" if self.language == "ar" else "ltr")
        self.wide += [name] if page.evaluate("looking.tooWide()") else []
        # Armenian is only the widest; its pages are made as the English ones.
        if self.language != "hy" and (found := self.faults_on(page)):
            self.faults[name] = found

    def faults_on(self, page: Page) -> list[str]:
        page.evaluate("looking.thin()")
        # The colours are the same in every language, and half of the work.
        colours = self.known if self.language == "en" else None
        found = page.evaluate("known => looking.faults(known)", colours)
        self.known += found["looks"]
        faults: list[str] = found["faults"]
        return faults


@pytest.fixture
def look_at(visit: Open) -> Callable[..., Page]:
    """Opens a page with axe and what else looks at it."""

    def open_page(user: User | None = None, language: str = "en", *, wide: bool = False) -> Page:
        page = visit(user, language=language, wide=wide)
        page.evaluate(Axe().axe_script + LOOKING)
        return page

    return open_page


def put(page: Page, address: str) -> None:
    page.evaluate("address => looking.put(address)", address)


@pytest.mark.parametrize(("turn", "language"), [(0, "en"), (1, "ar"), (2, "hy")])
def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(
    named: dict[str, Any], omar: User, look_at: Callable[..., Page], turn: int, language: str
) -> None:
    """Each page in one language; the next run looks at it in another."""
    page = look_at(omar, language)
    looks = Looks(language)
    for name, address in drawn(PAGES.items(), 3, turn):
        looks.look(page, name, address.format(**named))
    assert looks.faults == {}
    assert looks.wide == []


@pytest.fixture
def unbroken(named: dict[str, Any], world: World, omar: User) -> dict[str, Any]:
    """Gives everything that people name a name without a place to break it."""
    name, short = "n" * 143, "n" * 80
    for row in (world.donor, world.blankets, world.hub, world.depot, world.north, world.operation):
        type(row)._default_manager.filter(pk=row.pk).update(name=name)
    ReportedFigure.objects.update(source=name, quote=name)
    NeedsAssessment.objects.update(source=name)
    SavedQuery.objects.update(name=name[:100])
    query = read_question("by=donor,item&measure=sent_kg,received_kg")
    published = publish_snapshot(title=name, query=query, public=False, by=omar, at=timezone.now())
    shipment = world.sent(10, consignee=name, remark=name)
    build.receive(shipment, by=omar, received=5, damaged=2, reason=name, note=name)
    lines = deliveries(shipment, f"1,2020-11-25,{short},,,{name},{short}")
    run = upload(lines, "deliveries", omar)
    ImportRun.objects.update(file_name=f"{short}.csv")
    User.objects.filter(pk=omar.pk).update(name=name, username=short)
    return named | {"reference": shipment, "run": run.pk, "snapshot": published.code}


@pytest.mark.parametrize("wide", [False, True], ids=["phone", "desk"])
def test_no_name_makes_a_page_wider_than_its_window(
    unbroken: dict[str, Any], omar: User, look_at: Callable[..., Page], wide: bool
) -> None:
    page = look_at(omar, wide=wide)
    pages = PAGES | {"imports": "/imports/", "import": "/imports/{run}/"}
    found = {}
    for name, address in drawn(pages.items(), 2, wide):
        put(page, address.format(**unbroken))
        if page.evaluate("looking.tooWide()"):
            found[name] = page.evaluate("document.documentElement.scrollWidth")
    assert found == {}, found


def test_what_is_tapped_is_large_enough(
    named: dict[str, Any], omar: User, look_at: Callable[..., Page]
) -> None:
    page = look_at(omar)
    for address in ("/shipments/{reference}/deliver/", "/deliveries/{key}/correct/"):
        put(page, address.format(**named))
        assert page.evaluate("looking.small()") == []


MEASURE = """[...document.querySelectorAll("*")].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [one.tagName, x, y, width, height];
})"""


def test_a_page_that_is_put_looks_as_when_it_is_opened(
    named: dict[str, Any], omar: User, look_at: Callable[..., Page], site: str
) -> None:
    for address in ("/", "/shipments/{reference}/deliver/"):
        page = look_at(omar)
        put(page, address.format(**named))
        as_put = page.evaluate(MEASURE)
        page.goto(site + address.format(**named))
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert as_put == page.evaluate(MEASURE)


# What breaks a page of a shipment's delivery, and what has to be said of it then.
BROKEN = {
    "image-alt": "document.querySelector('h1').append(document.createElement('img'))",
    "label": "document.querySelector('main label').remove()",
    "color-contrast": "document.querySelector('h1').style.color = 'silver'",
    "button-name": "[...document.querySelectorAll('main button')].pop().textContent = ''",
    "page is too wide": "document.querySelector('h1').style.inlineSize = '361px'",
    "control is too small": "document.querySelector('main input:not([type=hidden])').style ="
    " 'block-size: 40px; min-block-size: 0'",
}
ROW = "<tr><th scope=row>Stoves</th><td>1</td></tr>"
TABLE = f"""document.querySelector('h1').insertAdjacentHTML('afterend', `<table>
  <thead><tr><th scope=col>Item</th><th scope=col>Sent</th></tr></thead>
  <tbody>{ROW * 4}<tr><th scope=row>Beds</th><td><a href=/></a></td></tr>{ROW * 4}</tbody>
</table>`)"""


def test_the_controls_are_not_blind(world: World, omar: User, look_at: Callable[..., Page]) -> None:
    page = look_at(omar)
    looks = Looks("en")
    looks.look(page, "as it is", address := f"/shipments/{world.sent()}/deliver/")
    assert (looks.faults, looks.wide, page.evaluate("looking.small()")) == ({}, [], [])
    for expected, breach in BROKEN.items():
        put(page, address)
        page.evaluate(breach)
        found = [fault.split(": ")[0] for fault in looks.faults_on(page)]
        found += ["page is too wide"] if page.evaluate("looking.tooWide()") else []
        found += ["control is too small"] if page.evaluate("looking.small()") else []
        assert found == [expected]


def test_a_fault_in_one_row_of_many_is_found(look_at: Callable[..., Page]) -> None:
    page = look_at()
    page.evaluate(TABLE)
    assert [fault.split(": ")[0] for fault in Looks("en").faults_on(page)] == ["link-name"]
    # Eight rows that are made alike became three.
    assert page.locator("tbody tr").count() == 4
