"""Subtotals by month, so that balances are read in the same time however long the ledger is."""

import django.db.models.deletion
from django.db import migrations, models

# Whoever writes an entry has a transaction id before the entry has its number (triggers of a
# statement fire before its first row), so `services.subtotals` can tell when no entry up to a
# certain number is still under way.
NUMBERED_LATER = migrations.RunSQL(
    sql="""
CREATE FUNCTION ledger_entry_numbered_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_current_xact_id();
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_numbered_later BEFORE INSERT ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_numbered_later();
""",
    reverse_sql="""
DROP TRIGGER ledger_entry_numbered_later ON ledger_entry;
DROP FUNCTION ledger_entry_numbered_later();
""",
)


# Each posting as each of its two accounts sees it.
SIDES = migrations.RunSQL(
    sql="""
CREATE VIEW ledger_side AS
SELECT entry_id, credit_id AS account_id, at, amount_minor AS minor FROM ledger_posting
 UNION ALL
SELECT entry_id, debit_id, at, -amount_minor FROM ledger_posting
""",
    reverse_sql="DROP VIEW ledger_side",
)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_promises"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("upto", models.BigIntegerField(default=0)),
                ("seen", models.BigIntegerField(default=0)),
                ("seen_xid", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="mark_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("seen__gte", models.F("upto"))), name="mark_looks_ahead"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subtotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("net_minor", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "month"), name="subtotal_once_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="subtotal_of_a_month"
                    ),
                ],
            },
        ),
        NUMBERED_LATER,
        SIDES,
    ]
