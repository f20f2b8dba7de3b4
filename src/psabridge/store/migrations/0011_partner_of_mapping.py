"""The Acronis partner a customer mapping was made under (ACR-ORG-08)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0010_tickets")]

    operations = [
        migrations.AddField(
            model_name="customerrow",
            name="partner",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
