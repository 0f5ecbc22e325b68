"""Work that the ledger leaves to the worker."""

from procrastinate.contrib.django import app

from ledger.services import subtotals


@app.periodic(cron="* * * * *")
@app.task(name="ledger.roll_up", queue="money", queueing_lock="ledger.roll_up")
def roll_up(timestamp: int) -> None:
    """Keep the subtotals near the end of the ledger; twice does nothing more."""
    subtotals.roll_up()
