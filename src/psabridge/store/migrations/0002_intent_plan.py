"""An intent names its plan in a column, so that a plan something was written by is kept."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="intentrecord",
            name="plan",
            field=models.ForeignKey(
                db_constraint=False,
                default=0,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="store.planrecord",
            ),
            preserve_default=False,
        ),
    ]
