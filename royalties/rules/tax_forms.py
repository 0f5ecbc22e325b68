"""The forms on which a co-op tells an authority, year by year, what it paid to whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from royalties.rules.withholding import Paid
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class FormTerms:
    """Who is on a form: payments of one kind to members of one country, from a sum on.

    `paid_box` and `withheld_box` are what the form calls its boxes.
    """

    code: str
    payments: Paid
    country: str
    least_minor: int
    paid_box: str
    withheld_box: str

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "FormTerms":
        """From the co-op's data."""
        return cls(
            code=data["code"],
            payments=Paid(data["payments"]),
            country=data["country"],
            least_minor=data["least_minor"],
            paid_box=data["paid_box"],
            withheld_box=data["withheld_box"],
        )


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who was paid: a user id, and what stands on a form beside the sums."""

    member: int
    number: int | None
    name: str
    country: str
    form: str
    id_ending: str


@dataclass(frozen=True, slots=True)
class Filed:
    """One row of a form."""

    recipient: Recipient
    paid: Money
    withheld: Money


def is_filed(terms: FormTerms, row: Filed) -> bool:
    """Whether the form names the recipient: from the least sum on, or when tax was withheld."""
    lives_there = row.recipient.country == terms.country
    return lives_there and (row.paid.minor >= terms.least_minor or row.withheld.minor > 0)


def sums(rows: Iterable[Filed], currency: str) -> tuple[Money, Money]:
    """Paid and withheld of all rows."""
    listed = list(rows)
    return (
        Money(sum(row.paid.minor for row in listed), currency),
        Money(sum(row.withheld.minor for row in listed), currency),
    )
