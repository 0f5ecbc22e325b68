"""Payouts that a gateway was asked for too often without an answer."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_promises"),
        ("royalties", "0006_stripe"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="payout",
            name="payout_one_open_per_member",
        ),
        migrations.RemoveConstraint(
            model_name="payout",
            name="payout_failed_for_a_reason",
        ),
        migrations.AddField(
            model_name="payout",
            name="next_try_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="payout",
            name="tries",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="payout",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "planned"),
                    ("sending", "sending"),
                    ("stuck", "stuck"),
                    ("paid", "paid"),
                    ("failed", "failed"),
                    ("dropped", "dropped"),
                ],
                default="planned",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["failed", "planned", "sending", "stuck"])),
                fields=("member", "currency"),
                name="payout_one_open_per_member",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["failed", "stuck"]), _negated=True),
                    models.Q(("failure", ""), _negated=True),
                    _connector="OR",
                ),
                name="payout_failed_for_a_reason",
            ),
        ),
    ]
