from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipments', '0009_saved_queries'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='deliveryevent',
            index=models.Index(fields=['occurred_at', 'id'], name='event_occurred'),
        ),
    ]
