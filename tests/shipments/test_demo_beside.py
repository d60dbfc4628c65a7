"""The demonstration keeps away from databases in use."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.world import World


@pytest.mark.usefixtures("committed")
def test_it_is_not_loaded_beside_another_operation(world: World) -> None:
    # Its own has the code of that of most tests.
    world.operation.code = "AT1"
    world.operation.save()
    with pytest.raises(CommandError, match="add --beside"):
        call_command("load_demo")
    assert [person.username for person in User.objects.all()] == ["omar"]
