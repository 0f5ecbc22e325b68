"""When retained patronage is paid back, and when the capital is too low for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from stockcoop.kernel.money import Money, total


@dataclass(frozen=True, slots=True)
class Schedule:
    """`after_years` after its year, or `exit_years` after its member left; never below the floor.

    Raises ValueError for figures below zero.
    """

    after_years: int
    exit_years: int
    capital_floor_minor: int

    def __post_init__(self) -> None:
        if min(self.after_years, self.exit_years, self.capital_floor_minor) < 0:
            raise ValueError("Years and the capital floor are zero or more.")

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
            )
        except KeyError as error:
            raise ValueError(f"the article on equity lacks {error}") from error

    def due_in(self, held: "Held") -> int:
        """The year in which it is due: by age or by exit, whichever comes first."""
        by_age = held.year + self.after_years
        return by_age if held.left_in is None else min(by_age, held.left_in + self.exit_years)


@dataclass(frozen=True, slots=True)
class Held:
    """What stands of one notice: of whom, from which year, and when its member left, if ever."""

    notice: int
    member: int
    year: int
    amount: Money
    left_in: int | None = None


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
    ripe = sorted(
        (held for held in holdings if held.amount.minor > 0 and schedule.due_in(held) <= year),
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
