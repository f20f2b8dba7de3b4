"""What became of the last ticket cycle (TIM-08)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0012_hints")]

    operations = [
        migrations.CreateModel(
            name="LastTicketRun",
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
