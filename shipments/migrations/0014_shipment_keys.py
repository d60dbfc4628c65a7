from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipments', '0013_newest_events'),
    ]

    operations = [
        migrations.AddField(
            model_name='shipment',
            name='fingerprint',
            field=models.CharField(db_default='', default='', editable=False, help_text='Hash of what the sender said, to tell a retry from a reuse.', max_length=64),
        ),
        migrations.AddField(
            model_name='shipment',
            name='key',
            field=models.UUIDField(editable=False, help_text='Made by the sender, who may send none; sending it twice makes one shipment.', null=True, unique=True, verbose_name='key'),
        ),
    ]
