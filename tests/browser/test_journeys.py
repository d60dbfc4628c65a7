"""What a coordinator does all day, on a phone, with script and without."""

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from accounts.models import User
from shipments.models import DeliveryEvent, Shipment
from tests import build
from tests.browser.conftest import Open
from tests.drawing import drawn
from tests.world import World


def status(page: Page) -> str:
    return page.locator("h1 .status").first.inner_text()


def press(page: Page, name: str) -> None:
    """Taps a link or button by its words."""
    main = page.locator("main")
    main.get_by_role("link", name=name, exact=True).or_(
        main.get_by_role("button", name=name, exact=True)
    ).first.click()


def on_its_way(world: World, quantity: object = 420) -> Shipment:
    return world.shipment(build.line(world.blankets, quantity))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_shipment_goes_from_draft_to_received(
    world: World, omar: User, visit: Open, script: bool
) -> None:
    page = visit(None, "/accounts/login/?next=/shipments/new/", script=script)
    page.get_by_label("Username").fill("omar")
    page.get_by_label("Password", exact=True).fill("quiet-river-42")
    page.locator("main").get_by_role("button", name="Log in").click()

    page.get_by_label("Donor", exact=True).fill("Ministry of Emergencies")
    page.get_by_label("From", exact=True).fill("south depot")
    page.get_by_label("To", exact=True).fill("north hub")
    page.get_by_label("Item").fill("wool blanket")
    page.get_by_label("Quantity").fill("420")
    press(page, "Add another line")
    page.get_by_label("Item").nth(1).fill("construction wood")
    page.get_by_label("Quantity").nth(1).fill("12.5")
    page.get_by_label("Unit").nth(1).select_option("m3")
    page.locator("button.primary").click()
    assert status(page) == "draft"

    for button, then in (("Plan", "planned"), ("Dispatch", "dispatched")):
        press(page, button)
        press(page, button)
        assert status(page) == then

    press(page, "Record delivery")
    page.get_by_label("Damaged", exact=True).first.fill("20")
    if script:
        expect(page.get_by_label("Received in good condition").first).to_have_value("400")
    page.get_by_label("Received in good condition").first.fill("380")
    page.get_by_label("What damaged them?").first.fill("wet")
    page.get_by_label("Received in good condition").nth(1).fill("0")
    press(page, "Save")
    assert status(page) == "partially received"
    expect(page.locator(".timeline")).to_contain_text(
        "Wool blanket: 380 of 420 received at North hub, 20 damaged."
    )

    press(page, "Record delivery")
    press(page, "Everything arrived, nothing damaged")
    assert status(page) == "received"
    balance = Shipment.objects.get().lines.get(position=1).balance
    assert (balance.received, balance.damaged, balance.outstanding) == (400, 20, 0)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_everything_arrived_takes_two_taps_from_the_scanned_code(
    world: World, amina: User, visit: Open, script: bool
) -> None:
    shipment = on_its_way(world)
    page = visit(amina, f"/W/{shipment}", script=script)
    taps = ["Record delivery", "Everything arrived, nothing damaged"]
    for tap in taps:
        press(page, tap)
    expect(page.locator(".notice.success")).to_contain_text("Saved. Receipt code E")
    assert len(taps) <= 8
    assert status(page) == "received"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_double_tap_records_once(world: World, amina: User, visit: Open, script: bool) -> None:
    shipment = on_its_way(world)
    page = visit(amina, f"/shipments/{shipment}/deliver/", script=script)
    page.get_by_role("button", name="Everything arrived, nothing damaged").dblclick()
    expect(page.locator("h1 .status").first).to_have_text("received")
    assert DeliveryEvent.objects.filter(kind="received").count() == 1


def test_going_back_shows_that_nothing_is_left(world: World, amina: User, visit: Open) -> None:
    shipment = on_its_way(world)
    page = visit(amina, f"/shipments/{shipment}/deliver/")
    press(page, "Everything arrived, nothing damaged")
    expect(page.locator(".notice.success")).to_be_visible()
    page.go_back()
    expect(page.locator("main")).to_contain_text("Nothing is left to be recorded.")


