"""A thousand reports over a cut link to a server that is killed twenty times."""

import pytest

from accounts.models import TokenScope, User
from accounts.services import create_token
from tests.shipments.guards.cut_link import Damage, Sender, Server, damage, send_all
from tests.world import World

SEED = 20201126


@pytest.mark.usefixtures("committed")
def test_a_thousand_reports_are_recorded_once_each(
    world: World, omar: User, program_environment: dict[str, str]
) -> None:
    _token, secret = create_token(user=omar, name="bad link", scope=TokenScope.RECORD)
    shipments = [world.sent(100_000) for _ in range(10)]
    careless = [world.sent(100_000) for _ in range(5)]
    with Server(program_environment) as server:
        sender = Sender(server.port, secret, SEED)
        send_all(server, sender, shipments, reports=1000, kills=20)
        without_keys = Sender(server.port, secret, SEED + 1, keeps_key=False)
        send_all(server, without_keys, careless, reports=200, kills=4)
    print(f"seed {SEED}: {sender.statuses}, without keys {without_keys.statuses}")
    assert damage(shipments, sender, reports=1000) == Damage(lost=0, doubled=0, stuck=0)
    assert damage(careless, without_keys, reports=200).doubled > 20
