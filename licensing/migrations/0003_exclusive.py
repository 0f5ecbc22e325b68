"""Exclusive licences: held apart by a constraint, and lines lost to them refunded."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

# The programs of the release before know neither column, so the database fills both.
FILLED = """
CREATE FUNCTION licensing_licence_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT work_id, exclusive INTO NEW.work_id, NEW.exclusive
    FROM licensing_orderline WHERE id = NEW.line_id;
  RETURN NEW;
END $$;
CREATE TRIGGER licensing_licence_of_line BEFORE INSERT ON licensing_licence
  FOR EACH ROW EXECUTE FUNCTION licensing_licence_of_line();
UPDATE licensing_licence c SET work_id = l.work_id, exclusive = l.exclusive
  FROM licensing_orderline l WHERE l.id = c.line_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

NOT_FILLED = """
DROP TRIGGER licensing_licence_of_line ON licensing_licence;
DROP FUNCTION licensing_licence_of_line();
"""

KEPT = """
CREATE OR REPLACE FUNCTION licensing_licence_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (NEW.number, NEW.line_id, NEW.sale_id, NEW.buyer_id, NEW.granted_at{new})
        IS DISTINCT FROM (OLD.number, OLD.line_id, OLD.sale_id, OLD.buyer_id, OLD.granted_at{old})
     OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.revoked_because)
        IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_because)) THEN
    RAISE EXCEPTION 'licence % stays as it was granted; it can be revoked once', OLD.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""

# A line of a paid order has its licence and its sale, or its price is given back.
PAID = """
CREATE OR REPLACE FUNCTION licensing_check_order(which bigint) RETURNS void LANGUAGE plpgsql AS $$
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
      WHERE l.order_id = which AND s.id IS NULL{unless}) THEN
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

UNLESS_REFUNDED = """
        AND NOT (c.id IS NULL AND EXISTS (
          SELECT FROM licensing_refund r WHERE r.line_id = l.id
          AND r.amount_minor = l.price_minor AND r.currency = l.currency))"""

PLACE = models.Case(models.When(exclusive=True, revoked_at=None, then=None), default=models.F("id"))


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0002_promises"),
        ("media", "0002_uploads_and_reasons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.AddField(
            "orderline", "exclusive", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AlterField(
            "refund",
            "asked_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("licence", "exclusive", models.BooleanField(editable=False, null=True)),
        migrations.AddField(
            "licence",
            "work",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="media.work",
            ),
        ),
        migrations.RunSQL(FILLED, NOT_FILLED),
        migrations.AlterField("licence", "exclusive", models.BooleanField(editable=False)),
        migrations.AlterField(
            "licence",
            "work",
            models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="media.work",
            ),
        ),
        migrations.AddConstraint(
            "licence",
            django.contrib.postgres.constraints.ExclusionConstraint(
                name="licensing_licence_alone",
                expressions=[
                    ("work", "="),
                    (
                        models.Func(
                            PLACE,
                            PLACE,
                            models.Value("[]"),
                            function="int8range",
                            output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                        ),
                        "&&",
                    ),
                ],
            ),
        ),
        migrations.RunSQL(
            KEPT.format(new=", NEW.work_id, NEW.exclusive", old=", OLD.work_id, OLD.exclusive"),
            KEPT.format(new="", old=""),
        ),
        migrations.RunSQL(PAID.format(unless=UNLESS_REFUNDED), PAID.format(unless="")),
    ]
