"""Files are read by forked children, except where the child itself is looked at."""

import pytest


@pytest.fixture(autouse=True)
def _reading(request: pytest.FixtureRequest) -> None:
    if request.path.name != "test_sandbox.py":
        request.getfixturevalue("forked_child")
