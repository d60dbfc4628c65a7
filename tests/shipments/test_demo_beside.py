"""The demonstration keeps away from databases in use."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests import build


@pytest.mark.usefixtures("committed")
def test_it_is_not_loaded_beside_another_operation() -> None:
    build.operation("AT1")
    with pytest.raises(CommandError, match="add --beside"):
        call_command("load_demo")
    assert not User.objects.exists()
