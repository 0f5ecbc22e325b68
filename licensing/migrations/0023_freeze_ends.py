"""That artists were told that a market freeze of their work is over."""

import django.db.models.deletion
from django.db import migrations, models

from stockcoop.kernel.db import append_only


class Migration(migrations.Migration):
    dependencies = [("licensing", "0022_comps")]

    operations = [
        migrations.CreateModel(
            name="FreezeEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ended_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.licence",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("root", "ended_at"), name="licensing_freeze_end_told_once"
                    )
                ],
            },
        ),
        append_only("licensing_freezeend"),
    ]
