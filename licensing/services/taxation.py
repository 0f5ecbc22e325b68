"""The tax of an order's lines: what the ledger owes of it, line by line."""

from datetime import datetime

from invoicing.services import taxes
from ledger.models import Entry
from licensing.models import Order, OrderLine
from royalties.models import MovementEntry
from royalties.rules import chart
from stockcoop.kernel.money import Money


def charge(*, order: Order, line: OrderLine, gateway: str, at: datetime) -> None:
    """Owe the tax of `line` to its authorities, out of what the gateway took in."""
    taxes.charge(
        reference=line.reference,
        owed=owed(order, line),
        paid_into=chart.gateway(gateway),
        at=at,
    )


def owed(order: Order, line: OrderLine) -> list[tuple[str, Money]]:
    """What each authority is to have of `line`, as it was assessed."""
    if order.assessment is None:
        return []
    return [
        (tax.authority, Money(tax.parts[line.position - 1], line.currency))
        for tax in order.assessment.assessed().taxes
    ]


def came(order: Order) -> list[Entry]:
    """The entries by which the tax of `order` came in with its payment, by position."""
    chains = [taxes.entries(line.reference) for line in order.lines.order_by("position")]
    return [chain[0] for chain in chains if chain]


def take_back(*, line: OrderLine, reason: str, at: datetime) -> list[Entry]:
    """Owe the tax of `line` no more; the entry of it, or none."""
    entry = taxes.take_back(reference=line.reference, at=at, memo=reason)
    return [entry] if entry else []


def restore(*, line: OrderLine, reason: str, at: datetime) -> list[Entry]:
    """Owe the tax of `line` again; the entry of it, or none."""
    entry = taxes.restore(reference=line.reference, at=at, memo=reason)
    return [entry] if entry else []


def unexplained(line: OrderLine) -> list[Entry]:
    """The entry by which the tax of `line` went back, if no movement of the gateway says how."""
    gone = [entry.pk for entry in taxes.entries(line.reference)[1::2]]
    explained = MovementEntry.objects.filter(entry__in=gone).values("entry")
    return list(Entry.objects.filter(pk__in=gone).exclude(pk__in=explained))
