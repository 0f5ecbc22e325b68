"""A member's month: where the balance stood, each line that moved it, where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from royalties.rules import words
from royalties.rules.months import Month
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money, total


class LineKind(StrEnum):
    """What moved the balance; it follows from the source of the entry."""

    SALE = "sale"
    REFUND = "refund"
    RESTORED = "restored"
    PAYOUT = "payout"
    WITHHELD = "withheld"
    DISTRIBUTION = "distribution"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As statements call it."""
        return {"distribution": "Surplus"}.get(self.value, self.value.capitalize())

    @property
    def plural(self) -> str:
        """As a sum of several is called."""
        one = self.value in ("distribution", "restored", "withheld", "other")
        return self.label if one else f"{self.label}s"

    @classmethod
    def of(cls, source: str) -> "LineKind":
        """From the source of an entry: "sale:12" is a sale."""
        head = source.partition(":")[0]
        return next((kind for kind in cls if kind.value == head), cls.OTHER)


@dataclass(frozen=True, slots=True)
class Terms:
    """The sale behind a line: what was sold to whom, and the member's part in it."""

    sale: int
    title: str
    buyer: str
    licence_kind: str
    price: Money
    coop_rate_bp: int
    weight: int
    weights: int
    rate: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One movement of the balance: above zero when the member gained. `memo` is for the others.

    `tax` is the account of the authority for which the sum was withheld, `rule` says why.
    """

    at: datetime
    entry: int
    source: str
    memo: str
    amount: Money
    terms: Terms | None = None
    tax: str = ""
    rule: str = ""

    @property
    def kind(self) -> LineKind:
        """What moved the balance."""
        return LineKind.WITHHELD if self.tax else LineKind.of(self.source)

    @property
    def what(self) -> str:
        """The thing sold, or the movement in words."""
        return self.terms.title if self.terms else self.memo or self.kind.label

    @property
    def to(self) -> str:
        """To whom it was sold; empty when it was no sale."""
        return self.terms.buyer if self.terms else ""

    @property
    def why(self) -> str:
        """How the sum came about; empty where there was neither a sale nor a tax."""
        if self.terms is None:
            return self.rule
        share = self.amount if self.kind is LineKind.SALE else -self.amount
        reason = words.why(
            licence_kind=self.terms.licence_kind,
            price=self.terms.price,
            coop_rate_bp=self.terms.coop_rate_bp,
            weight=self.terms.weight,
            weights=self.terms.weights,
            amount=share,
            rate=self.terms.rate,
        )
        return reason if self.kind is LineKind.SALE else f"Taken back: {reason}"


@dataclass(frozen=True, slots=True)
class Account:
    """A member's month in figures. `member` is a user id."""

    member: int
    month: Month
    opening: Money
    lines: tuple[Line, ...]

    @property
    def closing(self) -> Money:
        """Where the balance stands after all lines."""
        return self.opening + total((line.amount for line in self.lines), self.opening.currency)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell: no balance and no line."""
        return not self.opening and not self.lines

    def running(self) -> list[tuple[Line, Money]]:
        """Each line with the balance after it."""
        balance, rows = self.opening, []
        for line in self.lines:
            balance += line.amount
            rows.append((line, balance))
        return rows

    def sums(self) -> list[tuple[LineKind, Money]]:
        """What each kind of line comes to, for the kinds that occur."""
        found = []
        for kind in LineKind:
            amounts = [line.amount for line in self.lines if line.kind is kind]
            if amounts:
                found.append((kind, total(amounts, self.opening.currency)))
        return found


def content(account: Account) -> Value:
    """The figures and names of the month, to be hashed. Sentences are left out: they may change."""
    return {
        "member": account.member,
        "month": str(account.month),
        "currency": account.opening.currency,
        "opening": account.opening.minor,
        "lines": [_line(line) for line in account.lines],
        "closing": account.closing.minor,
    }


def _line(line: Line) -> Sequence[Value]:
    facts: list[Value] = [
        line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        line.source,
        line.amount.minor,
        *([line.tax] if line.tax else []),
    ]
    if line.terms:
        facts += [
            line.terms.title,
            line.terms.buyer,
            line.terms.licence_kind,
            line.terms.price.minor,
            line.terms.coop_rate_bp,
            line.terms.weight,
            line.terms.weights,
        ]
    return facts
