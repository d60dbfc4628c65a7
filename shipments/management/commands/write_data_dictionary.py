"""Write docs/data-dictionary.md."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from shipments.exports.dictionary import write_dictionary

PAGE = Path(settings.BASE_DIR) / "docs" / "data-dictionary.md"


class Command(BaseCommand):
    help = "Writes the data dictionary from the models."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(write_dictionary())
        self.stdout.write("Wrote docs/data-dictionary.md.")
