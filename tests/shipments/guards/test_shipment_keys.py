"""Two who send the same new shipment at once: the second waits, and is told of the first's."""

import uuid
from functools import partial
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from shipments.models import Shipment
from shipments.models.reports import ShipmentDraft
from shipments.services import Created, create_shipment_once
from tests import build
from tests.shipments.guards.contenders import (
    Contender,
    all_at_once,
    busily,
    codes,
    somebody_waits,
)
from tests.shipments.guards.fortress import Fortress


def drafted(fortress: Fortress, quantity: int = 3) -> ShipmentDraft:
    places = (fortress.depot, fortress.hub)
    line = build.line(fortress.blankets, quantity)
    return build.draft(fortress.operation, fortress.donor, *places, line)


def test_a_shipment_sent_again_too_soon_waits_and_is_the_same(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    key, draft = uuid.uuid4(), drafted(fortress)
    with transaction.atomic():
        first = create_shipment_once(key=key, draft=draft, by=fortress.omar)
        second = Contender(partial(create_shipment_once, key=key, draft=draft, by=fortress.omar))
        assert somebody_waits(watch)
    with second:
        assert second.answer().replayed
        assert second.answer().shipment == first.shipment


def test_a_key_used_for_two_new_shipments_at_once_is_used_by_the_first(
    fortress: Fortress, watch: "psycopg.Connection[Any]"
) -> None:
    key, other = uuid.uuid4(), drafted(fortress, 4)
    with transaction.atomic():
        create_shipment_once(key=key, draft=drafted(fortress), by=fortress.omar)
        second = Contender(partial(create_shipment_once, key=key, draft=other, by=fortress.omar))
        assert somebody_waits(watch)
    with second, pytest.raises(ValidationError) as error:
        second.answer()
    assert codes(error.value) == {"key_reused"}


def test_who_waits_too_long_for_a_shipment_with_the_key_is_told_so(fortress: Fortress) -> None:
    key, draft = uuid.uuid4(), drafted(fortress)
    create = partial(create_shipment_once, key=key, draft=draft, by=fortress.omar)
    with transaction.atomic():
        create()
        with Contender(lambda: busily(create)) as second, pytest.raises(ValidationError) as error:
            second.answer()
        assert codes(error.value) == {"busy"}


def test_twenty_sendings_of_a_shipment_at_once_make_one(fortress: Fortress) -> None:
    key, draft, before = uuid.uuid4(), drafted(fortress), Shipment.objects.count()
    answers = all_at_once(
        lambda _n: create_shipment_once(key=key, draft=draft, by=fortress.omar), range(20)
    )
    made = [answer for answer in answers if isinstance(answer, Created)]
    assert len(made) == 20, answers
    assert [answer.replayed for answer in made].count(False) == 1
    assert Shipment.objects.count() == before + 1
