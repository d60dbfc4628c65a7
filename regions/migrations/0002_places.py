"""Paths of regions kept by the database."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "places.sql").read_text(), migrations.RunSQL.noop
        )
    ]
