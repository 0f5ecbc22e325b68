"""What follows a payment: its fee, refunds, disputes. Each movement of the gateway is posted once.

An answer tells of everything that ever moved for a payment, and what is new in it is posted in the
order in which it moved. So answers may be heard late, twice or in any order: the ledger ends the
same. All of it happens in the caller's transaction, which holds the order.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from ledger.models import Entry
from licensing.models import Dispute, Licence, Order, OrderLine, Payment, Refund
from licensing.rules import states
from licensing.rules.aftermath import covered, in_order
from licensing.rules.gateway import Answer, Disputed, Returned
from licensing.rules.states import DisputeState
from licensing.services import debts, endings, taxation
from royalties.models import Movement
from royalties.models import Refund as SaleRefund
from royalties.rules.movements import Moved, MovementKind
from royalties.services import movements, sales
from stockcoop.kernel.money import Money, total

log = logging.getLogger(__name__)

_DISPUTED = "The buyer's bank disputes the payment"
_WON = "The dispute was decided for the co-op"
_ELSEWHERE = "Refunded at the gateway"


def follow(*, order: Order, payment: Payment, answer: Answer, at: datetime) -> None:
    """Post what moved for a paid `payment` and is not in the ledger yet, oldest first."""
    returned = {r.movement.reference: r for r in answer.refunds if r.movement}
    moved = [*answer.movements, *(r.movement for r in answer.refunds if r.movement)]
    for one in in_order(moved, answer.turns):
        if movements.is_known(payment.gateway, one.reference):
            continue
        if one.gross.currency != payment.currency:
            log.warning("payment %s: %s is in another currency", payment.uuid, one.reference)
        elif one.reference in returned:
            record_refund(payment=payment, returned=returned[one.reference], at=at)
        else:
            _POST[one.kind](order, payment, one, at)
    for dispute in answer.disputes:
        _keep(payment, dispute, at)


def record_refund(*, payment: Payment, returned: Returned, at: datetime) -> None:
    """A refund that the gateway made: ours by its key, or one made at the gateway by hand."""
    refund = Refund.objects.filter(payment=payment, uuid=_uuid(returned.key)).first()
    if refund is not None:
        endings.refunded(refund=refund, returned=returned, at=at)
    elif returned.movement:
        _left(payment, returned.movement, _ELSEWHERE, at, revoke=True)


def _charged(order: Order, payment: Payment, moved: Moved, at: datetime) -> None:
    """The sales of the order are what came in. A sum that is another one is nobody's sale."""
    if moved.gross != payment.amount:
        log.warning("payment %s: %s is of another sum", payment.uuid, moved.reference)
        return
    entries = [licence.sale.entry for licence in _licences(order)] + taxation.came(order)
    # What came for lines that were lost to other buyers is owed to the buyer, not anybody's sale.
    lost = [debts.came(line) for line in order.lines.filter(licence=None)]
    entries += Entry.objects.filter(source__in=lost).order_by("source")
    movements.take_in(gateway=payment.gateway, moved=moved, entries=entries, at=at)


def _withdrawn(order: Order, payment: Payment, moved: Moved, at: datetime) -> None:
    _left(payment, moved, _DISPUTED, at, revoke=False)


def _left(payment: Payment, moved: Moved, reason: str, at: datetime, *, revoke: bool) -> None:
    """Money left without our asking: the sales that still count are taken back, and what is owed
    for lost lines has gone to the buyer, as far as it covers them.

    A part of them cannot be named, so a smaller sum takes none back; like what is over, it is a
    loss of the co-op.
    """
    lines, lost = [*_standing(payment)], debts.owed(payment.order)
    sold, owed = _sum(lines, payment), _sum(lost, payment)
    takes_sold, takes_owed = covered(-moved.gross.minor, sold=sold.minor, owed=owed.minor)
    entries: list[Entry] = []
    rest = moved.gross
    if takes_sold:
        for line in lines:
            entries += _take_back(line, moved, reason, at, revoke=revoke)
        rest += sold
    if takes_owed:
        entries += [_return(line, moved, reason, at) for line in lost]
        rest += owed
    movements.take_in(gateway=payment.gateway, moved=moved, entries=entries, at=at, rest=rest)


def _take_back(
    line: OrderLine, moved: Moved, reason: str, at: datetime, *, revoke: bool
) -> list[Entry]:
    taken = sales.refund(reference=line.reference, at=at, reason=reason, cause=moved.reference)
    if revoke:
        endings.revoke(line=line, reason=reason, at=at)
    else:
        endings.suspend(line=line, at=at)
    return [taken.entry, *taxation.take_back(line=line, reason=reason, at=at)]


