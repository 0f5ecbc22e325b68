"""Artists may refuse the sensitive use of their works."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stockcoop.kernel.db import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0009_splits_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "SensitiveUse",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("allowed", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="media.work",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("work", None)),
                        fields=["artist", "-id"],
                        name="media_sensitive_default",
                    )
                ],
            },
        ),
        append_only("media_sensitiveuse"),
    ]
