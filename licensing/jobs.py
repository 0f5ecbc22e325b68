"""Background work of licensing; each task may run twice."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from licensing.models import GatewayEvent, Payment
from licensing.services import events, freeze_artists, freeze_notices, payments, reconcile, refunds

BACKOFF = RetryStrategy(max_attempts=6, exponential_wait=4)


@app.periodic(cron="* * * * *")
@app.task(name="licensing.hear_payments", queue="money", queueing_lock="licensing.hear_payments")
def hear_payments(timestamp: int) -> None:
    """Settle payments whose buyers did not come back from the gateway."""
    payments.sweep(at=timezone.now())


@app.task(name="licensing.close_payment", queue="money", retry=BACKOFF)
def close_payment(payment_id: int) -> None:
    """Have no money taken for an order that was cancelled; `hear_payments` sees to a failure."""
    payments.close(payment=Payment.objects.get(pk=payment_id), at=timezone.now())


@app.task(name="licensing.give_back", queue="money")
def give_back(refund_id: int) -> None:
    """Give back the price of a line that came too late; `finish_refunds` sees to a failure."""
    refunds.finish(at=timezone.now(), only=refund_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="licensing.finish_refunds", queue="money", queueing_lock="licensing.finish_refunds")
def finish_refunds(timestamp: int) -> None:
    """Finish refunds that were cut short between the gateway and the books."""
    refunds.finish(at=timezone.now())


@app.task(name="licensing.hear_event", queue="money", retry=BACKOFF)
def hear_event(event_id: int) -> None:
    """Act on what a gateway told of."""
    events.hear(event=GatewayEvent.objects.get(pk=event_id), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="licensing.hear_events", queue="money", queueing_lock="licensing.hear_events")
def hear_events(timestamp: int) -> None:
    """Act on events whose own jobs were given up."""
    events.hear_waiting(at=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="licensing.sweep_events", queue="money", queueing_lock="licensing.sweep_events")
def sweep_events(timestamp: int) -> None:
    """Ask for the events that did not reach us."""
    events.sweep(at=timezone.now())


@app.periodic(cron="25 5 * * *")
@app.task(name="licensing.erase_events", queue="money", queueing_lock="licensing.erase_events")
def erase_events(timestamp: int) -> None:
    """Erase the text of old events, which may name buyers."""
    events.erase(at=timezone.now(), kept=timedelta(days=settings.EVENTS_KEPT_DAYS))


@app.periodic(cron="40 4 * * *")
@app.task(name="licensing.reconcile", queue="money", queueing_lock="licensing.reconcile")
def reconcile_daily(timestamp: int) -> None:
    """Hold the gateway's account of its movements against the ledger."""
    reconcile.daily(at=timezone.now())


@app.periodic(cron="20 6 * * *")
@app.task(name="licensing.freezes_end", queueing_lock="licensing.freezes_end")
def freezes_end(timestamp: int) -> None:
    """Tell the holders whose freezes end soon, and the artists whose works' freezes are over."""
    now = timezone.now()
    freeze_notices.tell_of_ends(at=now)
    freeze_artists.tell_of_ends(at=now)
