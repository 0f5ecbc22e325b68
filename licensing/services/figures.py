"""Orders, licences, events that wait, what is stuck, and what reconciliation found."""

from collections.abc import Iterator

from django.db.models import Count

from licensing.models import GatewayEvent, Licence, Order, Reconciliation, Refund
from licensing.rules.states import OrderState
from royalties.models import Payout, PayoutReturn
from stockcoop.kernel.figures import Figure, Values


def figures() -> Iterator[Figure]:
    """Orders and licences, and how far the gateway's account and ours are apart."""
    counted = Order.objects.order_by().values_list("state").annotate(orders=Count("pk"))
    none: Values = {(str(state),): 0 for state in OrderState}
    orders = {**none, **{(state,): number for state, number in counted}}
    yield Figure("stockcoop_orders", "Orders by state", orders, ("state",))
    yield Figure(
        "stockcoop_licences_total",
        "Licences granted",
        {(): Licence.objects.count()},
        kind="counter",
    )
    yield Figure(
        "stockcoop_gateway_events_waiting",
        "Events of the gateway that nobody has acted on yet",
        {(): GatewayEvent.objects.filter(handled_at=None).count()},
    )
    yield _stuck()
    newest = Reconciliation.objects.first()
    yield Figure(
        "stockcoop_reconciliation_differences",
        "Differences that the newest reconciliation with the gateway found",
        {(): len(newest.found) if newest else 0},
    )


def _stuck() -> Figure:
    return Figure(
        "stockcoop_stuck",
        "Refunds, payouts and returns that go on only when somebody tries them again",
        {
            ("refund",): Refund.objects.stuck().count(),
            ("payout",): Payout.objects.troubled().count(),
            ("payout_return",): PayoutReturn.objects.stuck().count(),
        },
        ("what",),
    )
