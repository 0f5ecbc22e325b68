"""Upgrades: a licence may build on another of the same work, and supersedes it."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

# The programs of the release before know none of these columns, so the database fills them.
FILLED = """
CREATE OR REPLACE FUNCTION licensing_licence_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  base licensing_licence;
BEGIN
  SELECT work_id, exclusive, upgrades_id INTO NEW.work_id, NEW.exclusive, NEW.upgrades_id
    FROM licensing_orderline WHERE id = NEW.line_id;
  NEW.root_id = NEW.id;
  IF NEW.upgrades_id IS NOT NULL THEN
    SELECT * INTO base FROM licensing_licence WHERE id = NEW.upgrades_id;
    IF base.work_id <> NEW.work_id OR base.revoked_at IS NOT NULL THEN
      RAISE EXCEPTION 'licence % is not one that this upgrades', base.number
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.root_id = base.root_id;
  END IF;
  RETURN NEW;
END $$;
UPDATE licensing_licence SET root_id = id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

FILLED_BEFORE = """
CREATE OR REPLACE FUNCTION licensing_licence_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT work_id, exclusive INTO NEW.work_id, NEW.exclusive
    FROM licensing_orderline WHERE id = NEW.line_id;
  RETURN NEW;
END $$;
"""

KEPT = """
CREATE OR REPLACE FUNCTION licensing_licence_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (NEW.number, NEW.line_id, NEW.sale_id, NEW.buyer_id, NEW.granted_at, NEW.work_id,
         NEW.exclusive{new})
        IS DISTINCT FROM (OLD.number, OLD.line_id, OLD.sale_id, OLD.buyer_id, OLD.granted_at,
         OLD.work_id, OLD.exclusive{old})
     OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.revoked_because)
        IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_because)
        AND NOT (OLD.suspended_at IS NOT NULL AND OLD.suspended_because = OLD.revoked_because
                 AND NEW.revoked_at IS NULL AND NEW.suspended_at IS NULL)) THEN
    RAISE EXCEPTION 'licence % stays as it was granted; it can be revoked once', OLD.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""

PLACE = models.Case(models.When(exclusive=True, revoked_at=None, then=None), default=models.F("id"))
ROOM = models.Func(
    PLACE,
    PLACE,
    models.Value("[]"),
    function="int8range",
    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
)
LICENCE = "licensing.licence"


def key(to: str, related_name: str = "+", **options: bool) -> models.ForeignKey:  # type: ignore[type-arg]
    protect = django.db.models.deletion.PROTECT
    return models.ForeignKey(to, on_delete=protect, related_name=related_name, **options)


class Migration(migrations.Migration):
    dependencies = [("licensing", "0010_certificates")]

    operations = [
        migrations.AddField("cartline", "upgrades", key(LICENCE, null=True, blank=True)),
        migrations.AddField("orderline", "upgrades", key(LICENCE, null=True, blank=True)),
        migrations.AddField(
            "orderline", "credit_minor", models.BigIntegerField(db_default=0, default=0)
        ),
        migrations.AddConstraint(
            "orderline",
            models.CheckConstraint(
                condition=models.Q(upgrades=None, credit_minor=0)
                | models.Q(upgrades__isnull=False, credit_minor__gte=0),
                name="licensing_line_credited",
            ),
        ),
        migrations.AddField(
            "licence", "upgrades", key(LICENCE, "successors", null=True, editable=False)
        ),
        migrations.AddField("licence", "root", key(LICENCE, null=True, editable=False)),
        migrations.RunSQL(FILLED, FILLED_BEFORE),
        migrations.AlterField("licence", "root", key(LICENCE, editable=False)),
        migrations.RemoveConstraint("licence", "licensing_licence_alone"),
        migrations.AddConstraint(
            "licence",
            django.contrib.postgres.constraints.ExclusionConstraint(
                name="licensing_licence_alone",
                expressions=[("work", "="), ("root", "<>"), (ROOM, "&&")],
            ),
        ),
        migrations.AddConstraint(
            "licence",
            models.UniqueConstraint(
                fields=["upgrades"],
                condition=models.Q(revoked_at=None),
                name="licensing_licence_upgraded_once",
            ),
        ),
        migrations.RunSQL(
            KEPT.format(new=", NEW.upgrades_id, NEW.root_id", old=", OLD.upgrades_id, OLD.root_id"),
            KEPT.format(new="", old=""),
        ),
    ]
