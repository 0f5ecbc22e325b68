"""An order is the sum of its lines and their tax, and what is given back is both."""

from django.db import migrations

WHOLE = """
CREATE OR REPLACE FUNCTION licensing_check_order(which bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  o licensing_order;
BEGIN
  SELECT * INTO o FROM licensing_order WHERE id = which;
  IF {due} IS DISTINCT FROM (
      SELECT {sum} FROM licensing_orderline
      WHERE order_id = which AND currency = o.currency) THEN
    RAISE EXCEPTION 'order % is not the sum of its lines', o.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF o.state = 'paid' AND NOT EXISTS (
      SELECT FROM licensing_payment WHERE order_id = which AND state = 'paid'
      AND amount_minor = o.total_minor AND currency = o.currency) THEN
    RAISE EXCEPTION 'order % is paid without a payment of its total', o.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF o.state = 'paid' AND EXISTS (
      SELECT FROM licensing_orderline l
      LEFT JOIN licensing_licence c ON c.line_id = l.id AND c.buyer_id = o.buyer_id
      LEFT JOIN royalties_sale s ON s.id = c.sale_id AND s.work_id = l.work_id
        AND s.price_minor = l.price_minor AND s.currency = l.currency
      WHERE l.order_id = which AND s.id IS NULL
        AND NOT (c.id IS NULL AND EXISTS (
          SELECT FROM licensing_refund r WHERE r.line_id = l.id
          AND r.amount_minor = {gross} AND r.currency = l.currency))) THEN
    RAISE EXCEPTION 'order % is paid but has a line without its licence and sale', o.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF o.state <> 'paid' AND EXISTS (
      SELECT FROM licensing_licence c JOIN licensing_orderline l ON l.id = c.line_id
      WHERE l.order_id = which) THEN
    RAISE EXCEPTION 'order % has a licence but is not paid', o.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
END $$;
"""

FIXED = """
CREATE OR REPLACE FUNCTION licensing_order_tax_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the tax of order % is fixed once it is placed', OLD.number
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER licensing_order_tax_fixed BEFORE UPDATE ON licensing_order FOR EACH ROW
  WHEN ((OLD.tax_minor, OLD.assessment_id) IS DISTINCT FROM (NEW.tax_minor, NEW.assessment_id))
  EXECUTE FUNCTION licensing_order_tax_fixed();
"""

NOT_FIXED = """
DROP TRIGGER licensing_order_tax_fixed ON licensing_order;
DROP FUNCTION licensing_order_tax_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("licensing", "0017_tax")]

    operations = [
        migrations.RunSQL(
            WHOLE.format(
                due="ROW(o.total_minor::numeric, o.tax_minor::numeric)",
                sum="ROW(sum(price_minor + tax_minor)::numeric, sum(tax_minor)::numeric)",
                gross="l.price_minor + l.tax_minor",
            ),
            WHOLE.format(due="o.total_minor", sum="sum(price_minor)", gross="l.price_minor"),
        ),
        migrations.RunSQL(FIXED, NOT_FIXED),
    ]
