"""Closed years, plans, their votes and distributions are written once."""

from django.db import migrations

from stockcoop.kernel.db import append_only_all


class Migration(migrations.Migration):
    dependencies = [("royalties", "0003_surplus")]

    operations = append_only_all(
        [
            "royalties_yearclose",
            "royalties_distributionplan",
            "royalties_distributionshare",
            "royalties_distributionvote",
            "royalties_votedplan",
            "royalties_distribution",
        ]
    )
