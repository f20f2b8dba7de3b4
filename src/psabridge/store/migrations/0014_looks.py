"""How often what is kept of customers that leave was written: shows a restore where nothing was sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0013_last_ticket_run")]

    operations = [
        migrations.AddField("installation", "looks", models.PositiveBigIntegerField(default=0)),
    ]
