"""Sending a buyer to pay, and hearing what became of it."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from licensing.models import Order, Payment
from licensing.models.payments import PaymentQuerySet
from licensing.rules.gateway import Charge, ChargedItem, GatewayError
from licensing.rules.states import OrderState, PaymentState
from licensing.services import gateways, orders, room, settling, spending
from licensing.services.carts import NotForSale
from licensing.services.orders import NotOpen

log = logging.getLogger(__name__)

PAYABLE_FOR = timedelta(hours=12)
BEGUN_WITHIN = PAYABLE_FOR - timedelta(hours=1)
SWEEP_AFTER = timedelta(minutes=2)
SWEEP_UNTIL = timedelta(hours=48)


def begin(*, order: Order, return_url: str, at: datetime) -> str:
    """The address where the buyer pays `order` and is sent back from to `return_url`.

    A payment under way is taken up again, so no order has two at once; when it turns out to be
    made, the address is `return_url` itself. Raises NotOpen, NotForSale, NotApproved, GatewayError,
    NoGateway.
    """
    payment = _alive(order, at)
    if payment.reference:
        state = hear(payment=payment, at=at)
        if state is PaymentState.PAID:
            return return_url
        if state is PaymentState.PENDING:
            return payment.url
        payment = _alive(order, at)
    started = gateways.named(payment.gateway).start(
        _charge(order, payment, return_url), key=str(payment.uuid)
    )
    _of(payment).filter(reference="").update(reference=started.reference, url=started.url)
    if Order.objects.filter(pk=order.pk, state=OrderState.CANCELLED).exists():
        # In another tab, while the gateway was asked; then nobody has closed this payment.
        orders.close_payments(order=order)
        raise NotOpen(f"Order {order.number} is not open any more.")
    return started.url


def hear(*, payment: Payment, at: datetime) -> PaymentState:
    """Ask the gateway what became of `payment` and act on it; as often and as late as you like.

    Raises GatewayError, NoGateway, settling.WrongAmount.
    """
    # What a payment that was made says of itself may leave out refunds that failed since.
    made = payment.state == PaymentState.PAID
    answer = gateways.named(payment.gateway).answer(payment.reference, thorough=made)
    return settling.apply(payment=payment, answer=answer, at=at)


def close(*, payment: Payment, at: datetime) -> PaymentState:
    """Have no money taken for the payment of a cancelled order, and hear what became of it.

    One that was made before settles its order. Raises as `hear` does.
    """
    gateways.named(payment.gateway).close(payment.reference)
    return hear(payment=payment, at=at)


def sweep(*, at: datetime) -> int:
    """Hear of the payments whose buyers did not come back; how many have ended.

    Those of cancelled orders are closed.
    """
    waiting = Payment.objects.pending().filter(
        started_at__range=(at - SWEEP_UNTIL, at - SWEEP_AFTER)
    )
    ended = 0
    for payment in waiting.exclude(reference="").select_related("order"):
        ask = close if payment.order.state == OrderState.CANCELLED else hear
        try:
            ended += ask(payment=payment, at=at) is not PaymentState.PENDING
        except GatewayError as error:
            log.warning("payment %s: %s", payment.uuid, error)
    return ended


@transaction.atomic
def _alive(order: Order, at: datetime) -> Payment:
    """The payment under way for an open order, or a new one."""
    locked = Order.objects.select_for_update().get(pk=order.pk)
    if not locked.is_open:
        raise NotOpen(f"Order {order.number} is not open any more.")
    spending.require_approved(order=locked)
    _require_for_sale(locked, at)
    payment = locked.payments.pending().first()
    if payment and not payment.reference and payment.started_at < at - BEGUN_WITHIN:
        # Its beginning was never answered, so nobody has its address; the gateway's time for it
        # runs out.
        _of(payment).update(state=PaymentState.ABANDONED, ended_at=at)
        payment = None
    return payment or Payment.objects.create(
        order=locked,
        gateway=gateways.chosen().name,
        amount_minor=locked.total_minor,
        currency=locked.currency,
        started_at=at,
    )


def _require_for_sale(order: Order, at: datetime) -> None:
    lines = list(order.lines.select_related("work", "upgrades__line", "order"))
    in_the_way = room.obstacles(lines, at=at)
    for line in lines:
        gone = in_the_way.get(line, "") or room.withheld(line)
        if not line.work.is_published:
            gone = f"“{line.work.title}” has been withdrawn since you ordered."
        if gone:
            raise NotForSale(
                f"{gone} Please cancel this order: the other works go back into your cart."
            )


def _of(payment: Payment) -> PaymentQuerySet:
    return Payment.objects.filter(pk=payment.pk)


def _charge(order: Order, payment: Payment, return_url: str) -> Charge:
    items = tuple(
        ChargedItem(f"{line.work.title} ({line.kind}, {line.size})", line.price)
        for line in order.lines.select_related("work")
    )
    if order.tax:
        items += (ChargedItem("Tax", order.tax),)
    return Charge(
        order=order.number,
        amount=order.total,
        items=items,
        return_url=return_url,
        until=payment.started_at + PAYABLE_FOR,
    )
