"""Units that two-way sync sent to a contract since both sides last agreed (ACR-TWO-06)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0013_last_ticket_run")]

    operations = [
        migrations.AddField(
            model_name="agreedrecord",
            name="sent",
            field=models.BigIntegerField(null=True),
        ),
    ]
