"""What is stored about tax and invoices, computed again."""

from collections.abc import Iterator
from itertools import groupby

from invoicing.models import Assessment, Invoice, Series, TaxBook
from invoicing.rules import documents
from invoicing.rules.billing import Billing
from invoicing.rules.documents import DocumentKind
from invoicing.services import assessing
from stockcoop.kernel import canonical
from stockcoop.kernel.errors import Refused


def differences() -> Iterator[str]:
    """One sentence for each stored figure that its facts would not give."""
    for book in TaxBook.objects.order_by("version"):
        if canonical.digest(book.content) != book.digest:
            yield f"{book}: it does not match the digest it was established with."
    for made in Assessment.objects.select_related("book").order_by("pk").iterator(chunk_size=1000):
        yield from _assessment(made)
    yield from _numbers()
    for invoice in Invoice.objects.select_related("corrects").iterator(chunk_size=1000):
        yield from _invoice(invoice)
    yield from _turns()


def _assessment(made: Assessment) -> Iterator[str]:
    if canonical.digest(made.stated()) != made.digest:
        yield f"{made}: it does not match the digest it was made with."
    billing = Billing.read(made.billing)
    try:
        computed = assessing.computed(made.book, billing, made.money(), made.at)
    except Refused as refusal:
        yield f"{made}: {refusal.message}"
        return
    if (assessing.stated(computed), computed.reason) != (made.taxes, made.reason):
        yield f"{made}: its taxes are stored as {made.taxes}, computed {computed.taxes}."


def _numbers() -> Iterator[str]:
    last: dict[int, int] = {}
    for series, number in Invoice.objects.order_by("series", "number").values_list(
        "series", "number"
    ):
        if number != last.get(series, 0) + 1:
            yield f"Series {series}: number {number} follows {last.get(series, 0)}."
        last[series] = number
    for row in Series.objects.order_by("year"):
        if row.last != last.get(row.year, 0):
            yield f"{row}: stored as {row.last} numbers, {last.get(row.year, 0)} are there."


def _invoice(invoice: Invoice) -> Iterator[str]:
    told = invoice.content
    if canonical.digest(told) != invoice.digest:
        yield f"{invoice}: it does not match the digest it was issued with."
    for fault in documents.faults(told):
        yield f"{invoice}: {fault}."
    columns = {
        "net": invoice.net_minor,
        "tax": invoice.tax_minor,
        "number": invoice.name,
        "currency": invoice.currency,
        "kind": invoice.kind,
        "corrects": invoice.corrects.name if invoice.corrects else "",
    }
    for name, stored in columns.items():
        if told[name] != stored:
            yield f"{invoice}: its {name} is stored as {stored}, it says {told[name]}."
    if invoice.corrects and not _refs(invoice) <= _refs(invoice.corrects):
        yield f"{invoice}: it credits lines that {invoice.corrects} does not have."


def _turns() -> Iterator[str]:
    """A line is invoiced, credited, invoiced anew: never the same twice running."""
    in_turn = Invoice.objects.order_by("order", "series", "number")
    for _, invoices in groupby(in_turn.iterator(chunk_size=1000), key=lambda one: one.order):
        standing: set[str] = set()
        for invoice in invoices:
            refs = _refs(invoice)
            again = refs & standing if invoice.kind == DocumentKind.INVOICE else refs - standing
            for reference in sorted(again):
                yield f"{invoice}: {reference} is due another kind of document."
            standing ^= refs


def _refs(invoice: Invoice) -> set[str]:
    return {line["reference"] for line in invoice.lines()}
