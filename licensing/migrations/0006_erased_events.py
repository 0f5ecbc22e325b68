"""The text of old events is erased; what they were about and their digest stay."""

from django.db import migrations, models

# Whatever else is written with it, an erased text leaves the digest of what was here.
ERASED = """
DROP TRIGGER licensing_event_fixed ON licensing_gatewayevent;
CREATE FUNCTION licensing_event_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.gateway, NEW.reference, NEW.kind, NEW.subject, NEW.about, NEW.told_at, NEW.stored_at)
     IS DISTINCT FROM (OLD.gateway, OLD.reference, OLD.kind, OLD.subject, OLD.about, OLD.told_at,
      OLD.stored_at)
     OR (OLD.handled_at IS NOT NULL AND (NEW.handled_at, NEW.outcome)
         IS DISTINCT FROM (OLD.handled_at, OLD.outcome))
     OR ((NEW.body, NEW.digest, NEW.erased_at)
         IS DISTINCT FROM (OLD.body, OLD.digest, OLD.erased_at)
         AND (OLD.handled_at IS NULL OR OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL
              OR NEW.body <> '')) THEN
    RAISE EXCEPTION 'event % is kept as it came, and handled once', OLD.reference
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL THEN
    NEW.digest := encode(sha256(convert_to(OLD.body, 'UTF8')), 'hex');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licensing_event_changes BEFORE UPDATE ON licensing_gatewayevent FOR EACH ROW
  EXECUTE FUNCTION licensing_event_changes();
"""

NOT_ERASED = """
DROP TRIGGER licensing_event_changes ON licensing_gatewayevent;
DROP FUNCTION licensing_event_changes();
CREATE TRIGGER licensing_event_fixed BEFORE UPDATE ON licensing_gatewayevent FOR EACH ROW
  WHEN (OLD.handled_at IS NOT NULL OR
        (OLD.gateway, OLD.reference, OLD.kind, OLD.subject, OLD.about, OLD.body, OLD.told_at,
         OLD.stored_at)
        IS DISTINCT FROM (NEW.gateway, NEW.reference, NEW.kind, NEW.subject, NEW.about, NEW.body,
         NEW.told_at, NEW.stored_at))
  EXECUTE FUNCTION licensing_event_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0005_stuck_refunds"),
    ]

    operations = [
        migrations.AddField(
            model_name="gatewayevent",
            name="digest",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="gatewayevent",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="gatewayevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("digest", ""), ("erased_at", None)),
                    models.Q(
                        ("body", ""),
                        ("digest__regex", "^[0-9a-f]{64}$"),
                        ("erased_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="licensing_event_erased",
            ),
        ),
        migrations.RunSQL(ERASED, NOT_ERASED),
    ]
