"""What is needed month by month beside the newest counts of people, as a view."""

from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("regions", "0002_places"),
        ("shipments", "0010_snapshots"),
    ]
    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "coverage.sql").read_text(),
            "DROP VIEW shipments_coverage",
        ),
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
