"""Background work of licensing; each task may run twice."""

from django.utils import timezone
from procrastinate.contrib.django import app

from licensing.services import payments, refunds


@app.periodic(cron="* * * * *")
@app.task(name="licensing.hear_payments", queue="money", queueing_lock="licensing.hear_payments")
def hear_payments(timestamp: int) -> None:
    """Settle payments whose buyers did not come back from the gateway."""
    payments.sweep(at=timezone.now())


@app.task(name="licensing.give_back", queue="money")
def give_back(refund_id: int) -> None:
    """Give back the price of a line that came too late; `finish_refunds` sees to a failure."""
    refunds.finish(at=timezone.now(), only=refund_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="licensing.finish_refunds", queue="money", queueing_lock="licensing.finish_refunds")
def finish_refunds(timestamp: int) -> None:
    """Finish refunds that were cut short between the gateway and the books."""
    refunds.finish(at=timezone.now())
