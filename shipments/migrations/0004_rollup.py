"""Totals kept ready, in the same transaction as the ledger."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shipments", "0003_imports")]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "rollup.sql").read_text(), migrations.RunSQL.noop
        ),
        # What was recorded before this migration counts too.
        migrations.RunSQL("SELECT rebuild_totals()", migrations.RunSQL.noop),
    ]