def _return(line: OrderLine, moved: Moved, reason: str, at: datetime) -> Entry:
    endings.taken_by_bank(refund=line.refund, dispute=moved.about, at=at)
    entry = debts.settle(line=line, memo=reason, at=at)
    assert entry is not None  # `debts.owed` named the line.
    return entry


def _sum(lines: list[OrderLine], payment: Payment) -> Money:
    return total((line.gross for line in lines), payment.currency)


def _reinstated(order: Order, payment: Payment, moved: Moved, at: datetime) -> None:
    """The money of a dispute came back: what left by it counts again, also when it was lost before.

    What was owed to the buyer is owed again. A part restores nothing.
    """
    left = Movement.objects.filter(
        gateway=payment.gateway, about=moved.about, kind=MovementKind.WITHDRAWN
    )
    back: list[tuple[OrderLine, list[Entry]]] = []
    for movement in left.filter(gross_minor=-moved.gross.minor).order_by("at", "pk")[:1]:
        back += [*_restored(movement, at), *_owed_again(movement, at)]
    movements.take_in(
        gateway=payment.gateway,
        moved=moved,
        entries=[entry for _, entries in back for entry in entries],
        at=at,
        rest=moved.gross - _sum([line for line, _ in back], payment),
    )


def _restored(left: Movement, at: datetime) -> Iterator[tuple[OrderLine, list[Entry]]]:
    """Let the sales count again that `left` took back; a refund that waited is asked for anew."""
    taken = SaleRefund.objects.filter(cause=left.reference, restoration=None)
    for refund in taken.select_related("sale").order_by("pk"):
        line = OrderLine.objects.get(licence__sale=refund.sale)
        if not endings.can_resume(line.licence):
            log.warning("%s was won too late for %s", left.about, line.licence)
            continue
        back = sales.restore(reference=line.reference, at=at, reason=_WON, cause=left.reference)
        endings.resume(line=line, at=at)
        for asked in Refund.objects.filter(line=line, reference=left.about):
            endings.ask_again(refund=asked, at=at)
        yield line, [back.entry, *taxation.restore(line=line, reason=_WON, at=at)]


def _owed_again(left: Movement, at: datetime) -> Iterator[tuple[OrderLine, list[Entry]]]:
    """Owe the buyer again what `left` had given back for lost lines."""
    entries = Entry.objects.filter(pk__in=left.entries.values("entry")).with_postings()
    for line, returned in debts.returned_by(entries):
        endings.ask_again(refund=line.refund, at=at)
        yield line, [debts.owe_again(line=line, returned=returned, memo=_WON, at=at)]


def _refund_failed(order: Order, payment: Payment, moved: Moved, at: datetime) -> None:
    """The buyer's card took no refund; the money is with the co-op, which owes it."""
    movements.take_in(gateway=payment.gateway, moved=moved, entries=[], at=at, rest=moved.gross)


_POST = {
    MovementKind.CHARGE: _charged,
    MovementKind.WITHDRAWN: _withdrawn,
    MovementKind.REINSTATED: _reinstated,
    MovementKind.REFUND_FAILED: _refund_failed,
}


def _keep(payment: Payment, told: Disputed, at: datetime) -> None:
    """The dispute as it is known now."""
    dispute, new = Dispute.objects.select_for_update().get_or_create(
        payment=payment,
        reference=told.reference,
        defaults={
            "state": told.state,
            "reason": told.reason[:60],
            "opened_at": told.opened_at,
            "closed_at": at if told.state in _CLOSED else None,
        },
    )
    known = DisputeState(dispute.state)
    state = states.dispute_after(known, told.state)
    if state is not known:
        dispute.state = state
        dispute.closed_at = at if state in _CLOSED else None
        dispute.save(update_fields=["state", "closed_at"])
    if state is DisputeState.LOST and (new or state is not known):
        endings.lose(payment=payment, dispute=told.reference, at=at)


_CLOSED = frozenset({DisputeState.LOST, DisputeState.WON})


def _standing(payment: Payment) -> Iterator[OrderLine]:
    """The lines whose sales count."""
    for licence in _licences(payment.order):
        if licence.sale.refund is None:
            yield licence.line


def _licences(order: Order) -> list[Licence]:
    rows = Licence.objects.filter(line__order=order).select_related("sale__entry", "line__work")
    return list(rows.prefetch_related("sale__refunds__restoration").order_by("line__position"))


def _uuid(key: str) -> UUID:
    """The uuid of a refund of ours; nobody's when the key is none."""
    try:
        return UUID(key)
    except ValueError:
        return UUID(int=0)
