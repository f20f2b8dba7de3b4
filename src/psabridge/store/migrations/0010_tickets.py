"""Alerts, ticket stories, errands, and how far each pairing looked, with the lease of its ticket cycle."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('store', '0009_agreed'),
    ]

    operations = [
        migrations.CreateModel(
            name='TicketWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_fence', models.PositiveBigIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('lease_holder', models.CharField(blank=True, default='', max_length=200)),
                ('looks', models.TextField(default='{}')),
                ('pairing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to='store.pairing')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AlertRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('alert', models.CharField(max_length=200)),
                ('condition', models.CharField(max_length=32)),
                ('raised_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
                ('body', models.TextField()),
                ('told', models.CharField(blank=True, default='', max_length=16)),
                ('story', models.CharField(blank=True, default='', max_length=50)),
                ('reason', models.CharField(blank=True, default='', max_length=50)),
                ('misses', models.PositiveIntegerField(default=0)),
                ('is_over', models.BooleanField(default=False)),
                ('pairing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.pairing')),
            ],
            options={
                'indexes': [models.Index(fields=['pairing', 'is_over'], name='store_alert_pairing_2f6b21_idx'), models.Index(fields=['pairing', 'story'], name='store_alert_pairing_5321ef_idx'), models.Index(fields=['pairing', 'raised_at'], name='store_alert_pairing_22dc78_idx')],
                'constraints': [models.UniqueConstraint(fields=('pairing', 'alert'), name='an_alert_is_kept_once')],
            },
        ),
        migrations.CreateModel(
            name='ErrandRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=50)),
                ('body', models.TextField()),
                ('pairing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.pairing')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pairing', 'external_id'), name='one_errand_per_story')],
            },
        ),
        migrations.CreateModel(
            name='StoryRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=50)),
                ('key', models.CharField(max_length=32)),
                ('number', models.PositiveBigIntegerField()),
                ('telling', models.CharField(max_length=20)),
                ('company', models.BigIntegerField()),
                ('type', models.TextField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ticket', models.BigIntegerField(null=True)),
                ('body', models.TextField()),
                ('shown', models.TextField(blank=True, default='')),
                ('gone', models.BigIntegerField(null=True)),
                ('pairing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.pairing')),
            ],
            options={
                'indexes': [models.Index(fields=['pairing', 'key'], name='store_story_pairing_6954c3_idx'), models.Index(fields=['pairing', 'ended_at'], name='store_story_pairing_843794_idx'), models.Index(fields=['pairing', 'ticket'], name='store_story_pairing_0512d7_idx')],
                'constraints': [models.UniqueConstraint(fields=('pairing', 'external_id'), name='a_story_is_kept_once')],
            },
        ),
    ]
