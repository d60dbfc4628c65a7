"""A session holds until its time is over, and no longer."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.pages import signed_in


def test_a_session_ends_when_its_time_is_over(stranger: User) -> None:
    client: Client = signed_in(stranger)
    assert client.get("/data/saved/").status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/data/saved/").status_code == 302
