"""The search box: codes in any script, and nothing about what may not be seen."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from regions.rights import Role
from shipments.filters.totals import read_question
from shipments.models import Shipment, TransportDocument
from shipments.services import publish_snapshot, save_query
from tests import build
from tests.pages import signed_in, words_of
from tests.world import World
from text.check_digits import damm

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
CYRILLIC = str.maketrans("KA", "КА")


@pytest.fixture
def shipment(world: World) -> Shipment:
    return world.sent(420)


@pytest.mark.parametrize(
    "spell",
    [
        lambda code: code,
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " – "),
        lambda code: code.translate(ARABIC),
        lambda code: code.translate(CYRILLIC),
        lambda code: "\u200f" + code,
    ],
)
def test_a_code_in_any_spelling_goes_to_its_shipment(
    shipment: Shipment, amina: User, spell: object
) -> None:
    answer = signed_in(amina).get("/search/", {"q": spell(str(shipment))})  # type: ignore[operator]
    assert answer.headers["Location"] == f"/shipments/{shipment}/"


def test_the_printed_code_works_in_either_case(shipment: Shipment, amina: User) -> None:
    for way in (f"/W/{shipment}", f"/w/{str(shipment).lower()}", f"/w/{shipment}/"):
        assert signed_in(amina).get(way).headers["Location"] == f"/shipments/{shipment}/"


def test_the_code_of_an_entry_goes_to_its_place_in_the_history(
    shipment: Shipment, amina: User
) -> None:
    code = build.receive(shipment, by=amina, received=5).event.code
    answer = signed_in(amina).get("/search/", {"q": code.lower()})
    assert answer.headers["Location"] == f"/shipments/{shipment}/#{code}"


def test_the_number_of_a_waybill_goes_to_its_shipment(shipment: Shipment, amina: User) -> None:
    TransportDocument.objects.create(shipment=shipment, kind="waybill", number="WB-2020/17")
    answer = signed_in(amina).get("/search/", {"q": "wb-2020/17"})
    assert answer.headers["Location"] == f"/shipments/{shipment}/"


def test_a_wrong_check_digit_proposes_the_code_that_exists(shipment: Shipment, amina: User) -> None:
    body, right = str(shipment).rsplit("-", 1)
    answer = signed_in(amina).get("/search/", {"q": f"{body}-{(int(right) + 1) % 10}"})
    assert "does not fit" in words_of(answer)
    assert f'href="/shipments/{shipment}/"' in answer.content.decode()


def test_a_code_is_not_proposed_to_one_who_may_not_see_it(shipment: Shipment, world: World) -> None:
    outsider = build.person("outsider", (Role.COORDINATOR, build.region("BB")))
    body, right = str(shipment).rsplit("-", 1)
    answer = signed_in(outsider).get("/search/", {"q": f"{body}-{(int(right) + 1) % 10}"})
    assert str(shipment) not in answer.content.decode()


def test_missing_and_foreign_shipments_look_the_same(shipment: Shipment, world: World) -> None:
    outsider = signed_in(build.person("outsider", (Role.COORDINATOR, build.region("BB"))))
    missing = "KA20-99999-" + damm("2099999")
    pages = []
    for code in (str(shipment), missing):
        answer = outsider.get(f"/shipments/{code}/")
        assert answer.status_code == 404
        pages.append(words_of(answer).replace(code, "CODE"))
        for way in ("edit/", "deliver/", "plan/"):
            assert (
                words_of(outsider.get(f"/shipments/{code}/{way}")).replace(code, "CODE") == pages[0]
            )
        assert words_of(outsider.get("/search/", {"q": code})).replace(code, "CODE") == pages[0]
    assert pages[0] == pages[1]


def test_one_who_sees_the_operation_is_told_whom_to_ask(world: World, amina: User) -> None:
    missing = "KA20-99999-" + damm("2099999")
    answer = signed_in(amina).get(f"/shipments/{missing}/")
    assert f"{missing} is not among your shipments. Ask desk@example.org ." in words_of(answer)


def test_without_an_account_any_hidden_code_leads_to_log_in(
    shipment: Shipment, world: World
) -> None:
    missing = "KA20-99999-" + damm("2099999")
    for code in (str(shipment), missing):
        for answer in (Client().get(f"/shipments/{code}/"), Client().get("/search/", {"q": code})):
            assert answer.headers["Location"] == f"/accounts/login/?next=/shipments/{code}/"


def test_the_code_of_a_saved_question_or_of_published_figures_goes_to_its_page(
    world: World, chen: User, amina: User
) -> None:
    question = read_question("by=month&measure=sent_kg")
    saved = save_query(name="Mine", query=question, by=chen)
    made = publish_snapshot(title="Aid", query=question, public=False, by=chen, at=timezone.now())
    for code, page in ((saved.code, "/data/saved/"), (made.code, "/data/snapshots/")):
        for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " ")):
            answer = signed_in(chen).get("/search/", {"q": typed})
            assert answer.headers["Location"] == f"{page}{code}/", typed
        hidden = Client().get("/search/", {"q": code})
        assert hidden.headers["Location"].startswith("/accounts/login/")
        assert not signed_in(amina).get("/search/", {"q": code}).has_header("Location")


def test_words_find_shipments_by_place_and_donor(shipment: Shipment, amina: User) -> None:
    for words in ("north hub", "NORTH", "Ministry", "emergencies"):
        assert str(shipment) in signed_in(amina).get("/search/", {"q": words}).content.decode()


def test_the_serial_alone_finds_its_shipments(
    world: World, shipment: Shipment, amina: User
) -> None:
    _code, serial, check = str(shipment).split("-")
    other = build.draft(
        build.operation("TA23", regions=[world.country]),
        shipment.donor,
        shipment.origin,
        shipment.destination,
        build.line(build.item()),
        reference=f"TA23-{serial}-" + damm(f"23{serial}"),
    )
    twin = build.shipment(other, by=User.objects.get(username="omar"))
    for typed in (serial, f"{serial}-{check}", f"{serial}{check}", serial.translate(ARABIC)):
        found = signed_in(amina).get("/search/", {"q": typed}).content.decode()
        assert str(shipment) in found, typed
    both = signed_in(amina).get("/search/", {"q": serial}).content.decode()
    assert str(twin) in both
    assert (
        str(shipment) in signed_in(amina).get(f"/deliveries/new/?words={serial}").content.decode()
    )


def test_the_serial_of_a_hidden_shipment_finds_nothing(shipment: Shipment, world: World) -> None:
    outsider = build.person("outsider", (Role.COORDINATOR, build.region("BB")))
    for client in (signed_in(outsider), Client()):
        answer = client.get("/search/", {"q": str(shipment).split("-")[1]})
        assert "Nothing here is called so." in words_of(answer)
        assert str(shipment) not in answer.content.decode()


def test_the_serial_of_a_published_shipment_is_found_by_everybody(
    shipment: Shipment, world: World
) -> None:
    world.operation.public, world.operation.embargo_hours = True, 0
    world.operation.save()
    assert (
        str(shipment)
        in Client().get("/search/", {"q": str(shipment).split("-")[1]}).content.decode()
    )


@pytest.mark.parametrize("words", ["", "   ", "'", "%", "<script>", "x" * 5000, "🙂"])
def test_odd_words_find_nothing_and_break_nothing(world: World, amina: User, words: str) -> None:
    answer = signed_in(amina).get("/search/", {"q": words})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_words_that_are_no_text_are_refused(world: World, amina: User) -> None:
    assert signed_in(amina).get("/search/", {"q": "\x00"}).status_code == 400


def test_suggestions_are_names_in_any_script(world: World, amina: User) -> None:
    assert signed_in(amina).get("/choices/item/?q=blan").json() == {"names": ["Wool blanket"]}
    found = signed_in(amina).get("/choices/destination/?q=hub").json()
    assert found == {"names": ["North hub, North"]}
    assert signed_in(amina).get("/choices/user/?q=a").status_code == 404
