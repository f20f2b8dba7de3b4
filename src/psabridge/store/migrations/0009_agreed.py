"""What Acronis and Autotask last agreed on, so that two-way sync sees which side changed (ACR-TWO-06)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0008_arrivals")]

    operations = [
        migrations.CreateModel(
            name="AgreedRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tenant", models.CharField(max_length=64)),
                ("row", models.CharField(max_length=300)),
                ("meter", models.CharField(max_length=100)),
                ("source", models.BigIntegerField(null=True)),
                ("contract", models.BigIntegerField(null=True)),
                (
                    "pairing",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.pairing"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pairing", "tenant", "row"), name="agreed_once_per_row")
                ],
            },
        ),
    ]
