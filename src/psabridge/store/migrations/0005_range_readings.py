"""Readings of items that start again every month (ACR-USE-07, R17)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0004_last_run'),
    ]

    operations = [
        migrations.CreateModel(
            name='RangeReadingRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.CharField(max_length=64)),
                ('usage_name', models.CharField(max_length=100)),
                ('edition', models.CharField(blank=True, default='', max_length=100)),
                ('storage', models.CharField(blank=True, default='', max_length=64)),
                ('day', models.DateField()),
                ('range_start', models.DateTimeField()),
                ('read_at', models.DateTimeField()),
                ('total', models.BigIntegerField()),
                ('since_start', models.BigIntegerField()),
                ('pairing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.pairing')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pairing', 'tenant', 'usage_name', 'edition', 'storage', 'day', 'range_start'), name='one_reading_per_counter_day_and_range')],
            },
        ),
    ]
