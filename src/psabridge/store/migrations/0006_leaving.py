"""Counted days of customers that leave, and what the bridge did to their tenants (ACR-DEP-03 to -08)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0005_range_readings")]

    operations = [
        migrations.CreateModel(
            name="LeavingRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tenant", models.CharField(max_length=64)),
                ("body", models.JSONField()),
                (
                    "pairing",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.pairing"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="leavingrecord",
            constraint=models.UniqueConstraint(
                fields=("pairing", "tenant"), name="one_count_per_leaving_tenant"
            ),
        ),
    ]
