"""Make the database ready for this version of the program."""

from typing import Any

from django.core.management.base import BaseCommand

from aidtracker.database import prepare_database


class Command(BaseCommand):
    help = (
        "Migrates as the owner, gives the application role its rights and limits."
        " Safe to run again, and while the program runs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        prepare_database(verbosity=options["verbosity"])
