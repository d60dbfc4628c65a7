"""Every dated statement of the seed operation is in the demonstration."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Max, Min, Sum

from regions.models import Destination, Population, Region
from shipments.models import (
    DeliveryEvent,
    NeedsAssessment,
    Operation,
    PlausibilityWarning,
    ReportedFigure,
    Shipment,
    ShipmentLine,
)
from shipments.services.plausibility import overload

pytestmark = pytest.mark.usefixtures("demo")


def papers(*numbers: str) -> list[Shipment]:
    found = Shipment.objects.filter(documents__number__in=[f"EM-{n.upper()}" for n in numbers])
    assert len(found) == len(numbers)
    return list(found)


def tonnes_sent(shipments: list[Shipment]) -> Decimal:
    lines = ShipmentLine.objects.filter(shipment__in=shipments)
    kg: Decimal = lines.aggregate(kg=Sum("balance__sent_kg"))["kg"]
    return kg / 1000


def local_day(shipment: Shipment, kind: str, last: bool = False) -> date:
    days = shipment.events.effective().filter(kind=kind)
    found: date = days.aggregate(day=(Max if last else Min)("occurred_on"))["day"]
    return found


def test_the_operation_is_public_and_says_that_it_is_illustrative() -> None:
    operation = Operation.objects.get(code="KA20")
    assert operation.public
    assert operation.illustrative
    assert operation.name_order == ["hy", "az"]


def test_the_first_convoy_brought_45_tonnes_in_five_vehicles_on_21_november() -> None:
    (convoy,) = papers("convoy-1")
    assert convoy.vehicles == 5
    assert tonnes_sent([convoy]) == 45
    assert local_day(convoy, "dispatched") == date(2020, 11, 20)
    assert local_day(convoy, "arrived") == date(2020, 11, 21)
    assert convoy.destination.code == "STEPANAKERT-HUB"


def test_the_second_convoy_of_thirty_trucks_split_300_tonnes_between_two_towns() -> None:
    parts = papers("convoy-2a", "convoy-2b")
    assert sum(part.vehicles or 0 for part in parts) == 30
    assert tonnes_sent(parts) == 300
    assert {part.destination.region.code for part in parts} == {"AZ-XA", "AZ-SUS"}
    assert {local_day(part, "dispatched") for part in parts} == {date(2020, 11, 24)}


def test_the_batch_of_25_november_held_materials_heaters_and_appliances() -> None:
    parts = papers("batch-materials", "batch-heaters", "batch-appliances")
    items = {line.item.code for part in parts for line in part.lines.select_related("item")}
    assert {"window-glass", "profiled-sheet", "heater-electric", "refrigerator"} <= items
    assert {local_day(part, "received") for part in parts} == {date(2020, 11, 25)}
    assert {part.destination.code for part in parts} == {"STEPANAKERT-CHR"}


def test_equipment_was_examined_at_noginsk_before_it_was_sent() -> None:
    (sent,) = papers("batch-equipment")
    examined = sent.events.get(kind="inspected")
    assert examined.occurred_on == date(2020, 11, 23)
    assert examined.place is not None
    assert examined.place.code == "NOGINSK-RESCUE-CENTRE"
    assert examined.occurred_at < sent.events.get(kind="dispatched").occurred_at
    assert all(line.equipment for line in sent.lines.all())


TRAINS = ("moscow", "noginsk", "petersburg", "rostov", "nizhny", "yekaterinburg", "krasnodar")


def test_54_wagons_from_eight_cities_carried_1200_tonnes() -> None:
    trains = papers(*(f"rail-{city}" for city in (*TRAINS, "volgograd")))
    assert len({train.origin_id for train in trains}) == 8
    assert sum(train.vehicles or 0 for train in trains) == 54
    assert tonnes_sent(trains) == 1200
    arrived = [train for train in trains if local_day(train, "arrived") <= date(2020, 12, 22)]
    assert sum(train.vehicles or 0 for train in arrived) == 35


def test_the_wagons_from_noginsk_were_unloaded_on_22_december() -> None:
    (train,) = papers("rail-noginsk")
    carried = {line.item.code: line.quantity for line in train.lines.select_related("item")}
    assert carried == {
        "generator-diesel": 10,
        "fire-tanker": 5,
        "off-road-vehicle": 4,
        "timber": 280,
        "household-item": 35000,
    }
    assert tonnes_sent([train]) > 250
    assert local_day(train, "received") == date(2020, 12, 22)


def test_fifteen_trucks_carried_80_tonnes_on_to_four_towns() -> None:
    trucks = papers(
        *(f"trucks-{town}" for town in ("stepanakert", "martuni", "martakert", "askeran"))
    )
    assert sum(truck.vehicles or 0 for truck in trucks) == 15
    assert tonnes_sent(trucks) == 80
    assert {local_day(truck, "dispatched") for truck in trucks} == {date(2020, 12, 18)}
    lines = ShipmentLine.objects.filter(shipment__in=trucks)
    assert not lines.filter(from_line__isnull=True).exists()


def test_three_wagons_with_800_tonnes_are_doubted() -> None:
    (typed_in,) = papers("press-wagons")
    assert typed_in.status == "cancelled"
    assert PlausibilityWarning.objects.filter(
        event__shipment=typed_in, code="overloaded_vehicles"
    ).exists()
    said = ReportedFigure.objects.get(vehicles=3)
    doubt = overload(kg=said.quantity * 1000, vehicles=said.vehicles, mode=said.mode)
    assert doubt is not None
    assert doubt.compared["each"] == "266.7"


STATEMENTS = [
    ("2020-11-20", "dispatched", 45, "t"),
    ("2020-11-21", "arrived", 45, "t"),
    ("2020-11-24", "dispatched", 300, "t"),
    ("2020-11-25", "dispatched", 1500, "t"),
    ("2020-12-16", "dispatched", 1200, "t"),
    ("2020-12-17", "arrived", 800, "t"),
    ("2020-12-18", "dispatched", 80, "t"),
    ("2020-12-22", "arrived", 250, "t"),
    ("2020-12-22", "arrived", 10, "piece"),
    ("2020-12-22", "arrived", 5, "piece"),
    ("2020-12-22", "arrived", 4, "piece"),
    ("2020-12-22", "arrived", 280, "m3"),
    ("2020-12-22", "arrived", 35000, "piece"),
    ("2020-12-26", "arrived", 20, "piece"),
    ("2020-12-26", "arrived", 22000, "m2"),
    ("2020-12-26", "arrived", 1000, "m3"),
    ("2020-12-26", "arrived", 13000, "m2"),
    ("2020-12-26", "arrived", 34600, "piece"),
    ("2020-12-26", "arrived", 500, "piece"),
    ("2020-12-26", "arrived", 940, "set"),
    ("2020-12-26", "arrived", 4000, "bed"),
]


def test_every_public_statement_is_kept_with_source_date_and_words() -> None:
    kept = ReportedFigure.objects.values_list("published_on", "stage", "quantity", "unit")
    assert sorted(kept) == sorted(
        (date.fromisoformat(day), stage, Decimal(quantity), unit)
        for day, stage, quantity, unit in STATEMENTS
    )
    assert not ReportedFigure.objects.filter(source="").exists()
    assert not ReportedFigure.objects.filter(quote="").exists()


def test_what_was_claimed_by_25_november_is_more_than_the_itemised_total() -> None:
    sent = DeliveryEvent.objects.filter(
        kind="dispatched",
        occurred_on__lte=date(2020, 11, 25),
        lines__line__donor__code="mchs",
        lines__line__from_line__isnull=True,
        shipment__destination__region__path__startswith=Region.objects.get(code="KARABAKH").path,
    )
    kg = sent.aggregate(kg=Sum("lines__weight_kg"))["kg"]
    assert 345_000 < kg < 1_500_000


PEOPLE = [
    ("resident", "2020-09-27", 150_000),
    ("displaced", "2020-11-10", 90_000),
    ("displaced", "2020-11-10", 40_000),
    ("returned", "2020-11-19", 4_000),
    ("returned", "2020-11-20", 6_000),
    ("returned", "2020-11-21", 7_000),
    ("returned", "2020-11-25", 42_000),
    ("returned", "2020-12-01", 23_514),
    ("returned", "2020-12-06", 34_000),
    ("returned", "2021-01-24", 50_658),
]


def test_the_displaced_and_the_returned_are_dated_figures_with_their_cautions() -> None:
    kept = Population.objects.values_list("kind", "counted_on", "people")
    assert sorted(kept) == sorted((k, date.fromisoformat(d), n) for k, d, n in PEOPLE)
    late = Population.objects.get(people=50_658)
    assert "more than once" in late.caution
    karabakh = Population.objects.filter(region__code="KARABAKH")
    displaced, resident = (karabakh.get(kind=kind) for kind in ("displaced", "resident"))
    assert displaced.people * 100 == resident.people * 60


def test_the_additional_assessment_says_what_is_needed() -> None:
    assessment = NeedsAssessment.objects.get(region__code="KARABAKH")
    assert assessment.assessed_on == date(2020, 11, 25)
    assert assessment.lines.filter(per_person__isnull=False, item__code="blanket-wool").exists()
    assert NeedsAssessment.objects.exclude(region__code="KARABAKH").count() >= 3


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Xankəndi", "STEPANAKERT-HUB"),
        ("Степанакерт", "STEPANAKERT-HUB"),
        ("Khankendi", "STEPANAKERT-CHR"),
        ("Şuşa", "SHUSHI-DP"),
        ("Shusha", "SHUSHI-DP"),
        ("Шуши", "SHUSHI-DP"),
        ("Շուշի", "SHUSHI-DP"),
        ("Ağdərə", "MARTAKERT-DP"),
        ("Xocavənd", "MARTUNI-DP"),
        ("Ходжавенд", "MARTUNI-DP"),
        ("Əsgəran", "ASKERAN-DP"),
        ("Bərdə", "BARDA-DP"),
        ("Tərtər", "TARTAR-DP"),
        ("Gəncə", "GANJA-DP"),
        ("Ağdam", "AGHDAM-DP"),
        ("Գորիս", "GORIS-HUB"),
        ("Երևան", "YEREVAN-WAREHOUSE"),
        ("Baku", "BAKU-WAREHOUSE"),
    ],
)
def test_a_place_is_found_by_each_of_its_names(spelling: str, code: str) -> None:
    assert code in set(Destination.objects.named(spelling).values_list("code", flat=True))


def test_every_place_has_names_in_several_languages() -> None:
    for destination in Destination.objects.prefetch_related("place_names"):
        languages = {name.language for name in destination.place_names.all()}
        assert {"hy", "az", "ru"} <= languages, destination.code


def test_p_codes_carry_the_date_from_which_they_hold() -> None:
    coded = Region.objects.filter(valid_from=date(2023, 10, 2))
    assert dict(coded.values_list("code", "pcode")) == {
        "AZ-XA": "AZ70400002",
        "AZ-XCI": "AZ70100001",
        "AZ-SUS": "AZ70200001",
        "AZ-XVD": "AZ70300001",
    }
