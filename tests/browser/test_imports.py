"""A coordinator who never saw the tool brings spreadsheets in: phone, desk, keyboard, no script."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from shipments.imports.runs import take_step
from shipments.models import ImportRun, LineBalance, Shipment
from tests import build
from tests.browser.conftest import Open
from tests.drawing import drawn
from tests.shipments.imports.reading import SAMPLES
from tests.shipments.imports.test_real_files import NATIONAL
from tests.shipments.imports.test_runs import NOW, deliveries, imported, upload
from tests.world import World

# A folder to leave pictures in, for somebody who wants to look at every step.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture(autouse=True)
def _worker_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does what the worker would as soon as it is woken."""
    monkeypatch.setattr(
        "shipments.views.imports.wake_import", lambda run: take_step(run_id=run, now=lambda: NOW)
    )


@pytest.fixture
def tracked(world: World) -> Path:
    """Gives a real public file of tracked lines (Sahana Eden, MIT), its places and goods known."""
    build.destination("CVTL", name=NATIONAL, region=world.south)
    build.destination("LOSPALOS", name="Lospalos Warehouse", region=world.north)
    build.donor("arc", name="Australian Red Cross")
    build.item("sheet", name="Plastic sheet", aliases=["Plastic Sheets"], base_unit="m2")
    for code, name in (("kit", "Hygiene Kits"), ("pans", "Kitchen Sets"), ("can", "Jerry Can")):
        build.item(code, name=name)
    return SAMPLES / "sahana_track_item1.csv"


def form(page: Page, action: str) -> str:
    return f"main form[action$='/{action}/']"


def pictures_of(page: Page, name: str) -> Callable[[str], None]:
    """Takes pictures where somebody asked for them, and sees that no page is too wide."""

    def picture(step: str) -> None:
        # What was tapped may still be on its way: of a page that is not there yet, nothing is told.
        page.wait_for_load_state()
        wider = "html => html.scrollWidth > html.clientWidth"
        assert not page.locator("html").evaluate(wider), step
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{step}.png", full_page=True)

    return picture


WINDOWS = [
    *(("en", False, False), ("en", True, True), ("hy", False, True), ("ar", False, True)),
    ("ar", True, False),
]


@pytest.mark.parametrize(("language", "wide", "script"), drawn(WINDOWS, 5))
def test_a_public_file_is_imported_with_two_decisions_and_undone(
    tracked: Path, omar: User, visit: Open, language: str, wide: bool, script: bool
) -> None:
    page = visit(omar, "/imports/", language=language, wide=wide, script=script)
    picture = pictures_of(page, f"{language}-{'desk' if wide else 'phone'}")
    picture("1-upload")
    page.locator("select[name=kind]").select_option("packing_list")
    page.locator("input[name=file]").set_input_files(tracked)
    page.locator("main form.narrow button.primary").click()

    page.locator("#constant-operation").select_option("KA20")
    page.locator("#constant-mode").select_option("road")
    picture("2-match")
    page.locator(f"{form(page, 'match')} button.primary").click()

    # The first decision is what two names stand for; both are proposed already.
    expect(page.locator("[name=word-0], [name=word-1]")).to_have_count(2)
    picture("3-words")
    page.locator(f"{form(page, 'match')} button.primary").click()

    picture("4-check")
    # The second is to import.
    page.locator(f"{form(page, 'confirm')} button.primary").click()
    expect(page.locator(".notice.success")).to_be_visible()
    picture("5-done")
    assert Shipment.objects.filter(status="received").count() == 5
    # A second tap on "Import" finds no button that takes everything back.
    expect(page.locator(f"{form(page, 'undo')} button")).to_be_hidden()
    page.locator("main summary.danger").click()
    picture("6-sure")
    page.locator(f"{form(page, 'undo')} button").click()
    expect(page.locator(f"{form(page, 'undo')}")).to_have_count(0)
    picture("7-undone")
    assert ImportRun.objects.get().status == "undone"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_wrong_cells_are_fixed_and_rows_that_differ_decided_on_a_phone(
    world: World, amina: User, visit: Open, language: str
) -> None:
    shipment = world.sent()
    imported(upload(deliveries(shipment, "1,2020-11-25,100,,,,G-1"), "deliveries", amina), amina)
    page = visit(amina, "/imports/", language=language)
    picture = pictures_of(page, f"{language}-phone")
    page.locator("select[name=kind]").select_option("deliveries")
    rows = ("1,2020-11-25,120,,,,G-1", "1,2020-11-26,many,,,,G-2", "1,03/04/2021,5,,,,G-3")
    page.locator("textarea[name=cells]").fill(deliveries(shipment, *rows).replace(",", "\t"))
    page.locator("main form.narrow button.primary").click()
    picture("8-order-of-dates")
    page.locator("[name=date_order][value=dmy]").check()
    page.locator(f"{form(page, 'match')} button").first.click()
    picture("9-problems")
    page.locator("[name='fix-D3']").fill("20")
    page.locator(f"{form(page, 'fix')} button").click()
    page.locator("[name='decide-2'][value=replace]").check()
    picture("10-decide")
    page.locator(f"{form(page, 'decide')} button.primary").click()
    picture("11-ready")
    page.locator(f"{form(page, 'confirm')} button.primary").click()
    expect(page.locator(".notice.success")).to_be_visible()
    assert LineBalance.objects.get(line__shipment=shipment).received == 145


