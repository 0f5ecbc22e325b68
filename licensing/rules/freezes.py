"""Market freezes: while one runs, nobody else is granted a licence of the work where it reaches.

A licence and a freeze each claim a part of the market. `conflict` is the whole rule of what stands
in the way of what; the database holds the same by two exclusion constraints.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Reach:
    """A part of the market, by codes of regions and uses. None named is all of them."""

    regions: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()

    def meets(self, other: Reach) -> bool:
        """Whether both have a region and a use in common."""
        return _meet(self.regions, other.regions) and _meet(self.uses, other.uses)

    def covers(self, other: Reach) -> bool:
        """Whether all of `other` is in this one."""
        return _covers(self.regions, other.regions) and _covers(self.uses, other.uses)


ALL = Reach()


@dataclass(frozen=True, slots=True)
class Freeze:
    """What a buyer picks: for how many months, and in which region and use, by code."""

    months: int
    region: str
    use: str

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Freeze | None:
        """The one that a row keeps; None for the empty mapping."""
        return cls(stored["months"], stored["region"], stored["use"]) if stored else None

    def stored(self) -> dict[str, Any]:
        """What `read` reads."""
        return {"months": self.months, "region": self.region, "use": self.use}


@dataclass(frozen=True, slots=True)
class Extent:
    """A region or a use to pick; `whole` is all there are."""

    code: str
    name: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class FreezeOffer:
    """What a price book says of freezes: for which kinds of licence, where, and for how much.

    A `strict` one is to be had only where nobody else holds a licence that it meets; otherwise the
    buyer is told how many there are. Holders are told `notice_days` before theirs ends.
    """

    kinds: tuple[str, ...]
    regions: tuple[Extent, ...]
    uses: tuple[Extent, ...]
    prices: Mapping[Freeze, Money]
    strict: bool
    notice_days: int
    text: str

    @property
    def terms(self) -> list[int]:
        """The terms on offer, in months, shortest first."""
        return sorted({freeze.months for freeze in self.prices})

    def region(self, code: str) -> Extent:
        return next(region for region in self.regions if region.code == code)

    def use(self, code: str) -> Extent:
        return next(use for use in self.uses if use.code == code)

    def reach(self, freeze: Freeze) -> Reach:
        """Where `freeze` holds. It has to be one that has a price."""
        return Reach(_codes(self.region(freeze.region)), _codes(self.use(freeze.use)))

    def frozen(self, freeze: Freeze) -> Frozen:
        """`freeze` in a quote. It has to be one that has a price."""
        region, use = self.region(freeze.region).name, self.use(freeze.use).name
        return Frozen(freeze, region, use, self.prices[freeze])

    def nearest(self, freeze: Freeze | None) -> Freeze | None:
        """`freeze` if it has a price, else one of the same term; None when there is none."""
        if freeze is None or freeze in self.prices:
            return freeze
        alike = [one for one in self.prices if one.months == freeze.months]
        same_region = [one for one in alike if one.region == freeze.region]
        return next(iter(same_region or alike), None)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A freeze in a quote, by the names of its book, and what it costs."""

    freeze: Freeze
    region: str
    use: str
    price: Money

    @property
    def where(self) -> str:
        """ "Europe, advertising"."""
        return f"{self.region}, {self.use.lower()}"

    @property
    def text(self) -> str:
        """ "Market freeze, 6 months: Europe, advertising"."""
        return f"Market freeze, {_months(self.freeze.months)}: {self.where}"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one licence takes of the market of a work, or what its freeze does.

    A licence is granted at one moment, `since`, and has no end. A freeze holds after `since`, the
    moment at which its order was placed, and before `until`. Licences that upgrade one another
    share a `root`.
    """

    root: int
    reach: Reach
    since: datetime
    until: datetime | None = None
    strict: bool = False

    @property
    def freezes(self) -> bool:
        return self.until is not None

    def runs(self, at: datetime) -> bool:
        """Whether it is a freeze that has not ended at `at`."""
        return self.until is not None and self.until > at


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line would take if it was granted: as a licence, and as a freeze if it has one."""

    licence: Claim
    freeze: Claim | None = None


