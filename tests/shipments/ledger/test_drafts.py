"""Planning shipments: codes, units, weights, and what can still change after they left."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from regions.rights import Role
from shipments.models import Category, ShipmentLine
from shipments.models.reports import DocumentDraft, LineDraft, ShipmentDraft
from shipments.services import create_shipment, edit_shipment, verify_event, version_of
from tests import build
from tests.build import receive
from tests.shipments.ledger.test_recording import code_of
from tests.world import World
from text.check_digits import make_reference


def planned(world: World, *lines: LineDraft, **given: object) -> ShipmentDraft:
    return build.draft(world.operation, world.donor, world.depot, world.hub, *lines, **given)


def test_unknown_codes_are_refused_all_at_once(world: World, omar: User) -> None:
    line = replace(build.line(world.blankets), item="tent")
    draft = replace(planned(world, line), donor="nobody", destination="NOWHERE", mode="pipe")
    with pytest.raises(ValidationError) as error:
        create_shipment(draft=draft, by=omar)
    assert code_of(error) == {
        "donor": ["unknown_donor"],
        "destination": ["unknown_place"],
        "mode": ["unknown_mode"],
        "lines/0/item": ["unknown_item"],
        "lines/0/donor": ["unknown_donor"],
    }


def test_a_line_is_counted_in_a_unit_of_its_item(world: World, omar: User) -> None:
    with pytest.raises(ValidationError) as error:
        create_shipment(draft=planned(world, build.line(world.blankets, 1, unit="kg")), by=omar)
    assert code_of(error) == {"lines/0/unit": ["unit_not_of_item"]}
    assert "piece" in str(error.value.messages)


def test_weights_say_how_they_are_known(world: World, omar: User) -> None:
    flour = build.item("flour", base_unit="kg")
    made = create_shipment(
        draft=planned(
            world,
            build.line(world.blankets, 10),
            build.line(flour, 2, unit="t"),
            build.line(world.wood, 3),
            build.line(world.wood, 3, weight_kg=Decimal(1800), weight_basis="weighed"),
        ),
        by=omar,
    )
    known = made.lines.order_by("position").values_list("weight_kg", "weight_basis")
    assert list(known) == [
        (15, "estimated"),
        (2000, "declared"),
        (None, "unknown"),
        (1800, "weighed"),
    ]


def test_a_field_officer_cannot_plan_from_elsewhere(world: World, amina: User) -> None:
    with pytest.raises(PermissionDenied):
        create_shipment(draft=planned(world, build.line(world.blankets)), by=amina)


def test_a_given_reference_needs_its_check_digit(world: World, omar: User) -> None:
    draft = planned(world, build.line(world.blankets), reference="KA20-1042-4")
    with pytest.raises(ValidationError) as error:
        create_shipment(draft=draft, by=omar)
    assert code_of(error) == {"reference": ["not_a_reference"]}
    assert "KA20-1042-3" in str(error.value.messages)
    made = create_shipment(draft=replace(draft, reference="ka20 1042 3"), by=omar)
    assert made.reference == "KA20-1042-3"


def test_a_reference_given_ahead_of_the_numbers_is_passed_over(world: World, omar: User) -> None:
    draft = planned(world, build.line(world.blankets))
    serial = int(create_shipment(draft=draft, by=omar).reference.split("-")[1])
    given = make_reference("KA20", serial + 1)
    create_shipment(draft=replace(draft, reference=given), by=omar)
    assert create_shipment(draft=draft, by=omar).reference == make_reference("KA20", serial + 2)


def test_editing_replaces_lines_by_their_number(world: World, omar: User) -> None:
    made = create_shipment(
        draft=planned(world, build.line(world.blankets, 10), build.line(world.wood, 2)), by=omar
    )
    first = made.lines.get(position=1).pk
    edit_shipment(
        reference=made.reference,
        draft=planned(world, build.line(world.blankets, 12, line=1), consignee="School 4"),
        by=omar,
    )
    line = ShipmentLine.objects.get(shipment=made)
    assert (line.pk, line.quantity) == (first, 12)


def test_two_editors_have_one_winner(world: World, omar: User) -> None:
    made = create_shipment(draft=planned(world, build.line(world.blankets, 10)), by=omar)
    seen = version_of(made)
    draft = planned(world, build.line(world.blankets, 11, line=1))
    edit_shipment(reference=made.reference, draft=draft, by=omar, version=seen)
    with pytest.raises(ValidationError) as error:
        edit_shipment(reference=made.reference, draft=draft, by=omar, version=seen)
    assert code_of(error) == {"shipment": ["changed_meanwhile"]}


def test_after_dispatch_only_what_is_no_fact_changes(world: World, omar: User) -> None:
    shipment = world.sent()
    late = planned(world, consignee="School 4")
    with pytest.raises(ValidationError) as error:
        edit_shipment(reference=shipment.reference, draft=late, by=omar)
    assert code_of(error) == {"lines": ["lines_fixed"]}
    edit_shipment(reference=shipment.reference, draft=replace(late, lines=None), by=omar)
    shipment.refresh_from_db()
    assert (shipment.consignee, shipment.lines.count()) == ("School 4", 1)
    elsewhere = replace(late, lines=None, destination=build.destination("FAR").code)
    with pytest.raises(ValidationError) as error:
        edit_shipment(reference=shipment.reference, draft=elsewhere, by=omar)
    assert code_of(error) == {"destination": ["route_fixed"]}


def test_documents_come_along_and_are_found(world: World, omar: User) -> None:
    papers = (DocumentDraft(kind="waybill", number=" RU-17/20 "),)
    made = create_shipment(
        draft=planned(world, build.line(world.blankets), documents=papers), by=omar
    )
    assert list(made.documents.values_list("number", flat=True)) == ["RU-17/20"]
    found = type(made).objects.searched("ru-17/20")
    assert list(found) == [made]


def test_search_knows_references_in_any_script(world: World) -> None:
    shipment = world.sent()
    cyrillic = shipment.reference.replace("K", "К").replace("A", "А").replace("-", " ")
    assert list(type(shipment).objects.searched(cyrillic)) == [shipment]


def test_a_verifier_is_not_the_recorder(world: World, amina: User) -> None:
    event = receive(world.sent(), by=amina, received=1).event
    vera = build.person("vera", (Role.VERIFIER, world.north))
    verify_event(event=event.key, level="verified", by=vera)
    assert event.verifications.get().level == "verified"
    with pytest.raises(PermissionDenied):
        verify_event(event=event.key, level="verified", by=amina)
    with pytest.raises(ValidationError) as error:
        verify_event(event=event.key, level="sure", by=vera)
    assert code_of(error) == {"level": ["unknown_level"]}


def test_categories_do_not_run_in_a_circle(db: None) -> None:
    above = build.category("above")
    below = Category.objects.create(code="below", name="Below", parent=above)
    above.parent = below
    with pytest.raises(IntegrityError, match="category_not_below_itself"), transaction.atomic():
        above.save()
