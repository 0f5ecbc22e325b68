"""What a surplus goes to before the members: the steps of the by-laws, applied in their order.

Each step sees what the steps before it left and takes a part of it. Shares are basis points of
that rest; sums are minor units of its currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from royalties.rules import chart
from royalties.rules.splits import WHOLE_BP
from royalties.rules.words import percent
from stockcoop.kernel.money import Money, allocate, total


@dataclass(frozen=True, slots=True)
class Facts:
    """What the steps look at beside the sum: what stood there when the plan was made.

    `losses`: (year, what is not made good of it), the oldest first, each above zero.
    """

    reserve: Money
    capital: Money
    losses: tuple[tuple[int, Money], ...] = ()

    @classmethod
    def none(cls, currency: str) -> "Facts":
        """No reserve yet, no capital, no loss."""
        return cls(Money.zero(currency), Money.zero(currency))

    @property
    def lost(self) -> Money:
        """All past losses together."""
        return total((amount for _, amount in self.losses), self.reserve.currency)

    def after(self, taken: "Taken") -> "Facts":
        """As the next step sees them: the reserve with what was put there, losses made good."""
        into = dict(taken.into)
        left = ((y, loss - into.get(chart.year(y), loss * 0)) for y, loss in self.losses)
        return Facts(
            self.reserve + into.get(chart.RESERVE, self.reserve * 0),
            self.capital,
            tuple((year, loss) for year, loss in left if loss),
        )

    def stated(self) -> dict[str, Any]:
        """In minor units, to be stored and read again."""
        return {
            "reserve": self.reserve.minor,
            "capital": self.capital.minor,
            "losses": [[year, loss.minor] for year, loss in self.losses],
        }

    @classmethod
    def read(cls, table: Mapping[str, Any], currency: str) -> "Facts":
        """What `stated` gave."""
        return cls(
            Money(table["reserve"], currency),
            Money(table["capital"], currency),
            tuple((year, Money(loss, currency)) for year, loss in table["losses"]),
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step takes: its `name`, a sentence with the figures, and the accounts it goes to."""

    name: str
    why: str
    amount: Money
    into: tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class Size:
    """A part of the rest (`rate_bp`) or a sum (`sum_minor`): one of the two."""

    rate_bp: int | None = None
    sum_minor: int | None = None

    def __post_init__(self) -> None:
        if (self.rate_bp is None) == (self.sum_minor is None):
            raise ValueError("A step takes a share or a sum, one of the two.")
        if self.rate_bp is not None and not 0 <= self.rate_bp <= WHOLE_BP:
            raise ValueError("A share is between 0 and 100 %.")
        if self.sum_minor is not None and self.sum_minor < 0:
            raise ValueError("A sum is zero or more.")

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Size":
        """From the table of a step."""
        return cls(_whole(table, "rate_bp"), _whole(table, "sum_minor"))

    def stated(self) -> dict[str, int]:
        """The figure under its name."""
        if self.rate_bp is not None:
            return {"rate_bp": self.rate_bp}
        return {"sum_minor": self.sum_minor or 0}

    def of(self, rest: Money) -> Money:
        """The part of `rest`, half a minor unit up; a sum is as much of it as there is."""
        if self.rate_bp is not None:
            return allocate(rest, [self.rate_bp, WHOLE_BP - self.rate_bp])[0]
        return min(rest, Money(self.sum_minor or 0, rest.currency))

    def words(self, rest: Money) -> str:
        """As in "20 % of USD 160.00", "up to USD 50.00"."""
        if self.rate_bp is not None:
            return f"{percent(self.rate_bp)} of {rest}"
        return f"up to {Money(self.sum_minor or 0, rest.currency)}"


class Step(Protocol):
    """One step of the by-laws. `kind` is what their table calls it."""

    kind: ClassVar[str]

    def apply(self, rest: Money, facts: Facts) -> Taken:
        """What it takes of `rest`: between nothing and all of it."""
        ...

    def stated(self) -> dict[str, Any]:
        """The step as a table, to be stored and read again."""
        ...


