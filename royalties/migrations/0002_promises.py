"""What the database holds about sales, statements and payouts, whoever writes to it."""

from django.db import migrations

from stockcoop.kernel.db import append_only_all

PAYOUT_FIXED = migrations.RunSQL(
    sql="""
CREATE FUNCTION royalties_payout_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'payout % refused: who gets how much never changes', OLD.id
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER royalties_payout_fixed BEFORE UPDATE ON royalties_payout FOR EACH ROW
  WHEN ((OLD.run_id, OLD.member_id, OLD.amount_minor, OLD.currency)
        IS DISTINCT FROM (NEW.run_id, NEW.member_id, NEW.amount_minor, NEW.currency))
  EXECUTE FUNCTION royalties_payout_fixed();
CREATE TRIGGER royalties_payout_settled BEFORE UPDATE ON royalties_payout FOR EACH ROW
  WHEN (OLD.state IN ('paid', 'dropped')) EXECUTE FUNCTION royalties_payout_fixed();
CREATE TRIGGER royalties_payout_kept BEFORE DELETE ON royalties_payout FOR EACH ROW
  EXECUTE FUNCTION royalties_payout_fixed();
""",
    reverse_sql="""
DROP TRIGGER royalties_payout_kept ON royalties_payout;
DROP TRIGGER royalties_payout_settled ON royalties_payout;
DROP TRIGGER royalties_payout_fixed ON royalties_payout;
DROP FUNCTION royalties_payout_fixed();
""",
)


class Migration(migrations.Migration):
    dependencies = [("royalties", "0001_sales_statements_payouts_costs")]

    operations = [
        PAYOUT_FIXED,
        *append_only_all(
            [
                "royalties_royaltyrate",
                "royalties_payoutterms",
                "royalties_sale",
                "royalties_saleshare",
                "royalties_refund",
                "royalties_statement",
                "royalties_cost",
                "royalties_costcorrection",
            ]
        ),
    ]
