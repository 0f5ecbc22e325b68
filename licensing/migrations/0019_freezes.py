"""Market freezes: what is frozen with a line, when it ends, and claims that hold licences apart."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q, Value

LICENCE = "licensing.licence"


def key(to: str, related_name: str = "+", **options: bool) -> models.ForeignKey:  # type: ignore[type-arg]
    protect = django.db.models.deletion.PROTECT
    return models.ForeignKey(to, on_delete=protect, related_name=related_name, **options)


def nothing(**options: bool) -> models.JSONField:
    return models.JSONField(default=dict, db_default=Value({}, models.JSONField()), **options)


def codes() -> django.contrib.postgres.fields.ArrayField:  # type: ignore[type-arg]
    return django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24))


def row_id() -> models.BigAutoField:  # type: ignore[type-arg]
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [("licensing", "0018_taxed_orders"), ("media", "0009_splits_are_kept")]

    operations = [
        migrations.AddField("cartline", "freeze", nothing(blank=True)),
        migrations.AddField("orderline", "reach", nothing()),
        migrations.AddField("orderline", "freeze", nothing()),
        migrations.AddField(
            "licence", "frozen_since", models.DateTimeField(editable=False, null=True)
        ),
        migrations.AddField(
            "licence", "frozen_until", models.DateTimeField(editable=False, null=True)
        ),
        migrations.AddConstraint(
            "licence",
            models.CheckConstraint(
                condition=Q(frozen_since=None, frozen_until=None)
                | Q(frozen_until__gt=F("frozen_since"), frozen_since__lte=F("granted_at")),
                name="licensing_licence_frozen",
            ),
        ),
        migrations.CreateModel(
            "Claim",
            [
                ("id", row_id()),
                ("freezes", models.BooleanField()),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("beside", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("regions", codes()),
                ("uses", codes()),
                ("licence", key(LICENCE, "claims")),
                ("root", key(LICENCE, db_index=False)),
                ("work", key("media.work")),
            ],
        ),
        migrations.AddConstraint(
            "claim",
            models.UniqueConstraint(fields=["licence", "freezes"], name="licensing_claim_once"),
        ),
        migrations.CreateModel(
            "FreezeNotice",
            [
                ("id", row_id()),
                ("at", models.DateTimeField()),
                (
                    "licence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=LICENCE,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
