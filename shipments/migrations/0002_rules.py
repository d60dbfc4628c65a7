"""What the database itself holds beside the tables: guards, totals kept ready, coverage as a view."""

from pathlib import Path

from django.db import migrations, models

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    replaces = [
        ("shipments", "0002_ledger"),
        ("shipments", "0004_rollup"),
        ("shipments", "0005_recording"),
        ("shipments", "0010_snapshots"),
        ("shipments", "0011_coverage"),
    ]
    dependencies = [("shipments", "0001_tables"), ("regions", "0002_places")]
    operations = [
        migrations.RunSQL((HERE / "ledger.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "imports.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "rollup.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "coverage.sql").read_text(), "DROP VIEW shipments_coverage"),
        migrations.CreateModel(
            name="Coverage",
            fields=[("id", models.BigIntegerField(primary_key=True, serialize=False))],
            options={
                "verbose_name": "coverage",
                "verbose_name_plural": "coverage",
                "db_table": "shipments_coverage",
                "managed": False,
            },
        ),
    ]
