"""Own floors, holds, and statements of whole years."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("royalties", "0008_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HoldReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("text", models.CharField(blank=True, max_length=300)),
                ("answer", models.CharField(blank=True, max_length=300)),
                ("longest_days", models.PositiveSmallIntegerField(default=0)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("in_force_from", models.DateTimeField()),
            ],
            options={
                "ordering": ["position", "code", "in_force_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        name="hold_reason_has_a_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("text", ""),
                            models.Q(
                                models.Q(("answer", ""), _negated=True), ("longest_days__gt", 0)
                            ),
                            _connector="OR",
                        ),
                        name="hold_reason_says_what_ends_it",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("until", models.DateField()),
                ("placed_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="royalties.holdreason",
                    ),
                ),
            ],
            options={
                "ordering": ["-placed_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PayoutHoldEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("why", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended",
                        to="royalties.payouthold",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="YearStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("member_name", models.CharField(max_length=80)),
                ("year", models.PositiveSmallIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("opening_minor", models.BigIntegerField()),
                ("closing_minor", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-year"],
            },
        ),
        migrations.CreateModel(
            name="OwnFloor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("floor_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("in_force_from", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["member", "in_force_from"], name="own_floor_of_member")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("floor_minor__gt", 0)), name="own_floor_positive"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="payouthold",
            index=models.Index(fields=["until"], name="payout_hold_until"),
        ),
        migrations.AddConstraint(
            model_name="payouthold",
            constraint=models.CheckConstraint(
                condition=models.Q(("placed_by", models.F("member")), _negated=True),
                name="payout_hold_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutholdend",
            constraint=models.CheckConstraint(
                condition=models.Q(("why", ""), _negated=True),
                name="payout_hold_ended_for_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="yearstatement",
            index=models.Index(fields=["year"], name="year_statement_year"),
        ),
        migrations.AddConstraint(
            model_name="yearstatement",
            constraint=models.UniqueConstraint(
                fields=("member", "year", "currency"), name="year_statement_once"
            ),
        ),
    ]
