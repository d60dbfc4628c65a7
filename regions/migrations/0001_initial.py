import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import regions.models.fields
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='For example AZ-XA.', max_length=20, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z0-9][A-Z0-9_-]*$', 'Use capital letters, digits, hyphens and underscores, for example AZ-XA.', code='not_a_code')], verbose_name='code')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('level', models.PositiveSmallIntegerField(default=0, editable=False, help_text='0 for a country, one more for each step down; computed from the parent.', verbose_name='level')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='regions.region')),
                ('path', models.CharField(default='', editable=False, help_text='Row numbers from the country down, for example /1/12/; kept by the database.', max_length=100)),
                ('pcode', models.CharField(blank=True, help_text="Place code of OCHA's COD-AB.", max_length=20, verbose_name='P-code')),
                ('pcode_source', models.CharField(blank=True, max_length=200, verbose_name='P-code source')),
                ('valid_from', models.DateField(blank=True, help_text='First day on which the P-code held.', null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('boundary', models.CharField(blank=True, help_text='Key of the simplified outline that comes with the program.', max_length=40, verbose_name='boundary')),
                ('folded', regions.models.fields.FoldedField(sources=('name', 'code', 'pcode'))),
                ('sort_keys', regions.models.fields.SortKeysField(names='', source='name')),
            ],
            options={
                'verbose_name': 'region',
                'verbose_name_plural': 'regions',
                'ordering': ['code'],
                'indexes': [models.Index(fields=['path'], name='region_path', opclasses=['varchar_pattern_ops']), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('folded'), name='gin_trgm_ops'), name='region_folded')],
                'constraints': [models.CheckConstraint(condition=models.Q(('level__lte', 3)), name='region_level_is_0_to_3', violation_error_message='Regions nest at most four deep: levels 0 to 3.'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='region_valid_dates_in_order', violation_error_message='The last valid day must not lie before the first.')],
            },
        ),
        migrations.CreateModel(
            name='Destination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='For example STEPANAKERT-HUB.', max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z0-9][A-Z0-9_-]*$', 'Use capital letters, digits, hyphens and underscores, for example AZ-XA.', code='not_a_code')], verbose_name='code')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('kind', models.CharField(choices=[('warehouse', 'warehouse'), ('transit_hub', 'transit hub'), ('railhead', 'railhead'), ('distribution_point', 'distribution point'), ('health_facility', 'health facility'), ('school', 'school'), ('centre', 'centre'), ('settlement', 'settlement')], max_length=20, verbose_name='kind')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='destinations', to='regions.region')),
                ('latitude', models.DecimalField(blank=True, decimal_places=5, help_text='Decimal degrees, WGS 84.', max_digits=8, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                ('longitude', models.DecimalField(blank=True, decimal_places=5, help_text='Decimal degrees, WGS 84.', max_digits=8, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                ('publish_exact', models.BooleanField(default=False, help_text='Whether people who do not work there may see the coordinates.', verbose_name='publish the exact place')),
                ('merged_into', models.ForeignKey(blank=True, help_text='The destination that this one turned out to be.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='regions.destination')),
                ('folded', regions.models.fields.FoldedField(sources=('name', 'code'))),
                ('sort_keys', regions.models.fields.SortKeysField(names='', source='name')),
            ],
            options={
                'verbose_name': 'destination',
                'verbose_name_plural': 'destinations',
                'ordering': ['code'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('folded'), name='gin_trgm_ops'), name='destination_folded')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['warehouse', 'transit_hub', 'railhead', 'distribution_point', 'health_facility', 'school', 'centre', 'settlement'])), name='destination_kind_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='destination_coordinates_are_on_earth', violation_error_message='Give both coordinates: latitude between -90 and 90, longitude between -180 and 180.'), models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='destination_not_merged_into_itself')],
            },
        ),
        migrations.CreateModel(
            name='Population',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='populations', to='regions.region')),
                ('counted_on', models.DateField(help_text='The day the figure speaks of.', verbose_name='date')),
                ('kind', models.CharField(choices=[('resident', 'residents'), ('displaced', 'displaced people (IDP)'), ('returned', 'returnees'), ('in_need', 'people in need')], max_length=10, verbose_name='kind')),
                ('people', models.PositiveIntegerField(verbose_name='people')),
                ('households', models.PositiveIntegerField(blank=True, null=True, verbose_name='households')),
                ('source', models.CharField(help_text='Who published it.', max_length=200, verbose_name='source')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('caution', models.CharField(blank=True, help_text='What a reader must know, for example: counts some people more than once.', max_length=300, verbose_name='caution')),
            ],
            options={
                'verbose_name': 'population figure',
                'verbose_name_plural': 'population figures',
                'ordering': ['region', 'kind', 'counted_on'],
                'constraints': [models.UniqueConstraint(fields=('region', 'counted_on', 'kind', 'source'), name='population_once_a_source_and_day', violation_error_message='This source has a figure of this kind for this region and day already.'), models.CheckConstraint(condition=models.Q(('kind__in', ['resident', 'displaced', 'returned', 'in_need'])), name='population_kind_is_known')],
            },
        ),
        migrations.CreateModel(
            name='PlaceName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='place_names', to='regions.region')),
                ('destination', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='place_names', to='regions.destination')),
                ('text', models.CharField(max_length=150, verbose_name='name')),
                ('language', models.CharField(help_text='For example hy.', max_length=8, verbose_name='language')),
                ('script', models.CharField(choices=[('Latn', 'Latin'), ('Cyrl', 'Cyrillic'), ('Armn', 'Armenian'), ('Arab', 'Arabic'), ('Geor', 'Georgian')], max_length=4, verbose_name='script')),
                ('authority', models.CharField(blank=True, help_text='Who uses or fixed this name.', max_length=100, verbose_name='authority')),
                ('folded', regions.models.fields.FoldedField(sources=('text',))),
            ],
            options={
                'verbose_name': 'place name',
                'verbose_name_plural': 'place names',
                'ordering': ['language', 'text'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('folded'), name='gin_trgm_ops'), name='placename_folded')],
                'constraints': [models.CheckConstraint(condition=models.Q(('region__isnull', True), ('destination__isnull', True), _connector='XOR'), name='place_name_names_one_place', violation_error_message='A name belongs to one region or one destination.'), models.UniqueConstraint(fields=('region', 'destination', 'language', 'text'), name='place_name_once', nulls_distinct=False, violation_error_message='This place has this name in this language already.')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('analyst', 'analyst: reads shipments and totals'), ('coordinator', 'coordinator: dispatches, records and imports'), ('verifier', 'verifier: verifies what others recorded'), ('admin', 'admin: keeps people and reference data in order'), ('auditor', 'auditor: reads everything')], max_length=12, verbose_name='role')),
                ('region', models.ForeignKey(blank=True, help_text='The role holds in this region and below; empty means everywhere.', null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.region')),
                ('until', models.DateTimeField(blank=True, help_text='Empty means until it is taken back.', null=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'grant',
                'verbose_name_plural': 'grants',
                'ordering': ['user', 'role'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['analyst', 'coordinator', 'verifier', 'admin', 'auditor'])), name='grant_role_is_known'), models.UniqueConstraint(fields=('user', 'role', 'region'), name='grant_once', nulls_distinct=False, violation_error_message='This person holds this role there already.')],
            },
        ),
    ]
