"""Invoices follow the licences of an order: one for what was granted, a credit note for what ended.

A licence that is suspended stays invoiced; when it ends by a refund or a lost dispute, it is
credited. One that counts again after that is invoiced anew: a credit note is never taken back.
"""

from collections import defaultdict
from datetime import datetime

from invoicing.models import Invoice
from invoicing.rules.documents import Line
from invoicing.services import documents
from licensing.models import Order, OrderLine


def follow(*, order: Order, at: datetime) -> list[Invoice]:
    """Issue what the licences of `order` call for and is not issued yet; often nothing.

    Hold the order, and let it be the last that a transaction does: numbers are waited for.
    """
    if order.assessment is None:
        return []
    standing = documents.standing(order=name_of(order))
    fresh: list[OrderLine] = []
    ended: dict[Invoice, list[OrderLine]] = defaultdict(list)
    for line in order.lines.select_related("licence", "work").order_by("position"):
        counts = hasattr(line, "licence") and line.licence.revoked_at is None
        invoice = standing.get(line.reference)
        if counts and invoice is None:
            fresh.append(line)
        elif invoice is not None and not counts:
            ended[invoice].append(line)
    notes = [_issue(order, lines, at, corrects=invoice) for invoice, lines in ended.items()]
    return notes + ([_issue(order, fresh, at)] if fresh else [])


def name_of(order: Order) -> str:
    """By what invoices know an order."""
    return f"order:{order.uuid}"


def _issue(
    order: Order, lines: list[OrderLine], at: datetime, *, corrects: Invoice | None = None
) -> Invoice:
    assert order.assessment is not None
    return documents.issue(
        order=name_of(order),
        order_number=order.number,
        licensee=order.licensee,
        buyer=order.buyer,
        assessment=order.assessment,
        lines=[Line(line.position - 1, line.reference, _text(line), line.price) for line in lines],
        corrects=corrects,
        at=at,
    )


def _text(line: OrderLine) -> str:
    return f"“{line.work.title}” ({line.kind}, {line.size}), licence {line.licence.number}"
