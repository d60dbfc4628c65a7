"""Hundreds of odd reports, steps and weighings; a few dozen are among the tests of every commit."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("drawn", "attempt"),
    [(REPORTS, try_delivery), (STEPS, try_step), (WEIGHTS, try_weighing)],
    ids=["delivery", "step", "weighing"],
)
@settings(QUICK, max_examples=300)
@given(data=st.data())
def test_the_database_is_never_left_to_refuse(
    shipment: Shipment,
    omar: User,
    from_the_database: list[str],
    drawn: st.SearchStrategy[Any],
    attempt: Callable[[Shipment, User, Any], None],
    data: st.DataObject,
) -> None:
    attempt(shipment, omar, data.draw(drawn))
