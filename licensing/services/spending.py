"""What a team's orders may cost without asking, counted one order at a time."""

from datetime import datetime

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone

from licensing.models import Approval, Order, OrderLine
from licensing.models.orders import OrderQuerySet
from licensing.rules.states import OrderState
from members.models import User
from members.services import notices
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money
from teams.models import Project, Teammate
from teams.rules.budgets import Bound, objections
from teams.rules.roles import APPROVING
from teams.services import log


class NotForProject(Refused):
    """The buyer cannot order for this project (any more)."""


class NotApproved(Refused):
    """The order waits for an approver."""


def hold(*, project: Project, buyer: User) -> Teammate:
    """Hold the team of `project` until the transaction ends, so that its orders are counted one at
    a time; who `buyer` is in it. Raises NotForProject.
    """
    log.locked(project.team)
    person = Teammate.objects.present().filter(team=project.team_id, user=buyer)
    found = person.select_related("team").first()
    if found is None or not Project.objects.open().filter(pk=project.pk).exists():
        raise NotForProject(f"You cannot order for {project.name}: it is closed, or not yours.")
    return found


def weigh(*, order: Order, teammate: Teammate, at: datetime) -> None:
    """Have an approver look at `order` when it exceeds what its buyer may spend alone.

    The team is held, and `order` itself not counted yet as spent.
    """
    reasons = objections(order.total, _bounds(order, teammate))
    if not reasons:
        return
    Approval.objects.create(order=order, reasons=reasons, asked_at=at)
    approvers = teammate.team.people.present().filter(role__in=[str(role) for role in APPROVING])
    for approver in approvers.exclude(user=order.buyer).select_related("user"):
        notices.tell(
            recipient=approver.user,
            text=f"{order.buyer.name} asks you to approve order {order.number}: {order.total}.",
            url=reverse("licensing:approvals"),
            at=at,
        )


def require_approved(*, order: Order) -> None:
    """Raises NotApproved while an approver has not let `order` through, or for a buyer who left."""
    if order.project is None:
        return
    approval = Approval.objects.filter(order=order).first()
    if approval and not approval.approved:
        raise NotApproved(f"Order {order.number} waits for an approver of your team.")
    people = Teammate.objects.present().filter(team=order.project.team_id, user=order.buyer_id)
    if not people.exists():
        raise NotApproved(f"You are not in the team any more that order {order.number} is for.")


def spent_for(project: Project) -> Money:
    """What the orders for `project` cost that are paid or may be; refunds are off."""
    return _spent(Order.objects.filter(project=project), project.team.currency)


def _bounds(order: Order, teammate: Teammate) -> list[Bound]:
    project, team = order.project, teammate.team
    assert project is not None
    nothing = Money.zero(team.currency)
    others = Order.objects.exclude(pk=order.pk)
    month = timezone.localtime(order.placed_at)
    of_month = others.filter(
        project__team=team, placed_at__year=month.year, placed_at__month=month.month
    )
    return [
        Bound("Your limit for one order", teammate.limit, nothing),
        Bound(
            f"The budget of {project.name}",
            project.budget,
            _spent(others.filter(project=project), team.currency),
        ),
        Bound("The team's budget of the month", team.month, _spent(of_month, team.currency)),
    ]


def _spent(orders: OrderQuerySet, currency: str) -> Money:
    counted = orders.filter(
        Q(state=OrderState.PAID)
        | Q(state=OrderState.OPEN, approval=None)
        | Q(state=OrderState.OPEN, approval__approved=True)
    )
    lines = OrderLine.objects.filter(order__in=counted.values("pk"), refund=None)
    return Money(int(lines.aggregate(sum=Sum("price_minor"))["sum"] or 0), currency)
