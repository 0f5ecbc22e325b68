"""What an invoice or a credit note says: all of it, to the last minor unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from invoicing.rules.billing import Billing
from invoicing.rules.book import Book
from invoicing.rules.tax import Assessed
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money, total


class DocumentKind(StrEnum):
    """An invoice asks for money, a credit note takes such a claim back."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order: its place among the lines that were assessed, and its price."""

    index: int
    reference: str
    text: str
    price: Money


@dataclass(frozen=True, slots=True)
class Facts:
    """Of what a document is made, besides its number, its day and its lines."""

    order: str
    licensee: str
    billing: Billing
    assessed: Assessed
    book: Book | None
    coop: str


def number_of(series: int, number: int) -> str:
    """As in "2026-000017"."""
    return f"{series}-{number:06d}"


def content(
    *, kind: DocumentKind, number: str, on: date, facts: Facts, lines: Sequence[Line], corrects: str
) -> dict[str, Any]:
    """The whole document as JSON: sums in minor units, a credit note's above zero too.

    `lines` are one or more. The tax of each is its part of what was assessed, so documents about
    parts of an order sum to the whole.
    """
    currency = lines[0].price.currency
    net = total((line.price for line in lines), currency)
    tax = sum(facts.assessed.of_line(line.index) for line in lines)
    taxes: list[Value] = [
        {
            "authority": one.authority,
            "name": one.name,
            "rate": one.rate,
            "base": net.minor,
            "amount": sum(one.parts[line.index] for line in lines),
        }
        for one in facts.assessed.taxes
    ]
    return {
        "kind": kind.value,
        "number": number,
        "issued": on.isoformat(),
        "corrects": corrects,
        "seller": _seller(facts),
        "buyer": facts.billing.stated(),
        "licensee": facts.licensee,
        "order": facts.order,
        "currency": currency,
        "lines": [_line(line, facts.assessed) for line in lines],
        "taxes": taxes,
        "net": net.minor,
        "tax": tax,
        "total": net.minor + tax,
        "reason": facts.assessed.reason,
    }


def faults(stated: Mapping[str, Any]) -> list[str]:
    """In which sums a stored document disagrees with its own lines."""
    lines = stated["lines"]
    sums = {
        "net": sum(line["net"] for line in lines),
        "tax": sum(line["tax"] for line in lines),
        "total": sum(line["net"] + line["tax"] for line in lines),
    }
    found = [
        f"its {name} is {stated[name]}, its lines give {computed}"
        for name, computed in sums.items()
        if stated[name] != computed
    ]
    by_tax = sum(tax["amount"] for tax in stated["taxes"])
    if by_tax != stated["tax"]:
        found.append(f"its tax is {stated['tax']}, its taxes sum to {by_tax}")
    return found


def _seller(facts: Facts) -> Value:
    book = facts.book
    return {
        "name": (book.name if book else "") or facts.coop,
        "address": list(book.lines) if book else [],
        "numbers": list(book.numbers) if book else [],
    }


def _line(line: Line, assessed: Assessed) -> Value:
    return {
        "reference": line.reference,
        "text": line.text,
        "net": line.price.minor,
        "tax": assessed.of_line(line.index),
    }
