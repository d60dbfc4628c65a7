"""Reports over a link that loses answers, to workers that are killed, are recorded once each."""

import pytest

from accounts.models import TokenScope, User
from accounts.services import create_token
from shipments.models import DeliveryEvent
from tests.shipments.guards.cut_link import Damage, Sender, Server, damage, send_all
from tests.world import World

SEED = 20201125
pytestmark = pytest.mark.usefixtures("committed")


def test_every_report_is_recorded_once(
    world: World, omar: User, program_environment: dict[str, str]
) -> None:
    _token, secret = create_token(user=omar, name="bad link", scope=TokenScope.RECORD)
    shipments = [world.sent(100_000) for _ in range(4)]
    careless = [world.sent(100_000) for _ in range(2)]
    with Server(program_environment) as server:
        sender = Sender(server.port, secret, SEED)
        send_all(server, sender, shipments, reports=60, kills=2)
        without_keys = Sender(server.port, secret, SEED + 1, keeps_key=False)
        send_all(server, without_keys, careless, reports=20, kills=0)
    print(f"seed {SEED}: {sender.statuses}, without keys {without_keys.statuses}")
    assert damage(shipments, sender, reports=60) == Damage(lost=0, doubled=0, stuck=0)
    # Answers were lost, and some retries found what their first try had written.
    assert sender.statuses[200] > 0
    for answer in sender.answers.values():
        assert DeliveryEvent.objects.get(key=answer["key"]).answer.body == answer
    # The control: a sender who makes a new key for each try is believed each time.
    assert damage(careless, without_keys, reports=20).doubled > 0
