"""What an IATI identifier may hold: for Django to know; the database has nothing to do."""

from django.core.validators import RegexValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipments", "0002_rules")]
    operations = [
        migrations.AlterField(
            model_name="donor",
            name="iati_id",
            field=models.CharField(
                blank=True,
                help_text="For example XM-DAC-7.",
                max_length=100,
                validators=[
                    RegexValidator(
                        "^[^\\s/&|?]+\\Z",
                        "An IATI identifier has no spaces and none of / & | ?, as in XM-DAC-7.",
                        code="not_an_iati_id",
                    )
                ],
                verbose_name="IATI organisation id",
            ),
        ),
    ]
