"""How a licence ends, or is suspended, when its money goes; and how it counts again."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from ledger.models import Entry
from ledger.services import posting
from licensing.models import Licence, Order, OrderLine, Payment, Refund
from licensing.rules.gateway import Returned
from licensing.rules.states import RefundState
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


def lost(line: OrderLine) -> str:
    """The source of the ledger's entry about money that came for a line that was lost."""
    return f"lost:{line.reference}"


def returned_source(line: OrderLine) -> str:
    """The source of the entry by which that money went back."""
    return f"returned:{line.reference}"


def _end(line: OrderLine, refund: Refund, cause: str, at: datetime) -> None:
    ended = hasattr(line, "licence")
    if ended:
        revoke(line=line, reason=refund.reason, at=at)
        with suppress(sales.TakenBack):
            sales.refund(reference=line.reference, at=at, reason=refund.reason, cause=cause)
    else:
        owed = Entry.objects.get(source=lost(line))
        posting.reverse(entry=owed, source=returned_source(line), at=at, memo=refund.reason)
    _tell(
        line,
        f"{refund.amount} was refunded for “{line.work.title}”"
        f"{'; its licence has ended' if ended else ''}.",
        at,
    )


def _entries(line: OrderLine, cause: str) -> list[Entry]:
    """By which entries the money of a refund left; none when a dispute had taken it before."""
    if not hasattr(line, "licence"):
        return list(Entry.objects.filter(source=returned_source(line)))
    taken = SaleRefund.objects.filter(cause__in=[cause, ""], sale=line.licence.sale)
    return [back.entry for back in taken.select_related("entry").order_by("cause")[:1]]


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
    """Let a suspended licence count again."""
    Licence.objects.filter(line=line).update(suspended_at=None, suspended_because="")
    _tell(line, f"The licence for “{line.work.title}” is valid again.", at)


def lose(*, payment: Payment, at: datetime) -> None:
    """End the suspended licences of a payment for good: their money does not come back."""
    Licence.objects.filter(line__order=payment.order_id, revoked_at=None).exclude(
        suspended_at=None
    ).update(revoked_at=at, revoked_because=LOST, suspended_because=LOST)


def _tell(line: OrderLine, text: str, at: datetime) -> None:
    notices.tell(
        recipient=line.order.buyer,
        text=text,
        url=reverse("licensing:order", args=[line.order.uuid]),
        at=at,
    )
