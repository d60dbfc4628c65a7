"""manage.py verify_totals: count all totals again from the ledger."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.translation import ngettext

from shipments.querysets.totals.verifying import differing_cells


class Command(BaseCommand):
    help = "Compares the totals kept ready with a recount of the ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="Make the totals anew; recording waits meanwhile.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            with connections["owner"].cursor() as cursor:
                cursor.execute("SELECT rebuild_totals()")
        found = differing_cells("owner")
        if found:
            raise CommandError(
                ngettext(
                    "%(count)d cell differs from the ledger. Run verify_totals --rebuild.",
                    "%(count)d cells differ from the ledger. Run verify_totals --rebuild.",
                    len(found),
                )
                % {"count": len(found)}
            )
        self.stdout.write("All totals equal the ledger.")
