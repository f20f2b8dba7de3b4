"""Doors for webhooks, and the hints that are heard there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('store', '0011_partner_of_mapping'),
    ]

    operations = [
        migrations.CreateModel(
            name='HookDoor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=400)),
                ('path', models.CharField(max_length=100, unique=True)),
                ('sealed_key', models.BinaryField()),
                ('connection', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to='store.connection')),
            ],
        ),
        migrations.CreateModel(
            name='HintRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('of', models.CharField(max_length=20)),
                ('record', models.BigIntegerField()),
                ('heard_at', models.DateTimeField(db_index=True)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.connection')),
            ],
            options={
                'indexes': [models.Index(fields=['connection', 'of'], name='store_hintr_connect_42ab10_idx')],
                'constraints': [models.UniqueConstraint(fields=('connection', 'key'), name='an_event_is_heard_once')],
            },
        ),
    ]
