"""A contract keeps the billing kind last settled, so that a change of it is seen (R24)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_intent_plan")]

    operations = [
        migrations.AddField(
            model_name="contractseen",
            name="kind",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
    ]
