"""Make the database ready for this version of the program."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from aidtracker.database import prepare_database


class Command(BaseCommand):
    help = (
        "Migrates as the owner, gives the application role its rights and limits."
        " Safe to run again, and while the program runs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            prepare_database(verbosity=options["verbosity"])
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
