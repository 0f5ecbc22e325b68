"""Movements of gateways, sales restored, members' payout accounts, payouts taken back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stockcoop.kernel.db import append_only_all

RETURN_FIXED = migrations.RunSQL(
    sql="""
CREATE FUNCTION royalties_payout_return_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'return of payout % refused: what was asked and done stays', OLD.payout_id
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER royalties_payout_return_fixed BEFORE UPDATE ON royalties_payoutreturn FOR EACH ROW
  WHEN (OLD.entry_id IS NOT NULL OR (OLD.payout_id, OLD.reason, OLD.asked_by_id, OLD.asked_at)
        IS DISTINCT FROM (NEW.payout_id, NEW.reason, NEW.asked_by_id, NEW.asked_at))
  EXECUTE FUNCTION royalties_payout_return_fixed();
CREATE TRIGGER royalties_payout_return_kept BEFORE DELETE ON royalties_payoutreturn FOR EACH ROW
  EXECUTE FUNCTION royalties_payout_return_fixed();
""",
    reverse_sql="""
DROP TRIGGER royalties_payout_return_kept ON royalties_payoutreturn;
DROP TRIGGER royalties_payout_return_fixed ON royalties_payoutreturn;
DROP FUNCTION royalties_payout_return_fixed();
""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_promises"),
        ("royalties", "0005_statement_month"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("gateway", models.CharField(max_length=24)),
                ("reference", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("charge", "charge"),
                            ("refund", "refund"),
                            ("refund_failed", "refund_failed"),
                            ("withdrawn", "withdrawn"),
                            ("reinstated", "reinstated"),
                            ("transfer", "transfer"),
                            ("transfer_back", "transfer_back"),
                            ("banked", "banked"),
                            ("fee", "fee"),
                            ("other", "other"),
                        ],
                        max_length=14,
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=120)),
                ("gross_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="MovementEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PayoutAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=24)),
                ("reference", models.CharField(max_length=120)),
                ("ready", models.BooleanField(default=False)),
                ("reaches_bank", models.BooleanField(default=False)),
                ("missing", models.JSONField(default=list)),
                ("bank_payout", models.CharField(blank=True, max_length=20)),
                ("opened_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PayoutReturn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Restoration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(max_length=200)),
            ],
        ),
        migrations.AddField(
            model_name="refund",
            name="cause",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="refund",
            name="number",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="refund",
            name="sale",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="royalties.sale",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(fields=("sale", "number"), name="refund_numbered"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(fields=("sale", "cause"), name="refund_cause_once"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["gateway", "at"], name="movement_by_time"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["gateway", "about"], name="movement_about"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                fields=("gateway", "reference"), name="movement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference", ""), _negated=True), name="movement_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "charge",
                            "refund",
                            "refund_failed",
                            "withdrawn",
                            "reinstated",
                            "transfer",
                            "transfer_back",
                            "banked",
                            "fee",
                            "other",
                        ],
                    )
                ),
                name="movement_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="movemententry",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
            ),
        ),
        migrations.AddField(
            model_name="movemententry",
            name="movement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="royalties.movement",
            ),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payoutreturn",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payoutreturn",
            name="entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.entry",
            ),
        ),
        migrations.AddField(
            model_name="payoutreturn",
            name="payout",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returned",
                to="royalties.payout",
            ),
        ),
        migrations.AddField(
            model_name="restoration",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
            ),
        ),
        migrations.AddField(
            model_name="restoration",
            name="refund",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="restoration",
                to="royalties.refund",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutaccount",
            constraint=models.UniqueConstraint(
                fields=("member", "gateway"), name="payout_account_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutaccount",
            constraint=models.UniqueConstraint(
                fields=("gateway", "reference"), name="payout_account_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference", ""), _negated=True), name="payout_account_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="payout_return_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("entry", None)),
                    models.Q(
                        ("done_at__isnull", False),
                        ("entry__isnull", False),
                        models.Q(("reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payout_return_done_with_an_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="restoration",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="restoration_has_a_reason"
            ),
        ),
        RETURN_FIXED,
        *append_only_all(
            ["royalties_movement", "royalties_movemententry", "royalties_restoration"]
        ),
    ]
