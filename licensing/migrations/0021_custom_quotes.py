"""Enquiries and custom quotes, and the lines and licences that come of them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE FUNCTION licensing_enquiry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving text[] = ARRAY['state', 'ended_at', 'ended_by_id', 'ended_because'];
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('declined', 'taken back')
     OR to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving THEN
    RAISE EXCEPTION 'an enquiry stays as it was asked, and ends once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licensing_enquiry_kept BEFORE UPDATE OR DELETE ON licensing_enquiry
  FOR EACH ROW EXECUTE FUNCTION licensing_enquiry_kept();

CREATE FUNCTION licensing_custom_quote_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving text[] = ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_because'];
BEGIN
  IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
     OR to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving THEN
    RAISE EXCEPTION 'a custom quote stays as it was given, and is withdrawn once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licensing_custom_quote_kept BEFORE UPDATE OR DELETE ON licensing_customquote
  FOR EACH ROW EXECUTE FUNCTION licensing_custom_quote_kept();

CREATE FUNCTION licensing_line_as_quoted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM licensing_customquote q
    JOIN licensing_enquiry e ON e.id = q.enquiry_id
    JOIN licensing_order o ON o.id = NEW.order_id
    WHERE q.id = NEW.custom_quote_id AND q.withdrawn_at IS NULL AND o.placed_at <= q.expires_at
      AND e.buyer_id = o.buyer_id AND e.work_id = NEW.work_id
      AND q.price_book_id = NEW.price_book_id AND q.kind = NEW.kind AND q.size = NEW.size
      AND q.add_ons = NEW.add_ons AND q.price_minor = NEW.price_minor
      AND q.currency = NEW.currency AND NEW.upgrades_id IS NULL
    FOR SHARE OF q;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'an order line is unlike its custom quote'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licensing_line_as_quoted BEFORE INSERT ON licensing_orderline
  FOR EACH ROW WHEN (NEW.custom_quote_id IS NOT NULL) EXECUTE FUNCTION licensing_line_as_quoted();

CREATE FUNCTION licensing_licence_quoted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.custom_quote_id = (SELECT custom_quote_id FROM licensing_orderline WHERE id = NEW.line_id);
  RETURN NEW;
END $$;
CREATE TRIGGER licensing_licence_quoted BEFORE INSERT OR UPDATE OF custom_quote_id
  ON licensing_licence FOR EACH ROW EXECUTE FUNCTION licensing_licence_quoted();
"""
UNDO = """
DROP TRIGGER licensing_licence_quoted ON licensing_licence;
DROP FUNCTION licensing_licence_quoted();
DROP TRIGGER licensing_line_as_quoted ON licensing_orderline;
DROP FUNCTION licensing_line_as_quoted();
DROP TRIGGER licensing_custom_quote_kept ON licensing_customquote;
DROP FUNCTION licensing_custom_quote_kept();
DROP TRIGGER licensing_enquiry_kept ON licensing_enquiry;
DROP FUNCTION licensing_enquiry_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0020_claims"),
        ("media", "0009_splits_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomQuote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=24)),
                ("size", models.CharField(max_length=24)),
                ("add_ons", models.JSONField(default=dict)),
                ("price_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("clause", models.CharField(blank=True, max_length=500)),
                ("digest", models.CharField(max_length=64)),
                ("quoted_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_because", models.CharField(blank=True, max_length=300)),
                (
                    "price_book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.pricebook",
                    ),
                ),
                (
                    "quoted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["quoted_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="cartline",
            name="custom_quote",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.customquote",
            ),
        ),
        migrations.AddField(
            model_name="licence",
            name="custom_quote",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.customquote",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="custom_quote",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="licensing.customquote",
            ),
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("purpose", models.CharField(max_length=1000)),
                ("kind", models.CharField(blank=True, max_length=24)),
                ("needed_by", models.DateField(blank=True, null=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("answered", "answered"),
                            ("declined", "declined"),
                            ("taken back", "taken back"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_because", models.CharField(blank=True, max_length=300)),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="media.work",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "enquiries",
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="customquote",
            name="enquiry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quotes",
                to="licensing.enquiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("buyer", "work"),
                name="licensing_enquiry_waiting_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose", ""), _negated=True),
                name="licensing_enquiry_purposeful",
            ),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        ("state__in", ["declined", "taken back"]),
                    ),
                    models.Q(
                        ("ended_at", None),
                        ("ended_because", ""),
                        ("ended_by", None),
                        ("state__in", ["waiting", "answered"]),
                    ),
                    _connector="OR",
                ),
                name="licensing_enquiry_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="customquote",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("enquiry",),
                name="licensing_custom_quote_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="customquote",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_minor__gt", 0)), name="licensing_custom_quote_priced"
            ),
        ),
        migrations.AddConstraint(
            model_name="customquote",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("quoted_at"))),
                name="licensing_custom_quote_lasts",
            ),
        ),
        migrations.AddConstraint(
            model_name="customquote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("withdrawn_at", None), ("withdrawn_because", ""), ("withdrawn_by", None)
                    ),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="licensing_custom_quote_withdrawn",
            ),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
