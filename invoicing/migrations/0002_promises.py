"""Rows written once; numbers that follow each other without a gap."""

from django.db import migrations

from stockcoop.kernel.db import append_only_all

NUMBERS = """
CREATE FUNCTION invoicing_next_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.year <> OLD.year OR NEW.last <> OLD.last + 1 THEN
    RAISE EXCEPTION 'series % goes on by one', OLD.year
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoicing_next_number BEFORE UPDATE OR DELETE ON invoicing_series
  FOR EACH ROW EXECUTE FUNCTION invoicing_next_number();

CREATE FUNCTION invoicing_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number IS DISTINCT FROM (SELECT last FROM invoicing_series WHERE year = NEW.series)
     OR (NEW.number > 1 AND NOT EXISTS (
       SELECT FROM invoicing_invoice WHERE series = NEW.series AND number = NEW.number - 1)) THEN
    RAISE EXCEPTION 'number % of % does not follow the last one', NEW.number, NEW.series
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoicing_no_gap BEFORE INSERT ON invoicing_invoice
  FOR EACH ROW EXECUTE FUNCTION invoicing_no_gap();

CREATE FUNCTION invoicing_number_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT FROM invoicing_invoice WHERE series = NEW.year AND number = NEW.last) THEN
    RAISE EXCEPTION 'number % of % was taken and not used', NEW.last, NEW.year
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_number_used AFTER INSERT OR UPDATE ON invoicing_series
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION invoicing_number_used();
"""

NO_NUMBERS = """
DROP TRIGGER invoicing_number_used ON invoicing_series;
DROP TRIGGER invoicing_no_gap ON invoicing_invoice;
DROP TRIGGER invoicing_next_number ON invoicing_series;
DROP FUNCTION invoicing_number_used();
DROP FUNCTION invoicing_no_gap();
DROP FUNCTION invoicing_next_number();
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_invoices")]

    operations = [
        *append_only_all(["invoicing_taxbook", "invoicing_assessment", "invoicing_invoice"]),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
    ]