@dataclass(frozen=True, slots=True)
class Others:
    """How many licences of others a freeze would meet, and since when there is the first."""

    count: int = 0
    since: datetime | None = None

    @property
    def text(self) -> str:
        """What a buyer of a freeze is told of them; empty where there are none."""
        if not self.since:
            return ""
        return (
            f"{_licences(self.count)} of this work, the first of {_day(self.since)}, "
            f"{'stays' if self.count == 1 else 'stay'} valid beside a freeze."
        )


def conflict(one: Claim, other: Claim) -> bool:
    """Whether the two cannot both stand: a freeze, and what somebody else has where it reaches."""
    if one.root == other.root or not one.reach.meets(other.reach):
        return False
    if one.until is not None and other.until is not None:
        return one.since < other.until and other.since < one.until
    for freeze, licence in ((one, other), (other, one)):
        if freeze.until is not None and licence.since < freeze.until:
            return freeze.strict or freeze.since < licence.since
    return False


def obstacle(name: str, wanted: Wanted, others: Iterable[Claim]) -> str:
    """Why `wanted` of the work called `name` cannot be had beside `others`; "" when it can."""
    others = list(others)
    if bar := barred(name, wanted, others):
        return bar
    if wanted.freeze is None or not any(conflict(wanted.freeze, other) for other in others):
        return ""
    if wanted.freeze.strict:
        return f"{name} has been licensed before, so it cannot be frozen."
    return f"{name} was licensed to somebody else since, so the freeze cannot be had as ordered."


def barred(name: str, wanted: Wanted, others: Iterable[Claim]) -> str:
    """Why a freeze of somebody else is in the way of `wanted`; "" when none is.

    A licence that is granted now comes after every freeze that is there, whatever clocks say.
    """
    theirs = [one for one in others if one.freezes and one.root != wanted.licence.root]
    running = [one for one in theirs if one.runs(wanted.licence.since)]
    if why := bar(name, wanted.licence.reach, running):
        return why
    met = [one for one in theirs if wanted.freeze and conflict(wanted.freeze, one)]
    return bar(name, ALL, met)


def bar(name: str, reach: Reach, running: Iterable[Claim]) -> str:
    """Why a licence of `reach` cannot be had while these freezes of others run; "" if it can."""
    ends = [one.until for one in running if one.until and one.reach.meets(reach)]
    if not ends:
        return ""
    day = _day(max(ends))
    return f"{name} is frozen for somebody else until {day}, so it cannot be licensed before then."


def met(reach: Reach, others: Iterable[Claim]) -> Others:
    """Which licences of others a freeze of `reach` meets; those of one root are one."""
    since: dict[int, datetime] = {}
    for claim in others:
        if not claim.freezes and claim.reach.meets(reach):
            since[claim.root] = min(claim.since, since.get(claim.root, claim.since))
    return Others(len(since), min(since.values(), default=None))


def months_after(at: datetime, months: int) -> datetime:
    """The same moment of the day `months` later, in UTC; in a shorter month its last day."""
    at = at.astimezone(UTC)
    whole = at.month - 1 + months
    year, month = at.year + whole // 12, whole % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Term:
    """From when a freeze counts, and when it ends."""

    since: datetime
    until: datetime


def term(freeze: Freeze, *, granted: datetime, going_since: datetime | None = None) -> Term:
    """When `freeze` ends: its months count from the grant, or from the start of one that is going
    and made longer by it.
    """
    since = going_since or granted
    return Term(since, months_after(since, freeze.months))


def _meet(one: frozenset[str], other: frozenset[str]) -> bool:
    return not one or not other or bool(one & other)


def _covers(one: frozenset[str], other: frozenset[str]) -> bool:
    return not one or (bool(other) and other <= one)


def _codes(extent: Extent) -> frozenset[str]:
    return frozenset() if extent.whole else frozenset({extent.code})


def _months(months: int) -> str:
    return "1 month" if months == 1 else f"{months} months"


def _licences(count: int) -> str:
    return "1 licence" if count == 1 else f"{count} licences"


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%-d %B %Y}"
