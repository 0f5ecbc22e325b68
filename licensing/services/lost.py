"""Lines that were paid for too late, beside an exclusive licence: the buyer gets the price back.

The money is the buyer's from the moment it comes. So the ledger takes it in and owes it, by an
entry that is reversed when the gateway has returned it.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app

from ledger.models import Entry
from ledger.rules import Move
from ledger.services import posting
from licensing.models import Order, OrderLine, Payment, Refund
from members.services import notices
from royalties.rules import chart

TOO_LATE = "Another buyer's licence came before this payment."


@transaction.atomic
def owe(*, payment: Payment, lines: Mapping[OrderLine, str], at: datetime) -> None:
    """Ask for a refund of each of the `lines`, and tell the buyer why it is lost.

    Call it in the transaction that settles `payment`; a job of it gives the money back.
    """
    for line, why in lines.items():
        refund = Refund.objects.create(
            line=line,
            payment=payment,
            amount_minor=line.price_minor,
            currency=line.currency,
            reason=TOO_LATE,
            asked_at=at,
        )
        held = Move(debit=chart.gateway(payment.gateway), credit=chart.BUYERS, amount=line.price)
        posting.post(source=source(line), postings=[held], at=at, memo=TOO_LATE)
        notices.tell(
            recipient=line.order.buyer,
            text=f"{why} Your payment came too late: {line.price} will be refunded.",
            url=reverse("licensing:order", args=[line.order.uuid]),
            at=at,
        )
        app.configure_task("licensing.give_back", queue="money").defer(refund_id=refund.pk)


def returned(*, line: OrderLine, at: datetime) -> Entry:
    """Owe the price of a lost `line` no more; later calls return the same entry."""
    owed = Entry.objects.get(source=source(line))
    return posting.reverse(entry=owed, source=f"returned:{line.reference}", at=at, memo=TOO_LATE)


def of(order: Order) -> list[OrderLine]:
    """The lines of `order` that were lost, by position."""
    lost = order.lines.filter(refund__isnull=False, licence=None)
    return list(lost.select_related("work").order_by("position"))


def is_lost(line: OrderLine) -> bool:
    """Whether `line`, whose refund was asked for, never had a licence."""
    return not hasattr(line, "licence")


def source(line: OrderLine) -> str:
    """The source of the entry by which the price of a lost `line` is owed."""
    return f"lost:{line.reference}"
