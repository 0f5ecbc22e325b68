"""Letting a team's order through, or not."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from licensing.models import Approval, Order
from licensing.services import orders
from licensing.services.orders import NotOpen
from members.models import User
from members.services import notices
from stockcoop.kernel.errors import Refused
from teams.services import log


class Decided(Refused):
    """Somebody has decided already."""


class NotYours(Refused):
    """The person may not decide on this order."""

    status = 403


@transaction.atomic
def approve(*, approval: Approval, by: User, word: str, at: datetime) -> None:
    """Let an order be paid, whatever the bounds that it exceeds.

    Raises NotYours, Decided, NotOpen.
    """
    order = _decide(approval, True, by, word, at)
    _tell(order, f"{by.name} approved order {order.number}: you can pay it now.", word, at)


@transaction.atomic
def decline(*, approval: Approval, by: User, word: str, at: datetime) -> None:
    """Cancel an order, with a `word` why; its works go back into the buyer's cart.

    Raises NotYours, Decided, NotOpen.
    """
    order = _decide(approval, False, by, word, at)
    orders.cancel(order=order, at=at)
    text = f"{by.name} declined order {order.number}; its works are in your cart again."
    _tell(order, text, word, at)


def _decide(approval: Approval, approved: bool, by: User, word: str, at: datetime) -> Order:
    project = approval.order.project
    assert project is not None
    # While the team is held nobody's role changes, and no other order is counted.
    team = log.locked(project.team)
    if not Approval.objects.of(by).filter(pk=approval.pk).exists():
        raise NotYours("You cannot decide on this order.")
    order = Order.objects.select_for_update().get(pk=approval.order_id)
    if not order.is_open:
        raise NotOpen(f"Order {order.number} is not open any more.")
    decided = Approval.objects.filter(pk=approval.pk, approved=None).update(
        approved=approved, decided_by=by, decided_at=at, word=word
    )
    if not decided:
        raise Decided(f"Order {order.number} has been decided on already.")
    verb = "approved" if approved else "declined"
    log.write(team=team, by=by, text=f"Order {order.number} was {verb}. {word}".strip(), at=at)
    return order


def _tell(order: Order, text: str, word: str, at: datetime) -> None:
    notices.tell(
        recipient=order.buyer,
        text=f"{text} “{word}”" if word else text,
        url=reverse("licensing:order", args=[order.uuid]),
        at=at,
    )
