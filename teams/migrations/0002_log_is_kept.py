from django.db import migrations

from stockcoop.kernel.db import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0001_teams"),
    ]

    operations = [append_only("teams_teamevent")]
