"""Withholding: the rules, the profiles of members, the parts of payouts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("royalties", "0011_payout_terms_of_members"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PayoutPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("patronage", "patronage"),
                            ("other", "other"),
                            ("royalties", "royalties"),
                        ],
                        max_length=9,
                    ),
                ),
                ("base_minor", models.BigIntegerField()),
                ("before_minor", models.BigIntegerField(default=0)),
                ("rule", models.CharField(blank=True, max_length=40)),
                ("authority", models.CharField(blank=True, max_length=24)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("rate_bp", models.PositiveSmallIntegerField(default=0)),
                ("free_minor", models.BigIntegerField(default=0)),
                ("withheld_minor", models.BigIntegerField(default=0)),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="royalties.payout",
                    ),
                ),
            ],
            options={
                "ordering": ["payout", "kind"],
            },
        ),
        migrations.CreateModel(
            name="TaxProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "form",
                    models.CharField(
                        choices=[("none", "No form"), ("W-9", "W-9"), ("W-8BEN", "W-8BEN")],
                        default="none",
                        max_length=6,
                    ),
                ),
                ("treaty_bp", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("id_ending", models.CharField(blank=True, max_length=4)),
                ("stated_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TaxTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("home", models.CharField(blank=True, max_length=2)),
                ("withholding", models.JSONField(default=list)),
                ("forms", models.JSONField(default=list)),
                ("in_force_from", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "tax terms",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("in_force_from",), name="tax_terms_one_at_a_time"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="payoutpart",
            constraint=models.UniqueConstraint(fields=("payout", "kind"), name="payout_part_once"),
        ),
        migrations.AddConstraint(
            model_name="payoutpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("base_minor__gt", 0)), name="payout_part_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withheld_minor__gte", 0), ("withheld_minor__lt", models.F("base_minor"))
                ),
                name="payout_part_withheld_of_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withheld_minor", 0),
                    models.Q(
                        models.Q(("rule", ""), _negated=True),
                        models.Q(("authority", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payout_part_withheld_by_a_rule",
            ),
        ),
        migrations.AddIndex(
            model_name="taxprofile",
            index=models.Index(fields=["member", "stated_at"], name="tax_profile_of_member"),
        ),
        migrations.AddConstraint(
            model_name="taxprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("form", "none"), ("id_ending", ""), ("treaty_bp", None)),
                    models.Q(
                        models.Q(("form", "none"), _negated=True),
                        models.Q(("stated_by", models.F("member")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="tax_form_recorded_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ["none", "W-9", "W-8BEN"])), name="tax_form_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(("treaty_bp", None), ("treaty_bp__lt", 10000), _connector="OR"),
                name="tax_treaty_rate",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(("country__regex", "^([A-Z]{2})?$")), name="tax_country_code"
            ),
        ),
    ]
