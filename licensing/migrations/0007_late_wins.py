"""A licence that a lost dispute ended counts again when the dispute is won after all."""

from django.db import migrations

KEPT = """
CREATE OR REPLACE FUNCTION licensing_licence_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (NEW.number, NEW.line_id, NEW.sale_id, NEW.buyer_id, NEW.granted_at, NEW.work_id,
         NEW.exclusive)
        IS DISTINCT FROM (OLD.number, OLD.line_id, OLD.sale_id, OLD.buyer_id, OLD.granted_at,
         OLD.work_id, OLD.exclusive)
     OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.revoked_because)
        IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_because){unless}) THEN
    RAISE EXCEPTION 'licence % stays as it was granted; it can be revoked once', OLD.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""

# What a lost dispute ended says so in both places.
UNLESS_WON = """
        AND NOT (OLD.suspended_at IS NOT NULL AND OLD.suspended_because = OLD.revoked_because
                 AND NEW.revoked_at IS NULL AND NEW.suspended_at IS NULL)"""


class Migration(migrations.Migration):
    dependencies = [("licensing", "0006_erased_events")]

    operations = [
        migrations.RunSQL(KEPT.format(unless=UNLESS_WON), KEPT.format(unless="")),
    ]
