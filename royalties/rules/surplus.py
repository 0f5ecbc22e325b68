"""The surplus of a year: from the by-laws and each member's figures to every cent."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ledger.rules import Move
from ledger.rules.accounts import Kind, kind_of
from royalties.rules import chart
from royalties.rules.law import ClassPart, Law, Measure
from royalties.rules.retention import Allotment
from royalties.rules.steps import Facts, Taken
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money, allocate, total


@dataclass(frozen=True, slots=True)
class Person:
    """What counts of a member (user id) in one class in the year.

    `at_end`: a member of the class when the year ended; `days`: of membership in the class up to
    then; `royalties`: minor units earned in the year, refunds taken off; `minutes` worked in it.
    """

    member: int
    share_class: str
    at_end: bool
    days: int
    royalties: int
    minutes: int = 0

    def weight(self, measure: Measure) -> int:
        """What the person puts on the scale when a part is shared by `measure`; 0 or more."""
        match measure:
            case Measure.EQUAL:
                return int(self.at_end)
            case Measure.SERVICE:
                return max(0, self.days)
            case Measure.ROYALTIES:
                return max(0, self.royalties)
            case Measure.HOURS:
                return max(0, self.minutes)


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
    """A surplus shared out: what each step takes, a slice per class, a share per member."""

    surplus: Money
    law: Law
    facts: Facts
    taken: tuple[Taken, ...]
    slices: tuple[Slice, ...]
    shares: tuple[Share, ...]

    @property
    def reserve(self) -> Money:
        """What the steps put into the reserve itself."""
        into = (part for step in self.taken for part in step.into)
        parts = (amount for account, amount in into if account == chart.RESERVE)
        return total(parts, self.surplus.currency)

    @property
    def rest(self) -> Money:
        """What the steps leave to the classes."""
        return self.surplus - total((step.amount for step in self.taken), self.surplus.currency)

    @property
    def vacant(self) -> Money:
        """The slices to which nobody is entitled."""
        return total((s.amount for s in self.slices if s.vacant), self.surplus.currency)

    def due(self) -> dict[int, Money]:
        """What each member gets of all classes together, by user id."""
        sums: dict[int, Money] = {}
        for share in self.shares:
            before = sums.get(share.member, Money.zero(self.surplus.currency))
            sums[share.member] = before + share.amount
        return sums

    def allotments(self, consented: Collection[int]) -> dict[int, Allotment]:
        """How each member who gets something is paid, when those in `consented` have agreed."""
        return {
            member: self.law.retention.allot(amount, consented=member in consented)
            for member, amount in self.due().items()
            if amount
        }

    def stated(self) -> Value:
        """Every figure of the plan, to be stored and compared with a later computation."""
        return {
            "surplus": self.surplus.minor,
            "currency": self.surplus.currency,
            "reserve": self.reserve.minor,
            "taken": [[account, sum_.minor] for step in self.taken for account, sum_ in step.into],
            "slices": [[s.part.share_class, s.amount.minor, s.weights] for s in self.slices],
            "shares": [
                [s.member, s.slice.part.share_class, s.weight, s.amount.minor] for s in self.shares
            ],
        }


def share_out(
    surplus: Money, law: Law, people: Sequence[Person], facts: Facts | None = None
) -> Plan:
    """Share out `surplus`: the steps in their order, the rest among the classes and their people.

    Every cent of it is with a step, in a vacant slice or in a share. In a tie for the last cent
    a step goes before what it leaves, then earlier parts and earlier people.
    Raises ValueError when there is nothing to share out.
    """
    if surplus.minor <= 0:
        raise ValueError(f"there is no surplus to share out: {surplus}")
    facts = facts or Facts.none(surplus.currency)
    taken = taken_by(surplus, law, facts)
    rest = surplus - total((step.amount for step in taken), surplus.currency)
    slices, shares = _among_classes(rest, law, people)
    return Plan(surplus, law, facts, tuple(taken), tuple(slices), tuple(shares))


def taken_by(surplus: Money, law: Law, facts: Facts) -> list[Taken]:
    """What each step of `law` takes of `surplus`, in their order."""
    rest, found = surplus, list[Taken]()
    for step in law.steps:
        found.append(step.apply(rest, facts))
        rest, facts = rest - found[-1].amount, facts.after(found[-1])
    return found


def _among_classes(
    rest: Money, law: Law, people: Sequence[Person]
) -> tuple[list[Slice], list[Share]]:
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
    return slices, shares


def moves(plan: Plan, *, year: int, consented: Collection[int] = ()) -> list[Move]:
    """The plan as moves out of the year's result; nothing moves for a part of nothing.

    A member with shares in several classes gets one move, and another for what is retained.
    """
    due: dict[str, Money] = {chart.RESERVE: plan.vacant}
    for account, amount in (part for step in plan.taken for part in step.into):
        due[account] = due.get(account, Money.zero(plan.surplus.currency)) + amount
    for member, paid in plan.allotments(consented).items():
        due[chart.member(member)] = paid.cash
        due[chart.equity(member)] = paid.retained
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
