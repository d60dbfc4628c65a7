"""Many random histories, recounted; the quick rounds are among the tests of every commit."""

from hypothesis import settings

from accounts.models import User
from tests.shipments.totals.conftest import reader
from tests.shipments.totals.test_beside import recounted_beside
from tests.shipments.totals.test_recount import QUICK, recounted
from tests.shipments.totals.test_rollup import recounted_kept

__all__ = ["reader"]


def test_totals_are_what_a_recount_comes_to(reader: User) -> None:
    recounted(reader, settings(QUICK, max_examples=40))


def test_what_stands_beside_a_statement_is_what_a_recount_comes_to(reader: User) -> None:
    recounted_beside(reader, settings(QUICK, max_examples=30))


def test_totals_kept_ready_are_what_a_recount_comes_to(reader: User) -> None:
    recounted_kept(reader, settings(QUICK, max_examples=25))
