"""Companies on their way to a tenant, and when the list of those already there was asked (ACR-PRV-04)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0007_usage_reports")]

    operations = [
        migrations.AddField(
            model_name="pairing", name="arrivals_asked_at", field=models.DateTimeField(null=True)
        ),
        migrations.CreateModel(
            name="ArrivalRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("company", models.BigIntegerField()),
                ("is_listed", models.BooleanField(default=False)),
                ("begun_at", models.DateTimeField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
                (
                    "pairing",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.pairing"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pairing", "company"), name="a_company_arrives_once")
                ],
            },
        ),
    ]
