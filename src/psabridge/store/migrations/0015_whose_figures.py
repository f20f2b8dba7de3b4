"""What two-way sync sent since both sides agreed, and the meter a day was counted by (ACR-TWO-06, R7, W13)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0014_looks")]

    operations = [
        migrations.AddField(
            model_name="agreedrecord",
            name="sent",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="linefigure",
            name="meter",
            field=models.CharField(default="", max_length=16),
        ),
        migrations.AlterField(
            model_name="linefigure",
            name="units",
            field=models.IntegerField(null=True),
        ),
    ]
