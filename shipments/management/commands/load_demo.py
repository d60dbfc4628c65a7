"""Load the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shipments.demo.counting import contents
from shipments.demo.loading import OtherOperationsError, load_demo
from shipments.demo.people import SIGN_IN


class Command(BaseCommand):
    help = (
        "Loads the demonstration: relief to Nagorno-Karabakh in the winter of 2020/21, with"
        " accounts whose passwords are known. Loading it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--beside",
            action="store_true",
            help="Load it into a database that serves other operations too.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = load_demo(beside=options["beside"])
        except OtherOperationsError:
            raise CommandError(
                "This database serves other operations. The demonstration brings accounts with"
                " known passwords; add --beside to load it here all the same."
            ) from None
        told = ", ".join(f"{number} {what}" for what, number in contents().items())
        if added:
            self.stdout.write(f"Loaded the demonstration: {told}.")
        else:
            self.stdout.write(f"The demonstration is here already ({told}). Nothing was changed.")
        for person in SIGN_IN:
            self.stdout.write(f"  {person.username:12} password {person.password}")
