"""The rows of the policy, by door."""

from tests.matrix.policy import Row, by_key
from tests.matrix.table.api import API
from tests.matrix.table.backstage import BACKSTAGE
from tests.matrix.table.pages import PAGES
from tests.matrix.table.plumbing import PLUMBING

POLICY: dict[tuple[str, str], Row] = by_key([*PLUMBING, *PAGES, *API, *BACKSTAGE])

__all__ = ["POLICY"]
