"""How many orders there are in each state, and how many licences were granted."""

from collections.abc import Iterator

from django.db.models import Count

from licensing.models import Licence, Order
from licensing.rules.states import OrderState
from stockcoop.kernel.figures import Figure, Values


def figures() -> Iterator[Figure]:
    """Orders and licences."""
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
