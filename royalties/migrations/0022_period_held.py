"""Whether a month is finished, held and then read in one call."""

from django.db import migrations

# Each statement of a volatile function sees what was committed before it began, so what was
# closed before the lock was had is seen.
PERIOD_HELD = migrations.RunSQL(
    sql="""
CREATE FUNCTION royalties_period_held(
  asked_year int, asked_month date, OUT closed boolean, OUT told boolean
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('royalties.periods'));
  SELECT EXISTS (SELECT FROM ledger_entry WHERE source = 'close:' || asked_year),
         EXISTS (SELECT FROM royalties_statement WHERE month >= asked_month)
         OR EXISTS (SELECT FROM royalties_yearstatement WHERE year >= asked_year)
    INTO closed, told;
END $$;
""",
    reverse_sql="DROP FUNCTION royalties_period_held(int, date)",
)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_subtotals"),
        ("royalties", "0021_remittances_that_come_back"),
    ]

    operations = [PERIOD_HELD]
