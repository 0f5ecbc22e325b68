"""How a licence ends, or is suspended, when its money goes; and how it counts again."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app

from ledger.models import Entry
from licensing.models import Licence, Order, OrderLine, Payment, Refund
from licensing.rules.gateway import Returned
from licensing.rules.states import RefundState
from licensing.services import debts, exclusives, freeze_artists, freezes, taxation, uses
from members.services import notices
from royalties.models import Refund as SaleRefund
from royalties.services import movements, sales

SUSPENDED = "This licence is suspended: the bank disputes its payment."
LOST = "This licence has ended, since the bank took its payment back: please delete the work."


@transaction.atomic
def refunded(*, refund: Refund, returned: Returned, at: datetime) -> None:
    """The gateway gave `refund` back: the licence ends, the sale is reversed, its movement posted.

    A sale that a dispute took back before stays so; then the refund is a loss of the co-op. Later
    calls change nothing, but may bring the movement.
    """
    Order.objects.select_for_update().get(pk=refund.line.order_id)
    line, cause = refund.line, f"refund:{refund.uuid}"
    done = Refund.objects.filter(pk=refund.pk, done_at=None).update(
        state=RefundState.DONE, reference=returned.reference, done_at=at, next_try_at=None
    )
    if done:
        _end(line, refund, cause, at)
    moved = returned.movement
    if moved and not movements.is_known(refund.payment.gateway, moved.reference):
        entries = _entries(line, cause)
        movements.take_in(
            gateway=refund.payment.gateway,
            moved=moved,
            entries=entries,
            at=at,
            rest=None if entries else moved.gross,
        )


def _end(line: OrderLine, refund: Refund, cause: str, at: datetime) -> None:
    ended = hasattr(line, "licence")
    if ended:
        revoke(line=line, reason=refund.reason, at=at)
        with suppress(sales.TakenBack):
            sales.refund(reference=line.reference, at=at, reason=refund.reason, cause=cause)
        taxation.take_back(line=line, reason=refund.reason, at=at)
    else:
        debts.settle(line=line, memo=refund.reason, at=at)
    _tell(
        line,
        f"{refund.amount} was refunded for “{line.work.title}”"
        f"{'; its licence has ended' if ended else ''}.",
        at,
    )


def _entries(line: OrderLine, cause: str) -> list[Entry]:
    """By which entries the money of a refund left; none when a dispute had taken it before."""
    if not hasattr(line, "licence"):
        return debts.unexplained(line)
    taken = SaleRefund.objects.filter(cause__in=[cause, ""], sale=line.licence.sale)
    entries = [back.entry for back in taken.select_related("entry").order_by("cause")[:1]]
    return entries + taxation.unexplained(line) if entries else []


def revoke(*, line: OrderLine, reason: str, at: datetime) -> None:
    """End the licence of `line` for good; one that has ended keeps its reason."""
    Licence.objects.filter(line=line, revoked_at=None).update(revoked_at=at, revoked_because=reason)


def suspend(*, line: OrderLine, at: datetime) -> None:
    """Let the licence of `line` not count until its money is back."""
    Licence.objects.filter(line=line, suspended_at=None).update(
        suspended_at=at, suspended_because=SUSPENDED
    )
    _tell(
        line,
        f"Your bank disputes the payment for “{line.work.title}”; its licence is suspended.",
        at,
    )


def resume(*, line: OrderLine, at: datetime) -> None:
    """Let a licence count again that a dispute suspended, or ended by being lost."""
    freeze_artists.tell_of_return(line=line, at=at)
    Licence.objects.filter(line=line).update(
        suspended_at=None, suspended_because="", revoked_at=None, revoked_because=""
    )
    _tell(line, f"The licence for “{line.work.title}” is valid again.", at)


def can_resume(licence: Licence) -> bool:
    """Whether `licence` can count again once its money is back: not when a refund ended it.

    An exclusive one that a lost dispute had ended stays ended when the work was licensed since, one
    with a freeze when that would be in conflict now, and an upgrade when what it builds on was
    upgraded otherwise.
    """
    if not licence.revoked_at:
        return True
    if licence.revoked_because != LOST:
        return False
    exclusives.lock([licence.work_id])
    others = Licence.objects.filter(work=licence.work_id).exclude(root=licence.root_id)
    if licence.exclusive and others.exists():
        return False
    if not freezes.can_return(licence):
        return False
    rivals = Licence.objects.filter(upgrades=licence.upgrades_id, revoked_at=None)
    return licence.upgrades_id is None or not rivals.exists()


def taken_by_bank(*, refund: Refund, dispute: str, at: datetime) -> None:
    """The buyer's bank took back what `refund` was to give back, so nothing is left to do."""
    Refund.objects.filter(pk=refund.pk, done_at=None).update(
        state=RefundState.DONE, reference=dispute, done_at=at, next_try_at=None
    )


def ask_again(*, refund: Refund, at: datetime) -> None:
    """The bank gave back what it had taken, so the buyer is to have `refund` from the co-op."""
    Refund.objects.filter(pk=refund.pk).update(
        state=RefundState.ASKED, reference="", done_at=None, tries=0
    )
    app.configure_task("licensing.give_back", queue="money").defer(refund_id=refund.pk)
    _tell(refund.line, f"{refund.amount} will be refunded for “{refund.line.work.title}”.", at)


def lose(*, payment: Payment, dispute: str, at: datetime) -> None:
    """End the suspended licences of a payment: their money is not expected back.

    What was asked to be refunded of them has reached the buyer by the bank.
    """
    suspended = Refund.objects.filter(payment=payment, done_at=None)
    for refund in suspended.exclude(line__licence__suspended_at=None):
        taken_by_bank(refund=refund, dispute=dispute, at=at)
    Licence.objects.filter(line__order=payment.order_id, revoked_at=None).exclude(
        suspended_at=None
    ).update(revoked_at=at, revoked_because=LOST, suspended_because=LOST)


def _tell(line: OrderLine, text: str, at: datetime) -> None:
    url = reverse("licensing:order", args=[line.order.uuid])
    for reader in uses.readers(line.order):
        notices.tell(recipient=reader, text=text, url=url, at=at)
