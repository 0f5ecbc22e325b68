"""Withheld tax and gifts of a surplus, paid to whom they are owed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_GUARD = """
CREATE FUNCTION royalties_remittance_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'proposed' THEN
    RAISE EXCEPTION 'a remittance that was decided stays as it is'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF (OLD.account, OLD.amount_minor, OLD.currency, OLD.paid_on, OLD.reference, OLD.digest,
      OLD.proposed_by_id, OLD.proposed_at)
     IS DISTINCT FROM
     (NEW.account, NEW.amount_minor, NEW.currency, NEW.paid_on, NEW.reference, NEW.digest,
      NEW.proposed_by_id, NEW.proposed_at) THEN
    RAISE EXCEPTION 'what was proposed to be remitted never changes'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_subtotals"),
        ("royalties", "0019_returns_tried_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Remittance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=80)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("paid_on", models.DateField()),
                ("reference", models.CharField(max_length=120)),
                ("digest", models.CharField(editable=False, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="remittance_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True),
                        name="remittance_has_a_reference",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("account", "currency"),
                        name="remittance_one_proposed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="remittance_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("state", "proposed"),
                            ),
                            models.Q(
                                models.Q(("state", "proposed"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="remittance_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry__isnull", False), ("state", "approved")),
                            models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                ("entry__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="remittance_approved_with_an_entry",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            sql=[
                _GUARD,
                "CREATE TRIGGER royalties_remittance_guard BEFORE UPDATE OR DELETE "
                "ON royalties_remittance FOR EACH ROW "
                "EXECUTE FUNCTION royalties_remittance_guard()",
            ],
            reverse_sql=[
                "DROP TRIGGER royalties_remittance_guard ON royalties_remittance",
                "DROP FUNCTION royalties_remittance_guard()",
            ],
        ),
    ]
