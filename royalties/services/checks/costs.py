"""Costs and corrections, held against their entries."""

from collections.abc import Iterator
from datetime import datetime, time

from django.utils import timezone

from ledger.models import Entry
from royalties.models import Cost, CostCorrection
from royalties.rules import costs


def differences() -> Iterator[str]:
    """Costs whose entries move something else, and entries of costs that are not there."""
    entries = {
        entry.source: entry
        for entry in Entry.objects.with_postings().filter(source__startswith="cost:")
    }
    for cost in Cost.objects.order_by("pk").iterator():
        entry = entries.pop(cost.source, None)
        day = datetime.combine(cost.on, time(), tzinfo=timezone.get_default_timezone())
        try:
            computed = (costs.postings(costs.Kind(cost.kind), cost.amount), day)
        except ValueError as error:
            yield f"{cost.source}: stored figures that are no cost: {error}"
            continue
        if entry is None or (entry.moves(), entry.at) != computed:
            posted = str(entry.moves()[0].amount) if entry else "nothing"
            yield f"{cost.source} of {cost.amount} on {cost.on}: stored in the ledger {posted}"
    for source in entries:
        yield f"entry {source}: stored in the ledger, computed nothing to explain it"
    for made in CostCorrection.objects.select_related("cost", "entry").order_by("pk"):
        back = made.entry.reverses
        if back is None or back.source != made.cost.source or made.entry.at != made.at:
            yield f"correction of {made.cost.source}: stored entry {made.entry} reverses {back}"
