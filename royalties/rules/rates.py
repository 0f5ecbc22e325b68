"""Which rate applies to a sale: the most specific rule that holds at its moment."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """What the co-op keeps of a licence kind, under conditions; an empty one asks for nothing.

    `share_class` is that of the work's owner at the sale, `work` an id, `begins` the first moment
    and `ends` the first one after it, None for ever.
    """

    key: int
    licence_kind: str
    coop_rate_bp: int
    begins: datetime
    ends: datetime | None = None
    share_class: str = ""
    work: int | None = None
    promotion: str = ""

    def holds(self, *, licence_kind: str, share_class: str, work: int, at: datetime) -> bool:
        """Whether it says something about such a sale."""
        return (
            self.licence_kind == licence_kind
            and self.begins <= at
            and (self.ends is None or at < self.ends)
            and self.share_class in ("", share_class)
            and self.work in (None, work)
        )

    @property
    def rank(self) -> tuple[bool, bool, bool, datetime]:
        """The greater, the more specific: a work, a promotion, a class, and what began last."""
        return (self.work is not None, bool(self.promotion), bool(self.share_class), self.begins)

    @property
    def words(self) -> str:
        """The rule as statements name it: "standard, class C"."""
        said = [self.licence_kind]
        if self.share_class:
            said.append(f"class {self.share_class}")
        if self.promotion:
            said.append(f"promotion “{self.promotion}”")
        if self.work is not None:
            said.append("agreed for this work")
        return ", ".join(said)


def that_applies(
    rules: Iterable[Rule], *, licence_kind: str, share_class: str, work: int, at: datetime
) -> Rule | None:
    """The rule for a sale of `work` at `at`, by an owner of `share_class`; None without any.

    A rule for the work comes first, then a promotion, then one for class and kind, then one for
    the kind alone; among equals the one that began last. Constraints keep two of the same rank
    from beginning at once.
    """
    holding = (
        rule
        for rule in rules
        if rule.holds(licence_kind=licence_kind, share_class=share_class, work=work, at=at)
    )
    return max(holding, key=lambda rule: rule.rank, default=None)


class Known:
    """`that_applies` of rules that do not change, for very many sales.

    Between two moments at which a rule for all works begins or ends, one answer holds.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._own: dict[int, list[Rule]] = defaultdict(list)
        self._common: list[Rule] = []
        for rule in rules:
            (self._common if rule.work is None else self._own[rule.work]).append(rule)
        ends = [rule.ends for rule in self._common if rule.ends is not None]
        self._turns = sorted({rule.begins for rule in self._common}.union(ends))
        self._found: dict[tuple[str, str, int], Rule | None] = {}

    def that_applies(
        self, *, licence_kind: str, share_class: str, work: int, at: datetime
    ) -> Rule | None:
        """The rule for such a sale; None without any."""
        key = (licence_kind, share_class, bisect_right(self._turns, at))
        own = self._own.get(work)
        if own is None and key in self._found:
            return self._found[key]
        found = that_applies(
            [*self._common, *(own or ())],
            licence_kind=licence_kind,
            share_class=share_class,
            work=work,
            at=at,
        )
        if own is None:
            self._found[key] = found
        return found
