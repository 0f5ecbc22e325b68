"""Giving money back: the gateway returns it, the licence ends, the sale is reversed."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from licensing.models import Order, OrderLine, Payment, Refund
from licensing.rules.gateway import GatewayError
from licensing.rules.states import PaymentState
from licensing.services import endings, gateways
from members.models import User
from stockcoop.kernel.errors import Refused

log = logging.getLogger(__name__)


class NotRefundable(Refused):
    """These lines cannot be refunded (by this person)."""


def give_back(
    *, order: Order, lines: Sequence[OrderLine], reason: str, by: User, at: datetime
) -> list[Refund]:
    """Refund the chosen `lines` of a paid order, each in full.

    What is asked is on record before the gateway is: a refund cut short is finished by `finish`.
    Raises NotRefundable, GatewayError.
    """
    refunds = _ask(order, lines, reason, by, at)
    for refund in refunds:
        _carry_out(refund, at)
    return refunds


def finish(*, at: datetime, only: int | None = None) -> int:
    """Carry out the refunds that were asked but not confirmed, or the `only` one with this id.

    How many are done now; what the gateway does not confirm this time is for the next.
    """
    asked = Refund.objects.asked().filter(asked_at__lt=at)
    done = 0
    for refund in asked if only is None else asked.filter(pk=only):
        try:
            _carry_out(refund, at)
            done += 1
        except GatewayError as error:
            log.warning("refund %s: %s", refund.uuid, error)
    return done


@transaction.atomic
def _ask(
    order: Order, lines: Sequence[OrderLine], reason: str, by: User, at: datetime
) -> list[Refund]:
    Order.objects.select_for_update().get(pk=order.pk)
    payment = Payment.objects.filter(order=order, state=PaymentState.PAID).first()
    if payment is None:
        raise NotRefundable(f"Order {order.number} has not been paid.")
    if order.buyer_id == by.pk:
        raise NotRefundable("Somebody else has to refund your own order.")
    chosen = order.lines.filter(pk__in=[line.pk for line in lines])
    if not chosen:
        raise NotRefundable("Please choose at least one licence to refund.")
    if Refund.objects.filter(line__in=chosen).exists():
        raise NotRefundable("One of these licences has been refunded already.")
    return [
        Refund.objects.create(
            line=line,
            payment=payment,
            amount_minor=line.price_minor,
            currency=line.currency,
            reason=reason,
            asked_by=by,
            asked_at=at,
        )
        for line in chosen
    ]


def _carry_out(refund: Refund, at: datetime) -> None:
    gateway = gateways.named(refund.payment.gateway)
    returned = gateway.refund(refund.payment.reference, refund.amount, key=str(refund.uuid))
    endings.refunded(refund=refund, returned=returned, at=at)
