"""Hundreds of odd reports, steps and weighings; a few dozen are among the tests of every commit."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings

from accounts.models import User
from shipments.models import Shipment
from tests.shipments.guards.test_prechecks import (
    QUICK,
    REPORTS,
    STEPS,
    WEIGHTS,
    from_the_database,
    shipment,
    try_delivery,
    try_step,
    try_weighing,
)

__all__ = ["from_the_database", "shipment"]
LONG = settings(QUICK, max_examples=300)


@LONG
@given(REPORTS)
def test_a_delivery_is_never_left_to_the_database_to_refuse(
    shipment: Shipment, omar: User, from_the_database: list[str], said: dict[str, Any]
) -> None:
    try_delivery(shipment, omar, said)


@LONG
@given(STEPS)
def test_a_step_is_never_left_to_the_database_to_refuse(
    shipment: Shipment, omar: User, from_the_database: list[str], said: dict[str, Any]
) -> None:
    try_step(shipment, omar, said)


@LONG
@given(WEIGHTS)
def test_a_weighing_is_never_left_to_the_database_to_refuse(
    shipment: Shipment, omar: User, from_the_database: list[str], weights: dict[int, Decimal]
) -> None:
    try_weighing(shipment, omar, weights)
