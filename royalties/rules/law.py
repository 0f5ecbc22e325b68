"""How the by-laws share out a surplus: steps in their order, then the classes' patronage.

Shares of the whole are basis points: 10,000 are all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from governance.rules.bylaws import named
from ledger.rules.accounts import kind_of
from royalties.rules import steps
from royalties.rules.retention import Retention
from royalties.rules.splits import WHOLE_BP
from royalties.rules.steps import Facts, Reserve, Size, Step
from stockcoop.kernel.money import Money


class Measure(StrEnum):
    """By what the part of a class is shared among its members."""

    EQUAL = "equal"
    SERVICE = "service"
    ROYALTIES = "royalties"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class ClassPart:
    """The part of one share class, in basis points of what the steps leave."""

    share_class: str
    part_bp: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Law:
    """The steps before the members, the classes' parts of the rest, and how it is paid.

    Raises ValueError unless the parts are of one class each and make the whole, and each step goes
    to accounts that the ledger knows.
    """

    steps: tuple[Step, ...]
    parts: tuple[ClassPart, ...]
    retention: Retention = field(default_factory=Retention)

    def __post_init__(self) -> None:
        classes = {part.share_class for part in self.parts}
        if len(classes) != len(self.parts) or any(part.part_bp < 0 for part in self.parts):
            raise ValueError("Each class has one part, of 0 % or more.")
        if sum(part.part_bp for part in self.parts) != WHOLE_BP:
            raise ValueError("The parts of the classes make 100 % together.")
        for code in self._accounts():
            kind_of(code)

    @classmethod
    def simple(cls, reserve_bp: int, parts: Sequence[ClassPart]) -> "Law":
        """One reserve without a ceiling, the rest to the classes, all of it in cash."""
        return cls((Reserve(Size(rate_bp=reserve_bp)),), tuple(parts))

    @classmethod
    def of_bylaws(cls, articles: Sequence[Mapping[str, Any]]) -> "Law":
        """The by-laws' article "surplus". Raises ValueError when it cannot be applied."""
        return cls.read(named("surplus", articles))

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Law":
        """From a table with `steps` and `parts`; see `stated`. Raises ValueError.

        A table with `reserve_bp` in place of `steps` has that reserve as its one step.
        """
        try:
            old = "steps" not in table
            only = [{"kind": "reserve", "rate_bp": table["reserve_bp"]}] if old else []
            tables = only or table["steps"]
            return cls(
                steps=tuple(steps.read(step) for step in tables),
                parts=tuple(
                    ClassPart(part["share_class"], int(part["part_bp"]), Measure(part["measure"]))
                    for part in table["parts"]
                ),
                retention=Retention.read(table),
            )
        except KeyError as error:
            raise ValueError(f"the article on the surplus lacks {error}") from error

    def stated(self) -> dict[str, Any]:
        """The law as a table, to be stored and read again."""
        return {
            "steps": [step.stated() for step in self.steps],
            "parts": [
                {
                    "share_class": part.share_class,
                    "part_bp": part.part_bp,
                    "measure": part.measure.value,
                }
                for part in self.parts
            ],
            **self.retention.stated(),
        }

    @property
    def reserve_bp(self) -> int:
        """The share of the (first) reserve; 0 when there is none, or when it takes a sum."""
        shares = (step.size.rate_bp for step in self.steps if isinstance(step, Reserve))
        return next(shares, 0) or 0

    def with_reserve(self, reserve_bp: int) -> "Law":
        """The same law with another share for each reserve."""
        size = Size(rate_bp=reserve_bp)
        return replace(
            self,
            steps=tuple(
                replace(step, size=size) if isinstance(step, Reserve) else step
                for step in self.steps
            ),
        )

    def _accounts(self) -> list[str]:
        nothing = Money.zero("USD")
        taken = [step.apply(nothing, Facts.none("USD")) for step in self.steps]
        return [account for one in taken for account, _ in one.into]
