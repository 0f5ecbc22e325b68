"""Events that a gateway tells of: stored as they came, then acted on by asking the gateway."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from licensing.models import GatewayEvent, Payment, Sweep
from licensing.rules.gateway import Subject, Telling, Told, Unavailable
from licensing.services import gateways, payments
from licensing.services.gateways import NoGateway
from royalties.services import hearing, movements
from stockcoop.kernel.errors import Refused

log = logging.getLogger(__name__)

# The webhooks of the last minute have jobs of their own.
WAIT = timedelta(minutes=1)
# Events may be listed later than they are dated, and clocks differ.
OVERLAP = timedelta(hours=2)
KEPT = timedelta(days=30)


def receive(*, gateway: str, body: bytes, signature: str, at: datetime) -> GatewayEvent:
    """Store the event in a signed message, and queue what is to be done about it.

    The same event again changes nothing. Raises NoGateway, NotGenuine.
    """
    for telling in gateways.telling():
        if telling.name == gateway:
            return _store(gateway, telling.told(body, signature), at)
    raise NoGateway("Nothing is heard from this gateway here.", status=404)


def hear(*, event: GatewayEvent, at: datetime) -> GatewayEvent:
    """Act on `event` and note what came of it; one that was acted on stays as it is.

    Raises GatewayError and NoGateway: then it waits, and is heard again.
    """
    event = GatewayEvent.objects.get(pk=event.pk)
    if event.handled_at is None:
        outcome = _act(event, at)
        GatewayEvent.objects.filter(pk=event.pk, handled_at=None).update(
            handled_at=at, outcome=outcome[:200]
        )
    return GatewayEvent.objects.get(pk=event.pk)


def hear_waiting(*, at: datetime) -> int:
    """Act on the events that were left over; how many are done now."""
    done = 0
    for event in GatewayEvent.objects.waiting(at - WAIT)[:500]:
        try:
            done += hear(event=event, at=at).handled_at is not None
        except Refused as refusal:
            log.warning("event %s: %s", event.reference, refusal)
    return done


def sweep(*, at: datetime) -> int:
    """Ask each gateway for the events that did not reach us, and store them; how many are new."""
    new = 0
    for telling in gateways.telling():
        swept = Sweep.objects.filter(gateway=telling.name).first()
        since = max(swept.asked_until - OVERLAP if swept else at - KEPT, at - KEPT)
        for told in telling.events(since):
            known = GatewayEvent.objects.filter(gateway=telling.name, reference=told.reference)
            if not known.exists():
                _store(telling.name, told, at)
                new += 1
        Sweep.objects.update_or_create(gateway=telling.name, defaults={"asked_until": at})
    return new


def erase(*, at: datetime, kept: timedelta) -> int:
    """Erase the text of the events that were acted on longer ago than `kept`; how many.

    What they were about, when and with what outcome stays, and so does that they came.
    """
    return GatewayEvent.objects.spent(at - kept).update(body="", erased_at=at)


@transaction.atomic
def _store(gateway: str, told: Told, at: datetime) -> GatewayEvent:
    nothing = told.subject is Subject.NOTHING or not told.about
    event, new = GatewayEvent.objects.get_or_create(
        gateway=gateway,
        reference=told.reference,
        defaults={
            "kind": told.kind,
            "subject": told.subject,
            "about": told.about,
            "body": told.body.replace("\0", ""),
            "told_at": told.told_at,
            "stored_at": at,
            "handled_at": at if nothing else None,
            "outcome": "nothing to do" if nothing else "",
        },
    )
    if new and not nothing:
        app.configure_task("licensing.hear_event", queue="money").defer(event_id=event.pk)
    return event


def _act(event: GatewayEvent, at: datetime) -> str:
    match Subject(event.subject):
        case Subject.PAYMENT | Subject.PAYMENT_ALIAS:
            payment = _payment(event)
            if payment is None:
                return "not a payment of ours"
            return payments.hear(payment=payment, at=at).value
        case Subject.ACCOUNT:
            return hearing.account(reference=event.about, at=at)
        case Subject.PAYOUT:
            return hearing.payout(reference=event.about, at=at)
        case Subject.BALANCE:
            for moved in _telling(event.gateway).banked(event.about):
                movements.take_in_alone(gateway=event.gateway, moved=moved, at=at)
            return "on record"
    return "nothing to do"


def _payment(event: GatewayEvent) -> Payment | None:
    by = "reference" if event.subject == Subject.PAYMENT else "alias"
    found = Payment.objects.filter(gateway=event.gateway, **{by: event.about}).first()
    if found is not None:
        return found
    return payment_by_name(
        _telling(event.gateway), event.about, is_alias=event.subject == Subject.PAYMENT_ALIAS
    )


def payment_by_name(telling: Telling, name: str, *, is_alias: bool) -> Payment | None:
    """The payment that the gateway calls `name`, found by the key that travels with it there.

    None when it is not ours. Raises Unavailable when it is, but its beginning is still under way.
    """
    alias = name if is_alias else gateways.named(telling.name).answer(name).alias
    try:
        key = UUID(telling.key_of(alias) if alias else "")
    except ValueError:
        return None
    payment = Payment.objects.filter(gateway=telling.name, uuid=key).first()
    if payment is None:
        return None
    if not payment.reference and is_alias:
        raise Unavailable(f"The beginning of payment {payment.uuid} is not on record yet.")
    if not payment.reference:
        # The answer that named it was lost; the event brought the name.
        Payment.objects.filter(pk=payment.pk, reference="").update(reference=name)
    return Payment.objects.get(pk=payment.pk)


def _telling(gateway: str) -> Telling:
    for telling in gateways.telling():
        if telling.name == gateway:
            return telling
    raise NoGateway("Nothing is heard from this gateway here.")
