"""What the database holds on its own, and the practice gateway's side of a payment."""

from django.db import migrations

from stockcoop.kernel.db import append_only_all

ORDERS = """
CREATE FUNCTION licensing_order_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.uuid, NEW.number, NEW.token, NEW.buyer_id, NEW.licensee, NEW.total_minor, NEW.currency,
      NEW.placed_at)
     IS DISTINCT FROM (OLD.uuid, OLD.number, OLD.token, OLD.buyer_id, OLD.licensee,
      OLD.total_minor, OLD.currency, OLD.placed_at) THEN
    RAISE EXCEPTION 'order % is fixed once it is placed', OLD.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN
     (('open', 'paid'), ('open', 'cancelled'), ('cancelled', 'paid')) THEN
    RAISE EXCEPTION 'order % does not move from % to %', OLD.number, OLD.state, NEW.state
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licensing_order_moves BEFORE UPDATE ON licensing_order
  FOR EACH ROW EXECUTE FUNCTION licensing_order_moves();

CREATE FUNCTION licensing_check_order(which bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  o licensing_order;
BEGIN
  SELECT * INTO o FROM licensing_order WHERE id = which;
  IF o.total_minor IS DISTINCT FROM (
      SELECT sum(price_minor) FROM licensing_orderline
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
      WHERE l.order_id = which AND s.id IS NULL) THEN
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
CREATE FUNCTION licensing_order_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM licensing_check_order(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION licensing_line_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM licensing_check_order(NEW.order_id); RETURN NULL; END $$;
CREATE FUNCTION licensing_licence_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM licensing_check_order((SELECT order_id FROM licensing_orderline WHERE id = NEW.line_id));
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER licensing_order_whole AFTER INSERT OR UPDATE ON licensing_order
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licensing_order_whole();
CREATE CONSTRAINT TRIGGER licensing_line_whole AFTER INSERT ON licensing_orderline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licensing_line_whole();
CREATE CONSTRAINT TRIGGER licensing_licence_whole AFTER INSERT ON licensing_licence
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licensing_licence_whole();
"""

NO_ORDERS = """
DROP TRIGGER licensing_licence_whole ON licensing_licence;
DROP TRIGGER licensing_line_whole ON licensing_orderline;
DROP TRIGGER licensing_order_whole ON licensing_order;
DROP TRIGGER licensing_order_moves ON licensing_order;
DROP FUNCTION licensing_licence_whole();
DROP FUNCTION licensing_line_whole();
DROP FUNCTION licensing_order_whole();
DROP FUNCTION licensing_check_order(bigint);
DROP FUNCTION licensing_order_moves();
"""

LICENCES = """
CREATE FUNCTION licensing_licence_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (NEW.number, NEW.line_id, NEW.sale_id, NEW.buyer_id, NEW.granted_at)
        IS DISTINCT FROM (OLD.number, OLD.line_id, OLD.sale_id, OLD.buyer_id, OLD.granted_at)
     OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.revoked_because)
        IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_because)) THEN
    RAISE EXCEPTION 'licence % stays as it was granted; it can be revoked once', OLD.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licensing_licence_kept BEFORE UPDATE OR DELETE ON licensing_licence
  FOR EACH ROW EXECUTE FUNCTION licensing_licence_kept();
"""

NO_LICENCES = """
DROP TRIGGER licensing_licence_kept ON licensing_licence;
DROP FUNCTION licensing_licence_kept();
"""

PRACTICE = """
CREATE TABLE practice_gateway_payment (
  reference varchar(60) PRIMARY KEY,
  key varchar(80) NOT NULL UNIQUE,
  digest char(64) NOT NULL,
  request text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency char(3) NOT NULL,
  state varchar(10) NOT NULL CHECK (state IN ('pending', 'abandoned', 'declined', 'paid'))
);
CREATE TABLE practice_gateway_refund (
  reference varchar(60) PRIMARY KEY,
  key varchar(80) NOT NULL UNIQUE,
  digest char(64) NOT NULL,
  payment varchar(60) NOT NULL REFERENCES practice_gateway_payment (reference),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0)
);
"""

NO_PRACTICE = "DROP TABLE practice_gateway_refund; DROP TABLE practice_gateway_payment;"


class Migration(migrations.Migration):
    dependencies = [("licensing", "0001_initial")]

    operations = [
        *append_only_all(
            [
                "licensing_pricebook",
                "licensing_terms",
                "licensing_orderline",
                "licensing_download",
            ]
        ),
        migrations.RunSQL(ORDERS, NO_ORDERS),
        migrations.RunSQL(LICENCES, NO_LICENCES),
        migrations.RunSQL(PRACTICE, NO_PRACTICE),
    ]
