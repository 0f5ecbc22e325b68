"""A member's year: its twelve months, one after the other, and what they come to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from royalties.rules.months import Month
from royalties.rules.statements import Account, Line, LineKind
from royalties.rules.statements import content as month_content
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money, total


@dataclass(frozen=True, slots=True)
class OfWork:
    """What a work brought its artist in the year: licences sold, less those taken back."""

    title: str
    uses: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months of one member, each opening where the one before closed."""

    months: tuple[Account, ...]

    @classmethod
    def of_lines(
        cls, *, member: int, year: int, opening: Money, lines: Sequence[tuple[int, Line]]
    ) -> "Year":
        """From the lines of a year in the order of time, each with the number of its month."""
        by_month: dict[int, list[Line]] = defaultdict(list)
        for number, line in lines:
            by_month[number].append(line)
        months: list[Account] = []
        for number in range(1, 13):
            account = Account(member, Month(year, number), opening, tuple(by_month[number]))
            months.append(account)
            opening = account.closing
        return cls(tuple(months))

    @property
    def member(self) -> int:
        """A user id."""
        return self.months[0].member

    @property
    def number(self) -> int:
        """As in 2026."""
        return self.months[0].month.year

    @property
    def opening(self) -> Money:
        """Where the balance stood at the start of January."""
        return self.months[0].opening

    @property
    def closing(self) -> Money:
        """Where it stands at the end of December."""
        return self.months[-1].closing

    @property
    def lines(self) -> list[Line]:
        """Every line of the year, in the order of time."""
        return [line for month in self.months for line in month.lines]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell: no balance and no line."""
        return all(month.is_empty for month in self.months)

    def kinds(self) -> list[tuple[LineKind, Money]]:
        """What each kind of line comes to, for the kinds that occur."""
        sums: dict[LineKind, list[Money]] = defaultdict(list)
        for month in self.months:
            for kind, amount in month.sums():
                sums[kind].append(amount)
        return [(kind, total(sums[kind], self.opening.currency)) for kind in LineKind if sums[kind]]

    def works(self) -> list[OfWork]:
        """What each work brought, the most first."""
        sold: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            if line.terms:
                sold[line.terms.title].append(line)
        found = [
            OfWork(
                title,
                sum(1 if line.amount.minor >= 0 else -1 for line in lines),
                total((line.amount for line in lines), self.opening.currency),
            )
            for title, lines in sold.items()
        ]
        return sorted(found, key=lambda work: (-work.amount.minor, work.title))


def content(year: Year) -> Value:
    """The year to be hashed: its months as their own statements hash them."""
    return {"year": year.number, "months": [month_content(month) for month in year.months]}
