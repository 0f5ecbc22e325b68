"""Which comps people downloaded, and under which version of the comp terms."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stockcoop.kernel.db import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0021_custom_quotes"),
        ("media", "0009_splits_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.terms",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="media.work",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("holder", "work", "terms"), name="licensing_comp_recorded_once"
                    )
                ],
            },
        ),
        append_only("licensing_comp"),
    ]
