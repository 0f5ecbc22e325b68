"""The surplus of a year: from the by-laws and each member's figures to every cent.

Shares of the whole are basis points: 10,000 are all of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from governance.rules.bylaws import named
from ledger.rules import Move
from ledger.rules.accounts import Kind, kind_of
from royalties.rules import chart
from royalties.rules.splits import WHOLE_BP
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money, allocate, total


class Measure(StrEnum):
    """By what the part of a class is shared among its members."""

    EQUAL = "equal"
    SERVICE = "service"
    ROYALTIES = "royalties"


@dataclass(frozen=True, slots=True)
class ClassPart:
    """The part of one share class, in basis points of what the reserve leaves."""

    share_class: str
    part_bp: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Law:
    """How a surplus is shared out: basis points for the reserve, then a part per class.

    Raises ValueError unless the parts are of one class each and make the whole.
    """

    reserve_bp: int
    parts: tuple[ClassPart, ...]

    def __post_init__(self) -> None:
        classes = {part.share_class for part in self.parts}
        if not 0 <= self.reserve_bp <= WHOLE_BP:
            raise ValueError("The reserve is between 0 and 100 %.")
        if len(classes) != len(self.parts) or any(part.part_bp < 0 for part in self.parts):
            raise ValueError("Each class has one part, of 0 % or more.")
        if sum(part.part_bp for part in self.parts) != WHOLE_BP:
            raise ValueError("The parts of the classes make 100 % together.")

    @classmethod
    def of_bylaws(cls, articles: Sequence[Mapping[str, Any]]) -> "Law":
        """The by-laws' article "surplus". Raises ValueError when it cannot be applied."""
        return cls.read(named("surplus", articles))

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Law":
        """From a table with `reserve_bp` and `parts`; see `stated`. Raises ValueError."""
        try:
            return cls(
                reserve_bp=int(table["reserve_bp"]),
                parts=tuple(
                    ClassPart(part["share_class"], int(part["part_bp"]), Measure(part["measure"]))
                    for part in table["parts"]
                ),
            )
        except KeyError as error:
            raise ValueError(f"the article on the surplus lacks {error}") from error

    def stated(self) -> dict[str, Any]:
        """The law as a table, to be stored and read again."""
        return {
            "reserve_bp": self.reserve_bp,
            "parts": [
                {
                    "share_class": part.share_class,
                    "part_bp": part.part_bp,
                    "measure": part.measure.value,
                }
                for part in self.parts
            ],
        }


@dataclass(frozen=True, slots=True)
class Person:
    """What counts of a member (user id) in one class in the year.

    `at_end`: a member of the class when the year ended; `days`: of membership in the class up to
    then; `royalties`: minor units earned in the year, refunds taken off.
    """

    member: int
    share_class: str
    at_end: bool
    days: int
    royalties: int

    def weight(self, measure: Measure) -> int:
        """What the person puts on the scale when a part is shared by `measure`; 0 or more."""
        if measure is Measure.EQUAL:
            return int(self.at_end)
        return max(0, self.days if measure is Measure.SERVICE else self.royalties)


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a class: what it comes to, and the sum of its members' weights.

    Without any weight nobody is entitled, and the amount goes to the reserve.
    """

    part: ClassPart
    amount: Money
    weights: int

    @property
    def vacant(self) -> bool:
        """Whether nobody is entitled to it."""
        return self.weights == 0


@dataclass(frozen=True, slots=True)
class Share:
    """What one member gets of the part of their class: `amount` for `weight`."""

    member: int
    slice: Slice
    weight: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Plan:
    """A surplus shared out: the reserve's part by rate, a slice per class, a share per member."""

    surplus: Money
    law: Law
    reserve: Money
    slices: tuple[Slice, ...]
    shares: tuple[Share, ...]

    @property
    def vacant(self) -> Money:
        """The slices to which nobody is entitled."""
        return total((s.amount for s in self.slices if s.vacant), self.surplus.currency)

    def stated(self) -> Value:
        """Every figure of the plan, to be stored and compared with a later computation."""
        return {
            "surplus": self.surplus.minor,
            "currency": self.surplus.currency,
            "reserve": self.reserve.minor,
            "slices": [[s.part.share_class, s.amount.minor, s.weights] for s in self.slices],
            "shares": [
                [s.member, s.slice.part.share_class, s.weight, s.amount.minor] for s in self.shares
            ],
        }


def share_out(surplus: Money, law: Law, people: Sequence[Person]) -> Plan:
    """Share out `surplus`: the reserve first, the rest among the classes, each among its people.

    Every cent of it is in the reserve, in a vacant slice or in a share. In a tie for the last cent
    the reserve goes first, then earlier parts and earlier people.
    Raises ValueError when there is nothing to share out.
    """
    if surplus.minor <= 0:
        raise ValueError(f"there is no surplus to share out: {surplus}")
    reserve, rest = allocate(surplus, [law.reserve_bp, WHOLE_BP - law.reserve_bp])
    amounts = allocate(rest, [part.part_bp for part in law.parts])
    slices: list[Slice] = []
    shares: list[Share] = []
    for part, amount in zip(law.parts, amounts, strict=True):
        entitled = [
            (person, weight)
            for person in people
            if person.share_class == part.share_class
            and (weight := person.weight(part.measure)) > 0
        ]
        weights = [weight for _, weight in entitled]
        slices.append(Slice(part, amount, sum(weights)))
        if entitled:
            cents = allocate(amount, weights)
            shares += [
                Share(person.member, slices[-1], weight, cent)
                for (person, weight), cent in zip(entitled, cents, strict=True)
            ]
    return Plan(surplus, law, reserve, tuple(slices), tuple(shares))


def moves(plan: Plan, *, year: int) -> list[Move]:
    """The plan as moves out of the year's result; nothing moves for a part of nothing.

    A member with shares in several classes gets one move.
    """
    due: dict[str, Money] = {chart.RESERVE: plan.reserve + plan.vacant}
    for share in plan.shares:
        account = chart.member(share.member)
        due[account] = due.get(account, Money.zero(plan.surplus.currency)) + share.amount
    return [
        Move(debit=chart.year(year), credit=account, amount=amount)
        for account, amount in due.items()
        if amount
    ]


def closing_moves(results: Sequence[tuple[str, Money]], *, year: int) -> list[Move]:
    """Moves that empty income and expense accounts into the year's result.

    `results`: account codes and what stands in them, credits less debits.
    """
    into = chart.year(year)
    return [
        Move(debit=code, credit=into, amount=amount)
        if amount.minor > 0
        else Move(debit=into, credit=code, amount=-amount)
        for code, amount in results
        if amount
    ]


def income_and_expenses(moves: Iterable[Move], *, year: int, currency: str) -> tuple[Money, Money]:
    """What a year's closing moves say that it earned and spent."""
    into = chart.year(year)
    income = expenses = Money.zero(currency)
    for move in moves:
        code, gained = (
            (move.debit, move.amount) if move.credit == into else (move.credit, -move.amount)
        )
        if kind_of(code) is Kind.INCOME:
            income += gained
        else:
            expenses -= gained
    return income, expenses
