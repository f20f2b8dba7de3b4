"""A pairing keeps what became of its last run, a connection the name of its server (TIM-08, R46)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0003_contract_kind")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="zone_name",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.CreateModel(
            name="LastRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("body", models.JSONField()),
                (
                    "pairing",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="store.pairing"),
                ),
            ],
        ),
    ]
