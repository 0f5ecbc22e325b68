"""Consents, notices and redemptions are written once; nothing is redeemed beyond what stands."""

from django.db import migrations

from stockcoop.kernel.db import append_only_all

_GUARD = """
CREATE FUNCTION royalties_redemption_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'proposed' THEN
    RAISE EXCEPTION 'a redemption run that was decided stays as it is'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state = 'approved' AND EXISTS (
    SELECT 1 FROM royalties_redemption own
      JOIN royalties_patronagenotice n ON n.id = own.notice_id
     WHERE own.run_id = NEW.id
       AND n.retained_minor < own.amount_minor + coalesce((
         SELECT sum(before.amount_minor) FROM royalties_redemption before
           JOIN royalties_redemptionrun r ON r.id = before.run_id
          WHERE before.notice_id = n.id AND r.state = 'approved' AND r.id <> NEW.id), 0)
  ) THEN
    RAISE EXCEPTION 'a redemption run redeems more than was retained'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("royalties", "0016_retained_patronage")]

    operations = [
        *append_only_all(
            [
                "royalties_patronageconsent",
                "royalties_patronagenotice",
                "royalties_redemption",
            ]
        ),
        migrations.RunSQL(
            sql=[
                _GUARD,
                "CREATE TRIGGER royalties_redemptionrun_guard BEFORE UPDATE OR DELETE "
                "ON royalties_redemptionrun FOR EACH ROW "
                "EXECUTE FUNCTION royalties_redemption_guard()",
            ],
            reverse_sql=[
                "DROP TRIGGER royalties_redemptionrun_guard ON royalties_redemptionrun",
                "DROP FUNCTION royalties_redemption_guard()",
            ],
        ),
    ]
