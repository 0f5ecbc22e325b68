"""What is written once about floors, holds, withholding and years."""

from django.db import migrations

from stockcoop.kernel.db import append_only_all


class Migration(migrations.Migration):
    dependencies = [("royalties", "0012_withholding")]

    operations = [
        *append_only_all(
            [
                "royalties_ownfloor",
                "royalties_holdreason",
                "royalties_payouthold",
                "royalties_payoutholdend",
                "royalties_taxterms",
                "royalties_taxprofile",
                "royalties_payoutpart",
                "royalties_yearstatement",
            ]
        ),
    ]
