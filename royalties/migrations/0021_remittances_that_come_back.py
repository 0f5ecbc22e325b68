"""Remittances that the bank sent back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stockcoop.kernel.db import append_only

_GUARD = """
CREATE FUNCTION royalties_remittancereturn_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM royalties_remittance made JOIN ledger_entry back ON back.reverses_id = made.entry_id
     WHERE made.id = NEW.remittance_id AND back.id = NEW.entry_id AND made.paid_on <= NEW.on_day
  ) THEN
    RAISE EXCEPTION 'a remittance comes back after it was paid, by the reversal of its entry'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_subtotals"),
        ("royalties", "0020_remittances"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="remittance",
            name="digest",
            field=models.CharField(max_length=64),
        ),
        migrations.CreateModel(
            name="RemittanceReturn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("on_day", models.DateField()),
                ("reason", models.CharField(max_length=200)),
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
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "remittance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returned",
                        to="royalties.remittance",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="remittance_return_has_a_reason",
                    )
                ],
            },
        ),
        append_only("royalties_remittancereturn"),
        migrations.RunSQL(
            sql=[
                _GUARD,
                "CREATE TRIGGER royalties_remittancereturn_guard BEFORE INSERT "
                "ON royalties_remittancereturn FOR EACH ROW "
                "EXECUTE FUNCTION royalties_remittancereturn_guard()",
            ],
            reverse_sql=[
                "DROP TRIGGER royalties_remittancereturn_guard ON royalties_remittancereturn",
                "DROP FUNCTION royalties_remittancereturn_guard()",
            ],
        ),
    ]