def test_an_entry_is_undone_where_it_was_saved(world: World, amina: User, visit: Open) -> None:
    shipment = on_its_way(world)
    page = visit(amina, f"/shipments/{shipment}/deliver/")
    press(page, "Everything arrived, nothing damaged")
    page.get_by_text("Undo", exact=True).click()
    press(page, "Take it back")
    expect(page.locator(".notice.success")).to_contain_text("was taken back")
    assert status(page) == "dispatched"
    expect(page.locator(".timeline .struck")).to_have_count(1)


SAVING = {"everything": "[name=everything]", "save": "form[data-once] > :last-child > button"}
IN_WORDS = [("everything", "en"), ("save", "ar"), ("save", "en"), ("everything", "hy")]


@pytest.mark.parametrize(("saving", "language"), drawn(IN_WORDS, 4))
def test_a_second_tap_on_save_undoes_nothing(
    world: World, amina: User, visit: Open, saving: str, language: str
) -> None:
    earlier = on_its_way(world)
    code = build.receive(earlier, by=amina, received=420).event.code
    page = visit(amina, f"/shipments/{earlier}/?saved={code}", script=False, language=language)
    page.set_viewport_size({"width": 360, "height": 600})
    undo = box_of(page.locator(".notice.success").locator("summary, button").first)
    finger = (undo["x"] + undo["width"] / 2, undo["y"] + undo["height"] / 2)

    # The worst that can happen: the form is scrolled so that Undo comes up under the finger.
    page.goto(page.url.replace(f"{earlier}/?saved={code}", f"{on_its_way(world)}/deliver/"))
    button = page.locator(SAVING[saving])
    page.evaluate("by => scrollBy(0, by)", box_of(button)["y"] - undo["y"])
    pressed = box_of(button)
    assert not apart(pressed, {"x": finger[0], "y": finger[1], "width": 0, "height": 0}, by=0)
    page.mouse.click(*finger)
    expect(page.locator(".notice.success")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    taking_back = page.locator("form[action$='/undo/'] button")
    for at_once in taking_back.filter(visible=True).all():
        assert apart(box_of(at_once), pressed, by=24)

    page.mouse.click(*finger)
    assert apart(box_of(taking_back), undo, by=24)
    page.mouse.click(*finger)
    expect(taking_back).to_be_hidden()
    assert not DeliveryEvent.objects.filter(kind="reversed").exists()


def box_of(found: Locator) -> FloatRect:
    expect(found).to_be_visible()
    box = found.bounding_box()
    assert box
    return box


def apart(one: FloatRect, other: FloatRect, *, by: float) -> bool:
    """Says whether two boxes have this many pixels between them, above, below or beside."""
    return any(
        after["x"] - before["x"] - before["width"] >= by
        or after["y"] - before["y"] - before["height"] >= by
        for before, after in ((one, other), (other, one))
    )


def test_a_mistake_is_corrected_in_one_step(world: World, amina: User, visit: Open) -> None:
    shipment = on_its_way(world)
    build.receive(shipment, by=amina, received=380, damaged=20, reason="wet")
    page = visit(amina, f"/shipments/{shipment}/")
    page.locator(".timeline li").first.get_by_role(
        "link", name=re.compile("Correct a mistake")
    ).click()
    page.get_by_label("Received in good condition").fill("390")
    page.get_by_label("Why is it corrected?").fill("Counted again.")
    press(page, "Save the correction")
    expect(page.locator(".timeline")).to_contain_text(
        "390 of 420 received at North hub, 20 damaged."
    )
    expect(page.locator(".timeline .struck")).to_contain_text("Counted again.")


def test_damage_lowers_what_is_good_until_the_person_decides(
    world: World, amina: User, visit: Open
) -> None:
    shipment = on_its_way(world)
    page = visit(amina, f"/shipments/{shipment}/deliver/")
    good, damaged = (
        page.get_by_label("Received in good condition"),
        page.get_by_label("Damaged", exact=True),
    )
    reason = page.get_by_label("What damaged them?")
    expect(reason).to_be_hidden()
    damaged.fill("20")
    expect(good).to_have_value("400")
    expect(reason).to_be_visible()
    good.fill("390")
    expect(page.locator("output")).to_have_text("10")
    damaged.fill("25")
    expect(good).to_have_value("390")
    expect(page.locator("output")).to_have_text("5")


def test_a_refusal_takes_the_focus_and_leads_to_its_field(
    world: World, amina: User, visit: Open
) -> None:
    shipment = on_its_way(world)
    page = visit(amina, f"/shipments/{shipment}/deliver/")
    page.get_by_label("Received in good condition").fill("")
    press(page, "Save")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Wool blanket: enter how many arrived, or 0.").click()
    expect(page.get_by_label("Received in good condition")).to_be_focused()


def test_a_name_is_completed_while_it_is_typed(world: World, omar: User, visit: Open) -> None:
    page = visit(omar, "/shipments/new/")
    page.get_by_label("Item").press_sequentially("blank")
    expect(page.locator("#item-choices option")).to_have_attribute("value", "Wool blanket")


def test_a_delivery_is_recorded_with_the_keyboard_alone(
    world: World, amina: User, visit: Open
) -> None:
    shipment = on_its_way(world)
    page = visit(amina, "/", wide=True)
    page.keyboard.press("/")
    page.keyboard.type(str(shipment).lower().replace("-", ""))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/shipments/{shipment}/")
    tab_to(page, "Record delivery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/deliver/")
    tab_to(page, "Everything arrived, nothing damaged")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.success")).to_contain_text("Receipt code")


def tab_to(page: Page, words: str) -> None:
    """Presses Tab until what has the focus in the page's own part says these words."""
    for _press in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "[document.activeElement.textContent, !!document.activeElement.closest('main')]"
        )
        if focused[0].strip() == words and focused[1]:
            return
    raise AssertionError(f"{words} is not reached with Tab.")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_another_language_keeps_a_form_that_is_half_filled_in(
    world: World, omar: User, visit: Open, script: bool
) -> None:
    shipment = on_its_way(world)
    page = visit(omar, f"/shipments/{shipment}/deliver/", script=script)
    page.locator("[name=line-1-damaged]").fill("20")
    language = page.locator("#language")
    if script:
        # Chosen by finger; a keyboard presses the button.
        language.click()
    language.select_option("ar")
    if not script:
        page.locator("footer button").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("[name=line-1-damaged]")).to_have_value("20")
    page.locator("[name=line-1-reason]").fill("wet")
    page.locator("#work > :last-child > button").click()
    expect(page.locator(".timeline li").first).to_contain_text("400")
    assert DeliveryEvent.objects.filter(kind="received").count() == 1


@pytest.mark.parametrize("asked", [False, True], ids=["at first", "asked about"])
def test_the_enter_key_saves_what_was_typed_and_not_that_everything_arrived(
    world: World, omar: User, visit: Open, asked: bool
) -> None:
    shipment = on_its_way(world)
    page = visit(omar, f"/shipments/{shipment}/deliver/")
    if asked:
        page.locator("[name=occurred_at]").evaluate("one => { one.value = '2020-11-25T10:00'; }")
        page.locator("[name=everything]").first.click()
        expect(page.locator("#doubts")).to_be_visible()
    page.locator("[name=line-1-reason]").evaluate("one => { one.value = 'wet'; }")
    page.locator("[name=line-1-damaged]").fill("20")
    page.locator("[name=line-1-damaged]").press("Enter")
    expect(page.locator(".timeline li").first).to_contain_text("20 damaged")
