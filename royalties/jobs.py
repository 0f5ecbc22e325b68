"""Background work of the royalties: each task may run twice, or in two workers, without harm."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from royalties.adapters import gateways
from royalties.models import PayoutRun
from royalties.services import distributions, payouts, returns, statements, years

BACKOFF = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(name="royalties.pay_run", queue="money", retry=BACKOFF)
def pay_run(run_id: int) -> None:
    """Make the payouts of an approved run that are still to be made."""
    run = PayoutRun.objects.get(pk=run_id)
    payouts.pay_run(
        run=run,
        gateway=gateways.current(),
        accounts=gateways.with_accounts(),
        at=timezone.now(),
    )


@app.periodic(cron="*/10 * * * *")
@app.task(name="royalties.finish_runs", queue="money", queueing_lock="royalties.finish_runs")
def finish_runs(timestamp: int) -> None:
    """Go on with runs whose job was given up after too many unknown errors."""
    payouts.finish_runs(
        gateway=gateways.current(), accounts=gateways.with_accounts(), at=timezone.now()
    )


@app.periodic(cron="*/5 * * * *")
@app.task(name="royalties.finish_returns", queue="money", queueing_lock="royalties.finish_returns")
def finish_returns(timestamp: int) -> None:
    """Take back the payouts that the gateway has not given back yet."""
    returns.finish(gateway=gateways.current(), at=timezone.now())


@app.periodic(cron="20 3 * * *")
@app.task(name="royalties.issue_statements", queue="money", queueing_lock="royalties.statements")
def issue_statements(timestamp: int) -> None:
    """Issue the statements of months that have ended, and of years."""
    now = timezone.now()
    statements.issue_due(at=now)
    years.issue_due(at=now)


@app.periodic(cron="* * * * *")
@app.task(name="royalties.settle_votes", queue="money", queueing_lock="royalties.settle_votes")
def settle_votes(timestamp: int) -> None:
    """Carry out the votes on a surplus that are over."""
    distributions.settle_due(timezone.now())
