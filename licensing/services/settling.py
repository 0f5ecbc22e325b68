"""What a gateway's answer does to an order: all of it, or nothing."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from licensing.models import Licence, Order, OrderLine, Payment
from licensing.rules import states
from licensing.rules.gateway import Answer, GatewayError
from licensing.rules.states import OrderState, PaymentState
from licensing.services import (
    aftermath,
    exclusives,
    freeze_artists,
    freezes,
    invoices,
    numbering,
    refunds,
    room,
    taxation,
)
from media.services import deliveries
from members.services import notices
from royalties.models import Sale
from royalties.services import sales


class WrongAmount(GatewayError):
    """The gateway speaks of another amount than was asked."""


@transaction.atomic
def apply(*, payment: Payment, answer: Answer, at: datetime) -> PaymentState:
    """Take in `answer`; the first "paid" settles the order, repeated or late ones change nothing.

    Order paid, licences granted, sales and tax in the ledger and the invoice are one transaction,
    and so is what the gateway says has moved since. A line that came too late beside an exclusive
    licence is refunded instead of granted. Raises WrongAmount.
    """
    order = Order.objects.select_for_update().get(pk=payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if answer.amount != payment.amount:
        raise WrongAmount(f"The gateway speaks of {answer.amount} instead of {payment.amount}.")
    known = PaymentState(payment.state)
    state = states.after(known, answer.state)
    if state is not known:
        Payment.objects.filter(pk=payment.pk).update(state=state, ended_at=at)
        if state is PaymentState.PAID:
            _settle(order, payment, at)
    if answer.alias and answer.alias != payment.alias:
        Payment.objects.filter(pk=payment.pk).update(alias=answer.alias)
    if state is PaymentState.PAID:
        aftermath.follow(order=order, payment=payment, answer=answer, at=at)
        invoices.follow(order=order, at=at)
    return state


def _settle(order: Order, payment: Payment, at: datetime) -> None:
    Order.objects.filter(pk=order.pk).move(OrderState(order.state), OrderState.PAID, paid_at=at)
    lines = list(order.lines.select_related("work", "upgrades__line", "order"))
    lost = _lost(lines, at)
    won = [line for line in lines if line not in lost]
    for line in won:
        licence = _grant(order, line, payment, at)
        taxation.charge(order=order, line=line, gateway=payment.gateway, at=at)
        _tell_artists(licence.sale, at)
        freeze_artists.tell_of_start(licence=licence, at=at)
        deliveries.prepare(work=line.work, longest_side=line.longest_side, at=at)
    if won:
        notices.tell(
            recipient=order.buyer,
            text=f"Order {order.number} is paid: your licences are ready.",
            url=reverse("licensing:order", args=[order.uuid]),
            at=at,
        )
    if lost:
        refunds.owe(payment=payment, lost=lost, at=at)


def _lost(lines: list[OrderLine], at: datetime) -> dict[OrderLine, str]:
    """The lines that others' licences leave no room for, each with why; held until the end."""
    works = [line.work_id for line in lines]
    exclusives.lock(works)
    return room.obstacles(lines, at=at)


def _grant(order: Order, line: OrderLine, payment: Payment, at: datetime) -> Licence:
    sale = sales.record(
        reference=line.reference,
        work=line.work,
        licence_kind=line.kind,
        price=line.price,
        gateway=payment.gateway,
        buyer_name=order.licensee,
        at=at,
    )
    term = freezes.term_of(line, at=at)
    return Licence.objects.create(
        number=numbering.new(),
        line=line,
        work=line.work,
        exclusive=line.exclusive,
        upgrades=line.upgrades,
        sale=sale,
        buyer=order.buyer,
        granted_at=at,
        frozen_since=term.since if term else None,
        frozen_until=term.until if term else None,
    )


def _tell_artists(sale: Sale, at: datetime) -> None:
    for part in sale.parts.select_related("member"):
        notices.tell(
            recipient=part.member,
            text=f"“{sale.title}” was licensed to {sale.buyer_name}: {part.amount} for you.",
            url=reverse("royalties:sale", args=[sale.pk]),
            at=at,
        )
