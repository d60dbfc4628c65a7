"""Every address has a policy, and every policy an address."""

from tests.matrix.policy import SAFE
from tests.matrix.table import POLICY
from tests.matrix.walking import addresses


def test_every_address_has_a_policy() -> None:
    known = {name for name, _method in POLICY}
    missing = sorted({a.policy for a in addresses() if a.policy not in known})
    assert not missing, (
        f"Say in tests/matrix/table who may do what at: {', '.join(missing)}. "
        "One row for each method; the next row there is an example."
    )


def test_every_policy_has_an_address() -> None:
    real = {address.policy for address in addresses()}
    orphans = sorted({name for name, _method in POLICY if name not in real})
    assert not orphans, f"Nothing answers at {', '.join(orphans)}: take the rows out."


def test_reading_is_said_once() -> None:
    """HEAD and OPTIONS follow GET, so no row names them."""
    assert not [key for key in POLICY if key[1] in SAFE and key[1] != "GET"]
