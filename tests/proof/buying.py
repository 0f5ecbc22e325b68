"""What buyers and their banks do. Each says whether anything happened."""

from collections.abc import Sequence
from typing import TypeVar

from licensing.models import Licence, OrderLine, Payment
from licensing.rules.offers import Choice
from licensing.rules.states import DisputeState, PaymentState
from licensing.services import refunds, settling
from tests.proof.world import World

KINDS = ("standard", "standard", "extended", "exclusive")
SIZES = ("small", "medium", "large", "extra_large")
T = TypeVar("T")


def choice(kind: int, size: int) -> Choice:
    """One of what is on offer, or what is not: an exclusive licence has no small size."""
    return Choice(KINDS[kind], SIZES[size])


def sell(world: World, buyer: int, works: Sequence[int], wanted: Choice) -> bool:
    """A buyer orders one or two works and pays."""
    world.tick()
    chosen = dict.fromkeys([world.works[number] for number in works], wanted)
    world.pay(world.order(list(world.buyers)[buyer], chosen))
    return True


def upgrade(world: World, which: int, wanted: Choice) -> bool:
    """The holder of a licence wants more."""
    licence = _pick(_counting(), which)
    if licence is None:
        return False
    world.tick()
    world.pay(world.order(licence.buyer, {licence.work: wanted}, upgrade=licence))
    return True


def refund(world: World, which: int) -> bool:
    """The treasurer gives the money for a licence back; of a disputed payment no gateway does."""
    disputed = world.bank.in_state(DisputeState.OPEN, DisputeState.LOST)
    free = [one for one in _counting() if one.line.order.payments.get().pk not in disputed]
    licence = _pick(free, which)
    if licence is None:
        return False
    order, lines, at = licence.line.order, [licence.line], world.tick()
    refunds.give_back(order=order, lines=lines, reason="Bought twice", by=world.treasurer, at=at)
    return True


def dispute(world: World, which: int) -> bool:
    """A buyer's bank takes back what is left of a payment."""
    paid = Payment.objects.filter(state=PaymentState.PAID).order_by("pk")
    left = {
        payment: sum(line.price_minor + line.tax_minor for line in _standing(payment))
        for payment in paid.exclude(pk__in=world.bank.disputes)
    }
    payment = _pick([payment for payment, minor in left.items() if minor], which)
    if payment is None:
        return False
    at = world.tick()
    answer = world.bank.withdrawn(payment, left[payment], at)
    settling.apply(payment=payment, answer=answer, at=at)
    return True


def lose(world: World, which: int) -> bool:
    """A dispute is decided for the buyer."""
    pk = _pick(world.bank.in_state(DisputeState.OPEN), which)
    if pk is None:
        return False
    payment = Payment.objects.get(pk=pk)
    settling.apply(payment=payment, answer=world.bank.lost(payment), at=world.tick())
    return True


def win(world: World, which: int) -> bool:
    """A dispute is decided for the co-op, perhaps after it was lost."""
    pk = _pick(world.bank.in_state(DisputeState.OPEN, DisputeState.LOST), which)
    if pk is None:
        return False
    payment, at = Payment.objects.get(pk=pk), world.tick()
    settling.apply(payment=payment, answer=world.bank.won(payment, at), at=at)
    return True


def _pick(found: Sequence[T], which: int) -> T | None:
    return found[which % len(found)] if found else None


def _counting() -> list[Licence]:
    """The licences whose payments stand, the earliest first."""
    rows = Licence.objects.filter(revoked_at=None, suspended_at=None).order_by("pk")
    return list(rows.select_related("line__order", "work", "buyer"))


def _standing(payment: Payment) -> list[OrderLine]:
    lines = OrderLine.objects.filter(order=payment.order_id, licence__revoked_at=None)
    return list(lines.filter(licence__suspended_at=None))