@dataclass(frozen=True, slots=True)
class PastDeficit:
    """Losses of earlier years are made good, the oldest first, as far as the rest goes."""

    kind: ClassVar[str] = "deficit"

    def apply(self, rest: Money, facts: Facts) -> Taken:
        left, into = rest, []
        for year, loss in facts.losses:
            part = min(left, loss)
            left -= part
            if part:
                into.append((chart.year(year), part))
        amount = rest - left
        why = f"{amount} of past losses of {facts.lost} made good"
        return Taken("Past losses", why if facts.losses else "No past loss", amount, tuple(into))

    def stated(self) -> dict[str, Any]:
        return {"kind": self.kind}


@dataclass(frozen=True, slots=True)
class Reserve:
    """The statutory reserve: a share, until it holds as much as the ceiling, if there is one.

    The ceiling is a sum, or a share of the capital; of both the larger one counts.
    """

    kind: ClassVar[str] = "reserve"
    size: Size
    ceiling_minor: int | None = None
    ceiling_capital_bp: int | None = None

    def __post_init__(self) -> None:
        if min(self.ceiling_minor or 0, self.ceiling_capital_bp or 0) < 0:
            raise ValueError("A ceiling is zero or more.")

    def ceiling(self, facts: Facts) -> Money | None:
        """As much as the reserve may come to; None without a ceiling."""
        if self.ceiling_minor is None and self.ceiling_capital_bp is None:
            return None
        of_capital = facts.capital.minor * (self.ceiling_capital_bp or 0) // WHOLE_BP
        return Money(max(self.ceiling_minor or 0, of_capital), facts.capital.currency)

    def apply(self, rest: Money, facts: Facts) -> Taken:
        amount, ceiling = self.size.of(rest), self.ceiling(facts)
        why = self.size.words(rest)
        if ceiling is not None:
            room = max(Money.zero(rest.currency), ceiling - facts.reserve)
            amount = min(amount, room)
            why += f", until it holds {ceiling}; it holds {facts.reserve}"
        return Taken("Reserve", why, amount, ((chart.RESERVE, amount),))

    def stated(self) -> dict[str, Any]:
        ceilings = {
            "ceiling_minor": self.ceiling_minor,
            "ceiling_capital_bp": self.ceiling_capital_bp,
        }
        given = {name: figure for name, figure in ceilings.items() if figure is not None}
        return {"kind": self.kind, **self.size.stated(), **given}


@dataclass(frozen=True, slots=True)
class FurtherReserve:
    """A reserve for a purpose: `code` is its word in the ledger, `name` what members read."""

    kind: ClassVar[str] = "further_reserve"
    code: str
    name: str
    size: Size

    def apply(self, rest: Money, facts: Facts) -> Taken:
        amount = self.size.of(rest)
        into = ((f"{chart.RESERVE}:{self.code}", amount),)
        return Taken(self.name, self.size.words(rest), amount, into)

    def stated(self) -> dict[str, Any]:
        return {"kind": self.kind, "code": self.code, "name": self.name, **self.size.stated()}


@dataclass(frozen=True, slots=True)
class Charity:
    """A gift: owed to `name` until it is paid, under `code` in the ledger."""

    kind: ClassVar[str] = "charity"
    code: str
    name: str
    size: Size

    def apply(self, rest: Money, facts: Facts) -> Taken:
        amount = self.size.of(rest)
        why = f"{self.size.words(rest)}, to {self.name}"
        return Taken(self.name, why, amount, ((chart.charity(self.code), amount),))

    def stated(self) -> dict[str, Any]:
        return {"kind": self.kind, "code": self.code, "name": self.name, **self.size.stated()}


def read(table: Mapping[str, Any]) -> Step:
    """The step of a table, by its `kind`. Raises ValueError for a step that nobody knows."""
    match table.get("kind"):
        case PastDeficit.kind:
            return PastDeficit()
        case Reserve.kind:
            return Reserve(
                Size.read(table),
                _whole(table, "ceiling_minor"),
                _whole(table, "ceiling_capital_bp"),
            )
        case FurtherReserve.kind:
            return FurtherReserve(str(table["code"]), str(table["name"]), Size.read(table))
        case Charity.kind:
            return Charity(str(table["code"]), str(table["name"]), Size.read(table))
    raise ValueError(f"no step of the by-laws is called {table.get('kind')!r}")


def _whole(table: Mapping[str, Any], name: str) -> int | None:
    return int(table[name]) if name in table else None
