"""Triggers, rights and rules across rows."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shipments", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "ledger.sql").read_text(), migrations.RunSQL.noop
        )
    ]