@pytest.mark.parametrize("working", [False, True], ids=["checked", "importing"])
def test_cancelling_asks_once_more_and_stays_open_while_the_page_redraws_itself(
    world: World, amina: User, visit: Open, working: bool
) -> None:
    run = upload(deliveries(world.sent(), "1,2020-11-25,5,,,,G-1"), "deliveries", amina)
    if working:
        ImportRun.objects.filter(pk=run.pk).update(status="importing", step="apply", rows_done=7)
    page = visit(amina, f"/imports/{run.pk}/")
    button = page.locator(f"{form(page, 'cancel')} button")
    expect(button).to_be_hidden()
    page.locator("#cancel summary").click()
    expect(button).to_be_visible()
    if working:
        ImportRun.objects.filter(pk=run.pk).update(rows_done=8)
        expect(page.locator("[role=status]")).to_contain_text("8 of")
    pictures_of(page, f"cancel-{'importing' if working else 'checked'}")("1-sure")
    button.click()
    expect(page.locator("#cancel")).to_have_count(0)
    run.refresh_from_db()
    assert run.status == "cancelled"


def test_a_sheet_is_imported_with_the_keyboard_alone(
    world: World, amina: User, visit: Open
) -> None:
    shipment = world.sent()
    page = visit(amina, "/imports/", wide=True)
    reach(page, "[name=kind]")
    page.keyboard.type("deliveries")
    reach(page, "[name=cells]")
    page.keyboard.insert_text(deliveries(shipment, "1,2020-11-25,5,,,,G-1").replace(",", "\t"))
    reach(page, "form.narrow button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    reach(page, "form[action$='/confirm/'] button")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.success")).to_be_visible()
    reach(page, "summary.danger")
    page.keyboard.press("Enter")
    reach(page, "form[action$='/undo/'] button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-status=undone]")).to_be_visible()


def reach(page: Page, selector: str) -> None:
    """Presses Tab until what has the focus is this part of the page's own content."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("at => document.activeElement.matches(`main ${at}`)", selector):
            return
    raise AssertionError(f"{selector} is not reached with Tab.")


def test_of_several_forms_another_language_keeps_the_one_that_was_typed_into(
    world: World, amina: User, visit: Open
) -> None:
    rows = ("1,2020-11-25,many,,,,G-1", "1,2020-11-26,5,,,,G-2")
    run = upload(deliveries(world.sent(), *rows), "deliveries", amina)
    page = visit(amina, f"/imports/{run.pk}/")
    page.locator("details:has(#read) summary").click()
    page.locator("#header_row").fill("0")
    page.locator("#language").select_option("ar")
    page.locator("#language + button").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#header_row")).to_have_value("0")
    expect(page.locator("#header_row")).to_be_visible()
    page.locator("[name=fix-D2]").fill("38")
    page.locator("#language").select_option("fr")
    page.locator("#language + button").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("[name=fix-D2]")).to_have_value("38")
