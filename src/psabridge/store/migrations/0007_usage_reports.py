"""A usage report of the platform for one month: ordered, then taken in (R17)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0006_leaving'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsageReportRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.DateField()),
                ('ends', models.DateField()),
                ('report', models.CharField(blank=True, default='', max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('why', models.TextField(blank=True, default='')),
                ('uses', models.BinaryField(null=True)),
                ('pairing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.pairing')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pairing', 'starts', 'ends'), name='one_report_per_month')],
            },
        ),
    ]
