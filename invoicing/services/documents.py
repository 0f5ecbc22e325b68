"""Invoices and credit notes: issued under the next number, read again, as a PDF."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from invoicing.models import Assessment, Invoice
from invoicing.rules import documents, tax
from invoicing.rules.billing import Billing
from invoicing.rules.documents import DocumentKind, Facts, Line
from invoicing.services import assessing
from members.models import User
from stockcoop.kernel import canonical, pdf
from stockcoop.kernel.money import Money
from stockcoop.templatetags.money import amount, money

# One statement takes the next number and holds the series; a transaction that fails gives it back.
_NEXT = """
INSERT INTO invoicing_series (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = invoicing_series.last + 1
RETURNING last
"""


@transaction.atomic
def issue(
    *,
    order: str,
    order_number: str,
    licensee: str,
    buyer: User,
    assessment: Assessment,
    lines: Sequence[Line],
    corrects: Invoice | None = None,
    at: datetime,
) -> Invoice:
    """Issue an invoice for `lines`, or the credit note that takes them off `corrects`.

    Let it be the last that a transaction does: everybody else who issues waits for its end.
    """
    day, facts = assessing.day_of(at), _facts(order_number, licensee, assessment)
    number = _next_number(day.year)
    content = _compose(number, day, facts, lines, corrects)
    return Invoice.objects.create(
        series=day.year,
        number=number,
        corrects=corrects,
        order=order,
        buyer=buyer,
        issued_at=at,
        **_columns(content),
    )


def standing(*, order: str) -> dict[str, Invoice]:
    """The references of the lines of `order` that are invoiced and not credited, each with its
    invoice.
    """
    found: dict[str, Invoice] = {}
    for one in Invoice.objects.about(order):
        for line in one.lines():
            if one.kind == DocumentKind.INVOICE:
                found[line["reference"]] = one
            else:
                # A line credited twice is for `verify` to tell: it must not stop what comes next.
                found.pop(line["reference"], None)
    return found


def as_pdf(invoice: Invoice) -> bytes:
    """The document as a PDF, byte for byte the same each time."""
    return pdf.render("invoicing/document.typ", _printed(invoice))


def _facts(order_number: str, licensee: str, assessment: Assessment) -> Facts:
    return Facts(
        order=order_number,
        licensee=licensee,
        billing=Billing.read(assessment.billing),
        assessed=assessment.assessed(),
        book=assessment.book.book() if assessment.book else None,
        coop=settings.COOP_NAME,
    )


def _compose(
    number: int, day: date, facts: Facts, lines: Sequence[Line], corrects: Invoice | None
) -> dict[str, Any]:
    """What the document says."""
    return documents.content(
        kind=DocumentKind.CREDIT_NOTE if corrects else DocumentKind.INVOICE,
        number=documents.number_of(day.year, number),
        on=day,
        facts=facts,
        lines=lines,
        corrects=corrects.name if corrects else "",
    )


def _columns(content: dict[str, Any]) -> dict[str, Any]:
    """What a row keeps of a document: its words, their digest, and what queries ask for."""
    return {
        "kind": content["kind"],
        "net_minor": content["net"],
        "tax_minor": content["tax"],
        "currency": content["currency"],
        "content": content,
        "digest": canonical.digest(content),
    }


def _printed(invoice: Invoice) -> dict[str, Any]:
    told = invoice.content
    currency = told["currency"]

    def sum_(minor: int) -> str:
        return money(Money(minor, currency))

    return {
        **told,
        "title": invoice.words,
        "buyer_lines": [line for line in told["buyer"]["address"].splitlines() if line.strip()],
        "lines": [
            {"text": line["text"], "net": amount(Money(line["net"], currency))}
            for line in told["lines"]
        ],
        "taxes": [
            [f"{one['name']} {tax.percent(one['rate'])}", sum_(one["amount"])]
            for one in told["taxes"]
        ],
        **{name: sum_(told[name]) for name in ("net", "tax", "total")},
        "digest": invoice.digest,
    }


def _next_number(year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [year])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
