"""The illustrative shipments: how many, in which states, and the same on every machine."""

from collections import Counter
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest

from accounts.models import User
from regions.rights import Role, rights_of
from shipments.demo.loading import checksum, load_demo
from shipments.demo.people import SIGN_IN, TEAMS
from shipments.models import DeliveryEvent, DeliveryLine, LineBalance, Shipment, ShipmentLine

pytestmark = pytest.mark.usefixtures("demo")


def test_there_are_about_400_shipments_in_every_state() -> None:
    states = Counter(Shipment.objects.values_list("status", flat=True))
    assert states == {
        "draft": 9,
        "planned": 12,
        "dispatched": 14,
        "in_transit": 14,
        "partially_received": 18,
        "received": 265,
        "closed": 57,
        "cancelled": 12,
    }
    assert sum(states.values()) == 401


def test_the_demonstration_is_the_same_on_every_machine() -> None:
    assert checksum() == "001417566588daffab4fd0654dc3e1d3c2bd9491c88d6706a552e841be243507"


def test_loading_it_again_changes_nothing_and_says_so() -> None:
    before = checksum(), DeliveryEvent.objects.count(), User.objects.count()
    said = StringIO()
    call_command("load_demo", stdout=said)
    assert "Nothing was changed." in said.getvalue()
    assert not load_demo()
    assert (checksum(), DeliveryEvent.objects.count(), User.objects.count()) == before


def test_every_balance_closes_in_quantity_and_in_kilograms() -> None:
    accounted = F("received") + F("damaged") + F("lost") + F("returned")
    open_lines = LineBalance.objects.exclude(sent=accounted + F("outstanding") - F("surplus"))
    assert not open_lines.exists()
    kg = F("received_kg") + F("damaged_kg") + F("lost_kg") + F("returned_kg")
    assert not LineBalance.objects.exclude(
        sent_kg=kg + F("outstanding_kg") - F("surplus_kg")
    ).exists()


def test_all_that_can_happen_to_goods_happens() -> None:
    sums = LineBalance.objects.aggregate(
        **{
            name: Count("pk", filter=Q(**{f"{name}__gt": 0}))
            for name in ("damaged", "lost", "returned", "surplus", "outstanding", "onward")
        },
        handed_over=Count("pk", filter=Q(handed_over__gt=0)),
        distributed=Count("pk", filter=Q(distributed__gt=0)),
    )
    assert min(sums.values()) > 0, sums
    kinds = set(DeliveryEvent.objects.values_list("kind", flat=True))
    assert {"inspected", "departed", "arrived", "weighed", "reversed", "lost", "closed"} <= kinds
    assert DeliveryEvent.objects.filter(replaces__isnull=False).count() == 12
    assert ShipmentLine.objects.filter(balance__sent__gt=0, balance__sent_kg=0).count() > 40


def test_reasons_and_remarks_stand_where_they_must() -> None:
    lost = DeliveryLine.objects.filter(outcome="lost", event__kind="lost", quantity__gt=0)
    assert lost.exists()
    assert not lost.exclude(event__texts__kind="reason").exists()
    surplus = DeliveryEvent.objects.filter(surplus=True, kind="received")
    assert surplus.count() == 11
    assert not surplus.exclude(texts__kind__in=("reason", "remark", "note")).exists()


def test_events_were_recorded_after_they_happened_and_in_that_winter() -> None:
    assert not DeliveryEvent.objects.filter(recorded_at__lt=F("occurred_at")).exists()
    spring = datetime(2021, 4, 10, tzinfo=UTC)
    assert not DeliveryEvent.objects.filter(recorded_at__gt=spring).exists()
    assert not Shipment.objects.filter(created_at__gt=spring).exists()
    assert DeliveryEvent.objects.dates("recorded_at", "month").count() >= 5


def test_a_few_shipments_are_overdue() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert Shipment.objects.overdue(at=now).count() == 13


def test_both_sides_receive() -> None:
    received = (
        Shipment.objects.filter(status__in=("received", "closed"))
        .values("destination__region__code")
        .annotate(number=Count("pk"), kg=Sum("lines__balance__received_kg"))
    )
    places = {row["destination__region__code"]: row["number"] for row in received}
    wanted = {"AZ-XA", "MARTAKERT", "AM-SU", "AM-ER", "AZ-BAR", "AZ-TAR", "AZ-GA", "AZ-AGM"}
    assert wanted <= places.keys()
    assert min(places[code] for code in wanted) >= 5


@pytest.mark.parametrize("person", SIGN_IN, ids=lambda person: person.username)
def test_the_accounts_of_the_demonstration_sign_in(person: object) -> None:
    name, password = person.username, person.password  # type: ignore[attr-defined]
    assert authenticate(HttpRequest(), username=name, password=password) is not None


def test_nobody_signs_in_as_a_team() -> None:
    teams = User.objects.filter(username__in=[team.username for team in TEAMS])
    assert len(teams) == len(TEAMS)
    assert not any(team.has_usable_password() for team in teams)


def test_the_coordinator_works_in_karabakh_and_where_its_goods_come_from() -> None:
    rights = rights_of(User.objects.get(username="coordinator"))
    shipments = {
        s.reference: s
        for s in Shipment.objects.select_related("origin__region", "destination__region")
    }
    hub = next(s for s in shipments.values() if s.destination.code == "STEPANAKERT-HUB")
    assert rights.holds_in(Role.COORDINATOR, hub.destination.region.path)
    assert rights.holds_in(Role.COORDINATOR, hub.origin.region.path)
    seen = Shipment.objects.visible_to(User.objects.get(username="coordinator")).count()
    assert 200 < seen < 400


def test_the_public_sees_what_was_dispatched() -> None:
    seen = Shipment.objects.visible_to(AnonymousUser())
    assert (
        seen.count()
        == Shipment.objects.exclude(status__in=("draft", "planned", "cancelled")).count()
    )
