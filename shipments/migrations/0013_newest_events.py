from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipments', '0012_named_mappings'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='deliveryevent',
            index=models.Index(fields=['occurred_at', 'id'], name='event_occurred'),
        ),
    ]
