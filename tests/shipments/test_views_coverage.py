"""Needs beside what was received, narrowed down on the page without any script."""

from typing import Any

import pytest

from accounts.models import User
from regions.models import Region
from shipments.filters.coverage import CoverageFilter
from shipments.forms.filters import CoverageFilterForm
from shipments.models import Item, NeedLine, NeedsAssessment
from tests import build
from tests.pages import form_of, read, signed_in, words_of
from tests.world import World
from text.listings import Reader

PAGE = "/data/coverage/"


def need(world: World, region: Region, on: str, item: Item, quantity: int) -> None:
    assessment = NeedsAssessment.objects.create(
        operation=world.operation, region=region, assessed_on=on, source="Joint assessment"
    )
    NeedLine.objects.create(
        assessment=assessment, item=item, unit=item.base_unit, quantity=quantity
    )


@pytest.fixture
def needs(world: World, omar: User) -> None:
    need(world, world.north, "2020-11-02", world.blankets, 411)
    need(world, world.south, "2020-11-03", world.wood, 17)
    build.receive(world.sent(), by=omar, received=5)


def asked(user: User, **typed: str) -> Any:
    """This will fill in the page's form and send it, empty fields included, as browsers do."""
    client = signed_in(user)
    fields = form_of(client.get(PAGE), holding="month").fields
    assert typed.keys() <= fields.keys()
    return client.get(PAGE, fields | typed)


@pytest.mark.parametrize(
    "typed",
    [
        {"region": "AA-N"},
        {"item": "blanket"},
        {"unit": "piece"},
        {"month": "2020-11", "region": "AA-N"},
        {"month__gte": "2020-11-01", "month__lte": "2020-11-30", "item": "blanket"},
    ],
)
@pytest.mark.usefixtures("needs")
def test_the_form_narrows_the_needs(chen: User, typed: dict[str, str]) -> None:
    both = words_of(signed_in(chen).get(PAGE))
    assert "411 pieces" in both
    assert "17 m³" in both
    answer = asked(chen, **typed)
    assert answer.status_code == 200
    assert "411 pieces" in words_of(answer)
    assert "17 m³" not in words_of(answer)
    form = form_of(answer, holding="month")
    assert {name: form.fields[name] for name in typed} == typed
    assert PAGE in read(answer).links


@pytest.mark.usefixtures("needs")
def test_the_whole_table_of_a_region_holds_what_lies_below_it(chen: User) -> None:
    answer = asked(chen, region="AA")
    assert "411 pieces" in words_of(answer)
    assert "17 m³" in words_of(answer)


@pytest.mark.usefixtures("needs")
def test_what_is_wrong_is_said_and_kept(chen: User) -> None:
    answer = asked(chen, month="November", month__gte="2020-13-01")
    assert answer.status_code == 400
    assert "“November” is not a month. Write it as 2020-11." in words_of(answer)
    form = form_of(answer, holding="month")
    assert (form.fields["month"], form.fields["month__gte"]) == ("November", "2020-13-01")


@pytest.mark.usefixtures("needs")
def test_nothing_found_says_so_and_leads_back(chen: User) -> None:
    answer = asked(chen, month="2019-01")
    assert "No need was assessed for this question." in words_of(answer)
    assert PAGE in read(answer).links


def test_every_field_is_a_parameter_of_the_list() -> None:
    assert (
        CoverageFilterForm.base_fields.keys() <= CoverageFilter.accepted(Reader(None, True)).keys()
    )


def test_what_else_an_address_asks_is_kept(world: World, chen: User) -> None:
    form = form_of(signed_in(chen).get(PAGE, {"need__isnull": "true"}), holding="month")
    assert form.fields["need__isnull"] == "true"
