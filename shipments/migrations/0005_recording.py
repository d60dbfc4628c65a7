"""Recording in fewer looks: the guards of the ledger, and the index for deliveries of a day."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipments", "0004_rollup")]
    operations = [
        migrations.AlterField(
            model_name="deliveryevent",
            name="place",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.destination",
            ),
        ),
        migrations.AddIndex(
            model_name="deliveryevent",
            index=models.Index(fields=["place", "occurred_on"], name="event_place_day"),
        ),
        migrations.RunSQL(
            (Path(__file__).parent / "recording.sql").read_text(), migrations.RunSQL.noop
        ),
    ]
