"""When retained patronage is paid back, and when the capital is too low for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from royalties.rules.splits import WHOLE_BP
from stockcoop.kernel.money import Money, total


@dataclass(frozen=True, slots=True)
class Schedule:
    """`after_years` after its year, or `exit_years` after its member left; never below the floor.

    From the year in which it is due on, `yearly_bp` of what was retained is paid back each year;
    of a member who left, all of it at once. Raises ValueError for figures out of their bounds.
    """

    after_years: int
    exit_years: int
    capital_floor_minor: int
    yearly_bp: int = WHOLE_BP

    def __post_init__(self) -> None:
        if min(self.after_years, self.exit_years, self.capital_floor_minor) < 0:
            raise ValueError("Years and the capital floor are zero or more.")
        if not 0 < self.yearly_bp <= WHOLE_BP:
            raise ValueError("What is redeemed in a year is more than nothing, at most all of it.")

    @classmethod
    def of_bylaws(cls, articles: Sequence[Mapping[str, Any]]) -> "Schedule | None":
        """The article "equity"; None when the by-laws have none."""
        article = next((a for a in articles if a.get("name") == "equity"), None)
        if article is None:
            return None
        try:
            return cls(
                int(article["after_years"]),
                int(article["exit_years"]),
                int(article["capital_floor_minor"]),
                int(article.get("yearly_bp", WHOLE_BP)),
            )
        except KeyError as error:
            raise ValueError(f"the article on equity lacks {error}") from error

    def due_in(self, held: "Held") -> int:
        """The year in which it is due: by age or by exit, whichever comes first."""
        by_age = held.year + self.after_years
        return by_age if held.left_in is None else min(by_age, held.left_in + self.exit_years)

    def ripe(self, held: "Held", *, year: int) -> Money:
        """What of `held` is due by `year`: its yearly shares so far, less what was paid back.

        Shares are of what was retained, to the next minor unit up, so that the last one ends it.
        """
        if self.due_in(held) > year:
            return Money.zero(held.amount.currency)
        if held.left_in is not None and held.left_in + self.exit_years <= year:
            return held.amount
        shares = min(WHOLE_BP, self.yearly_bp * (year - held.year - self.after_years + 1))
        so_far = -(-held.retained.minor * shares // WHOLE_BP)
        return max(
            Money.zero(held.amount.currency),
            Money(so_far, held.amount.currency) - (held.retained - held.amount),
        )


@dataclass(frozen=True, slots=True)
class Held:
    """What stands of one notice: of whom, from which year, and when its member left, if ever.

    `before` was paid back earlier.
    """

    notice: int
    member: int
    year: int
    amount: Money
    left_in: int | None = None
    before: Money | None = None

    @property
    def retained(self) -> Money:
        """What was retained at first."""
        return self.amount + self.before if self.before else self.amount


@dataclass(frozen=True, slots=True)
class Due:
    """What is redeemed now, and what waits because the capital would fall below the floor."""

    redeemed: tuple[Held, ...]
    suspended: tuple[Held, ...]


def due(holdings: Sequence[Held], schedule: Schedule, *, year: int, capital: Money) -> Due:
    """What falls due by `year` out of `capital`, the oldest first and all of a year together.

    Where the capital would fall below the floor, that year and all later ones are suspended:
    nobody is paid before somebody whose patronage is older, or of the same age.
    """
    parts = (replace(held, amount=schedule.ripe(held, year=year)) for held in holdings)
    ripe = sorted(
        (held for held in parts if held.amount.minor > 0),
        key=lambda held: (held.year, held.member),
    )
    floor = Money(schedule.capital_floor_minor, capital.currency)
    redeemed: list[Held] = []
    for _, group in groupby(ripe, key=lambda held: held.year):
        together = list(group)
        capital -= total((held.amount for held in together), capital.currency)
        if capital < floor:
            break
        redeemed += together
    return Due(tuple(redeemed), tuple(ripe[len(redeemed) :]))
