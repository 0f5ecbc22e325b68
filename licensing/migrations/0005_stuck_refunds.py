"""Refunds that a gateway was asked for too often: how often, when next, and why."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0004_stripe"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="refund",
            name="licensing_refund_done",
        ),
        migrations.AddField(
            model_name="refund",
            name="failure",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.AddField(
            model_name="refund",
            name="next_try_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="tries",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="refund",
            name="state",
            field=models.CharField(
                choices=[("asked", "asked"), ("stuck", "stuck"), ("done", "done")],
                default="asked",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("state", "asked")),
                    models.Q(
                        ("done_at", None),
                        ("state", "stuck"),
                        models.Q(("failure", ""), _negated=True),
                    ),
                    models.Q(
                        ("done_at__gte", models.F("asked_at")),
                        ("done_at__isnull", False),
                        ("state", "done"),
                        models.Q(("reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="licensing_refund_done",
            ),
        ),
    ]
