"""Giving money back: the gateway returns it, the licence ends, the sale is reversed."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app

from ledger.rules import Move
from ledger.services import posting
from licensing.models import Licence, Order, OrderLine, Payment, Refund
from licensing.rules.gateway import GatewayError
from licensing.rules.states import PaymentState, RefundState
from licensing.services import custom_quotes, debts, endings, exclusives, gateways, invoices
from licensing.services.gateways import NoGateway
from members.models import User
from members.services import notices
from royalties.rules import chart
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.tries import next_try

log = logging.getLogger(__name__)

TOO_LATE = "Another buyer's licence came before this payment."
USED_ALREADY = "The custom quote had been used already when this payment came."
NOT_UPGRADED = "The licence could not be upgraded any more when this payment came."


class NotRefundable(Refused):
    """These lines cannot be refunded (by this person)."""


class NotStuck(Refused):
    """The refund does not wait for somebody to try it again."""


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


def too_late(*, order: Order) -> list[Refund]:
    """The refunds of lines of `order` that were lost to others' licences, by position."""
    lost = Refund.objects.filter(line__order=order, line__licence=None)
    return list(lost.select_related("line__work").order_by("line__position"))


def finish(*, at: datetime, only: int | None = None) -> int:
    """Carry out the refunds that were asked but not confirmed, or the `only` one with this id.

    How many are done now. What the gateway does not confirm is tried again after a longer and
    longer while, `TRIES` times in all; then it is stuck, and the treasurer sees it.
    """
    asked = Refund.objects.asked().filter(asked_at__lt=at)
    done = 0
    for refund in asked.due(at) if only is None else asked.filter(pk=only):
        try:
            _carry_out(refund, at)
            done += 1
        except (GatewayError, NoGateway) as error:
            log.warning("refund %s: %s", refund.uuid, error)
    return done


@transaction.atomic
def retry(*, refund: Refund) -> None:
    """Let the gateway be asked again for a refund that is stuck, as at first. Raises NotStuck."""
    again = Refund.objects.stuck().filter(pk=refund.pk)
    if not again.update(state=RefundState.ASKED, tries=0, next_try_at=None):
        raise NotStuck("This refund is not stuck any more.")
    app.configure_task("licensing.give_back", queue="money").defer(refund_id=refund.pk)


@transaction.atomic
def owe(*, payment: Payment, lost: Mapping[OrderLine, str], at: datetime) -> None:
    """Record that the lines of `payment` that were `lost`, each with why, go back to their buyer.

    The money is theirs from here on: the ledger owes it until the gateway has returned it, which a
    job of this transaction sees to. Call it in the transaction that settles the payment.
    """
    for line, why in lost.items():
        refund = Refund.objects.create(
            line=line,
            payment=payment,
            amount_minor=line.gross.minor,
            currency=line.currency,
            reason=_lost_because(line),
            asked_at=at,
        )
        held = Move(debit=chart.gateway(payment.gateway), credit=chart.BUYERS, amount=line.gross)
        posting.post(source=debts.came(line), postings=[held], at=at, memo=TOO_LATE)
        notices.tell(
            recipient=line.order.buyer,
            text=f"{why} Your payment came too late: {line.gross} will be refunded.",
            url=reverse("licensing:order", args=[line.order.uuid]),
            at=at,
        )
        app.configure_task("licensing.give_back", queue="money").defer(refund_id=refund.pk)


def _lost_because(line: OrderLine) -> str:
    if line.custom_quote and custom_quotes.used(line.custom_quote):
        return USED_ALREADY
    return NOT_UPGRADED if line.upgrades_id else TOO_LATE


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
    _require_not_upgraded(chosen)
    return [
        Refund.objects.create(
            line=line,
            payment=payment,
            amount_minor=line.gross.minor,
            currency=line.currency,
            reason=reason,
            asked_by=by,
            asked_at=at,
        )
        for line in chosen
    ]


def _require_not_upgraded(lines: Iterable[OrderLine]) -> None:
    """What an upgrade builds on is refunded after it, so that nobody keeps it for the difference.

    Behind the lock of settlements: an upgrade that is paid for now finds the refund, or is found.
    """
    exclusives.lock([line.work_id for line in lines])
    upgraded = Licence.objects.filter(upgrades__line__in=lines, revoked_at=None)
    for upgrade in upgraded.select_related("work")[:1]:
        raise NotRefundable(
            f"“{upgrade.work.title}” was upgraded since. "
            f"Please refund licence {upgrade.number} first."
        )


def _carry_out(refund: Refund, at: datetime) -> None:
    try:
        gateway = gateways.named(refund.payment.gateway)
        returned = gateway.refund(refund.payment.reference, refund.amount, key=str(refund.uuid))
    except (GatewayError, NoGateway) as error:
        _set_back(refund, error.message, at)
        raise
    with transaction.atomic():
        endings.refunded(refund=refund, returned=returned, at=at)
        invoices.follow(order=refund.line.order, at=at)


def _set_back(refund: Refund, why: str, at: datetime) -> None:
    """Count a try that came to nothing; of two at once, one counts."""
    tries = refund.tries + 1
    again = next_try(tries, at)
    Refund.objects.asked().filter(pk=refund.pk, tries=refund.tries).update(
        tries=tries,
        next_try_at=again,
        failure=why[:300] or "No reason given.",
        state=RefundState.ASKED if again else RefundState.STUCK,
    )
