"""Events of gateways, disputes, suspended licences, and reconciliations."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stockcoop.kernel.db import append_only_all

EVENTS = migrations.RunSQL(
    sql="""
CREATE FUNCTION licensing_event_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'event % is kept as it came, and handled once', OLD.reference
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER licensing_event_fixed BEFORE UPDATE ON licensing_gatewayevent FOR EACH ROW
  WHEN (OLD.handled_at IS NOT NULL OR
        (OLD.gateway, OLD.reference, OLD.kind, OLD.subject, OLD.about, OLD.body, OLD.told_at,
         OLD.stored_at)
        IS DISTINCT FROM (NEW.gateway, NEW.reference, NEW.kind, NEW.subject, NEW.about, NEW.body,
         NEW.told_at, NEW.stored_at))
  EXECUTE FUNCTION licensing_event_kept();
CREATE TRIGGER licensing_event_kept BEFORE DELETE ON licensing_gatewayevent FOR EACH ROW
  EXECUTE FUNCTION licensing_event_kept();
""",
    reverse_sql="""
DROP TRIGGER licensing_event_kept ON licensing_gatewayevent;
DROP TRIGGER licensing_event_fixed ON licensing_gatewayevent;
DROP FUNCTION licensing_event_kept();
""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0003_exclusive"),
        ("royalties", "0006_stripe"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("inquiry", "inquiry"),
                            ("open", "open"),
                            ("lost", "lost"),
                            ("won", "won"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-opened_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="GatewayEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=24)),
                ("reference", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=60)),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("payment", "payment"),
                            ("payment_alias", "payment_alias"),
                            ("account", "account"),
                            ("payout", "payout"),
                            ("balance", "balance"),
                            ("nothing", "nothing"),
                        ],
                        max_length=14,
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=120)),
                ("body", models.TextField()),
                ("told_at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=24)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("compared", models.PositiveIntegerField()),
                ("found", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Sweep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=24, unique=True)),
                ("asked_until", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="licence",
            name="suspended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="licence",
            name="suspended_because",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="payment",
            name="alias",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddConstraint(
            model_name="licence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("suspended_at", None), ("suspended_because", "")),
                    models.Q(
                        ("suspended_at__isnull", False),
                        models.Q(("suspended_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="licensing_licence_suspended",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("alias", ""), _negated=True),
                fields=("gateway", "alias"),
                name="licensing_payment_alias",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="licensing.payment",
            ),
        ),
        migrations.AddIndex(
            model_name="gatewayevent",
            index=models.Index(
                condition=models.Q(("handled_at", None)),
                fields=["stored_at"],
                name="licensing_event_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewayevent",
            constraint=models.UniqueConstraint(
                fields=("gateway", "reference"), name="licensing_event_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                fields=("payment", "reference"), name="licensing_dispute_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state__in", ["inquiry", "open"])),
                    models.Q(("closed_at__isnull", False), ("state__in", ["lost", "won"])),
                    _connector="OR",
                ),
                name="licensing_dispute_closed",
            ),
        ),
        EVENTS,
        *append_only_all(["licensing_reconciliation"]),
    ]
