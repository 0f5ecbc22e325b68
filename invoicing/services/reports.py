"""What a treasurer reads: the documents of a period as CSV, and the tax of it by authority."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from invoicing.models import Invoice
from invoicing.rules.tax import percent
from invoicing.services import taxes
from ledger.services import balances
from stockcoop.kernel.money import Money
from stockcoop.kernel.spreadsheets import harmless

HEADER = (
    "number",
    "kind",
    "corrects",
    "issued",
    "order",
    "buyer",
    "country",
    "region",
    "tax number",
)
SUMS = ("currency", "net", "tax", "total", "why")


@dataclass(frozen=True, slots=True)
class Owed:
    """What stood owed to an authority before a period, what the period's payments added less what
    refunds and disputes took back, and what stands at its end.
    """

    authority: str
    account: str
    before: Money
    within: Money
    after: Money


@dataclass(frozen=True, slots=True)
class Rated:
    """What the documents of a period say of one tax: on which base it came to how much."""

    authority: str
    name: str
    rate: str
    base: Money
    amount: Money


def as_csv(documents: Iterable[Invoice]) -> str:
    """One row a document, a credit note's sums below zero."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([*HEADER, *SUMS])
    for one in documents:
        told, buyer = one.content, one.content["buyer"]
        row = [one.name, one.words.lower(), told["corrects"], told["issued"], told["order"]]
        row += [buyer["name"] or told["licensee"], buyer["country"], buyer["region"]]
        row += [buyer["tax_id"], one.currency]
        row += [sum_.decimal() for sum_ in (one.net, one.tax, one.total)]
        rows.writerow([harmless(cell) for cell in row[:10]] + row[10:] + [harmless(told["reason"])])
    return out.getvalue()


def owed(*, since: datetime, until: datetime) -> list[Owed]:
    """The accounts of the tax that buyers paid, over a period, by authority."""
    prefix = taxes.account("")
    before = {(b.code, b.amount.currency): b.amount for b in balances.below(prefix, until=since)}
    return [
        Owed(
            authority=balance.code.removeprefix(prefix).upper(),
            account=balance.code,
            before=before[balance.code, balance.amount.currency],
            within=balance.amount,
            after=before[balance.code, balance.amount.currency] + balance.amount,
        )
        for balance in balances.below(prefix, since=since, until=until)
        if not balance.code.startswith(taxes.WITHHELD)
    ]


def rated(documents: Iterable[Invoice]) -> list[Rated]:
    """The taxes that `documents` name, invoices less credit notes, by authority and rate."""
    sums: dict[tuple[str, str, int, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in documents:
        for tax in one.content["taxes"]:
            found = sums[tax["authority"], tax["name"], tax["rate"], one.currency]
            found[0] += one.sign * tax["base"]
            found[1] += one.sign * tax["amount"]
    return [
        Rated(authority.upper(), name, percent(rate), Money(base, code), Money(amount, code))
        for (authority, name, rate, code), (base, amount) in sorted(sums.items())
    ]
