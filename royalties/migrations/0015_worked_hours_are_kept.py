"""Hours of work are written once; a correction is a newer record."""

from django.db import migrations

from stockcoop.kernel.db import append_only


class Migration(migrations.Migration):
    dependencies = [("royalties", "0014_bylaw_steps")]

    operations = [append_only("royalties_workedhours")]
