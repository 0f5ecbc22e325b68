"""Orders, the tax in the ledger and the invoices, held against each other line by line."""

from collections.abc import Iterator

from invoicing.models import Invoice
from invoicing.services import documents, taxes
from ledger.models import Entry
from ledger.rules import Move
from licensing.models import Order, OrderLine
from licensing.services import invoices, taxation


def differences() -> Iterator[str]:
    """One sentence for each order whose tax or invoices are not what its facts give."""
    orders = Order.objects.order_by("pk").select_related("assessment__book")
    for order in orders.prefetch_related("lines__licence__sale__refunds").iterator(chunk_size=1000):
        yield from _order(order)
    yield from _strangers()


def _order(order: Order) -> Iterator[str]:
    lines = list(order.lines.all())
    if order.assessment is None:
        if order.tax_minor or any(line.tax_minor for line in lines):
            yield f"{order}: it bears {order.tax}, and nobody assessed it."
        return
    assessed = order.assessment.assessed()
    if order.tax != assessed.total(order.currency):
        due = assessed.total(order.currency)
        yield f"{order}: its tax is stored as {order.tax}, assessed were {due}."
    if [line.price_minor for line in lines] != order.assessment.prices:
        yield f"{order}: its prices are not those that were assessed."
        return
    standing = documents.standing(order=invoices.name_of(order)) if order.is_paid else {}
    for line in lines:
        if line.tax_minor != assessed.of_line(line.position - 1):
            yield f"Order line {line.pk}: its tax is stored as {line.tax}, not as assessed."
        if order.is_paid:
            yield from _posted(order, line)
            yield from _invoiced(line, standing)


def _posted(order: Order, line: OrderLine) -> Iterator[str]:
    """The ledger owes the tax of a line exactly while its sale counts."""
    chain = taxes.entries(line.reference)
    due = [(taxes.account(to), sum_) for to, sum_ in taxation.owed(order, line) if sum_]
    granted = hasattr(line, "licence")
    first = [(move.credit, move.amount) for move in _moves(chain)]
    if first != (due if granted else []):
        yield f"Order line {line.pk}: the ledger owes {first} of its tax, assessed were {due}."
    elif chain and (line.licence.sale.refund is None) != bool(len(chain) % 2):
        yield f"Order line {line.pk}: its tax and its sale do not count together."


def _moves(chain: list[Entry]) -> list[Move]:
    return chain[0].moves() if chain else []


def _invoiced(line: OrderLine, standing: dict[str, Invoice]) -> Iterator[str]:
    counts = hasattr(line, "licence") and line.licence.revoked_at is None
    invoice = standing.get(line.reference)
    if counts and invoice is None:
        yield f"Order line {line.pk}: its licence counts, and no invoice has it."
    elif invoice is not None and not counts:
        yield f"{invoice}: order line {line.pk} is on it, and its licence does not count."
    elif invoice is not None:
        told = [one for one in invoice.lines() if one["reference"] == line.reference]
        if len(told) != 1:
            yield f"{invoice}: order line {line.pk} is on it {len(told)} times."
        elif (told[0]["net"], told[0]["tax"]) != (line.price_minor, line.tax_minor):
            yield f"{invoice}: it has other sums of order line {line.pk} than the order."


def _strangers() -> Iterator[str]:
    """Tax in the ledger, and invoices, about orders that are not there."""
    known = {line.reference for line in OrderLine.objects.only("uuid").iterator()}
    names = {f"order:{uuid}" for uuid in Order.objects.values_list("uuid", flat=True)}
    sources = Entry.objects.filter(source__startswith=taxes.PREFIX)
    for source in sources.values_list("source", flat=True):
        if source[len(taxes.PREFIX) :][: len("line:") + 36] not in known:
            yield f"entry {source}: it is the tax of no order line."
    for invoice in Invoice.objects.order_by("pk").iterator(chunk_size=1000):
        if invoice.order not in names:
            yield f"{invoice}: there is no {invoice.order}."
