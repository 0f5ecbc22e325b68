"""Rates with conditions, and the rule and agreement that applied beside each sale."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stockcoop.kernel.db import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0009_splits_are_kept"),
        ("royalties", "0007_stuck_payouts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RateEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
                ("ended_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="royaltyrate",
            name="rate_one_version_at_a_time",
        ),
        migrations.AddField(
            model_name="royaltyrate",
            name="in_force_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="royaltyrate",
            name="promotion",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="royaltyrate",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="royaltyrate",
            name="set_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="royaltyrate",
            name="set_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="royaltyrate",
            name="share_class",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="royaltyrate",
            name="work",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="media.work",
            ),
        ),
        migrations.AddField(
            model_name="sale",
            name="rate_words",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="sale",
            name="split_version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="media.splitversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="royaltyrate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("promotion", ""), ("work", None)),
                fields=("licence_kind", "share_class", "in_force_from"),
                name="rate_one_version_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="royaltyrate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("promotion", ""), _negated=True),
                fields=("licence_kind", "share_class", "in_force_from"),
                name="rate_one_promotion_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="royaltyrate",
            constraint=models.UniqueConstraint(
                fields=("work", "licence_kind", "in_force_from"),
                name="rate_one_of_a_work_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="royaltyrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("work", None),
                    models.Q(("promotion", ""), ("share_class", "")),
                    _connector="OR",
                ),
                name="rate_of_a_work_has_no_other_condition",
            ),
        ),
        migrations.AddConstraint(
            model_name="royaltyrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("promotion", ""), ("in_force_until__isnull", False), _connector="OR"
                ),
                name="rate_promotion_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="royaltyrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_force_until", None),
                    models.Q(
                        ("in_force_until__gt", models.F("in_force_from")),
                        models.Q(
                            ("promotion", ""), ("share_class", ""), ("work", None), _negated=True
                        ),
                    ),
                    _connector="OR",
                ),
                name="rate_of_a_kind_does_not_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="royaltyrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("set_by", None),
                    models.Q(models.Q(("reason", ""), _negated=True), ("set_at__isnull", False)),
                    _connector="OR",
                ),
                name="rate_set_for_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="rateend",
            name="ended_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rateend",
            name="rate",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="end",
                to="royalties.royaltyrate",
            ),
        ),
        migrations.AddConstraint(
            model_name="rateend",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="rate_ended_for_a_reason"
            ),
        ),
        append_only("royalties_rateend"),
    ]
