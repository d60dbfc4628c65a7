"""Makes an API token for a person and prints it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import TokenScope, User
from accounts.services import create_token


class Command(BaseCommand):
    help = "Makes an API token for a person and prints it; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="The name the person signs in with.")
        parser.add_argument(
            "--scope", choices=TokenScope.values, default="read", help="What it may do at most."
        )
        parser.add_argument("--name", default="command line", help="What the token is for.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            names = ", ".join(
                User.objects.order_by("username").values_list("username", flat=True)[:20]
            )
            raise CommandError(f"There is no active person {options['user']!r}. Known: {names}.")
        _token, secret = create_token(
            user=user, name=options["name"][:100], scope=TokenScope(options["scope"])
        )
        self.stdout.write(secret)
