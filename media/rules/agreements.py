"""What co-creators agree to: who gets which part of what a work earns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stockcoop.kernel.money import Money, allocate

LARGEST_WEIGHT = 10_000


class Outcome(StrEnum):
    """How a proposed split ended."""

    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Share:
    """One co-creator's place in a split: `member` is a user id, `role` a word of the co-op's."""

    member: int
    role: str
    weight: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A share as a part of the whole: in hundredths of a percent, and of a sum of money."""

    share: Share
    part_bp: int
    money: Money


def asked(*, owner: int, before: Iterable[int], named: Iterable[Share]) -> list[int]:
    """Whose consent a split needs: its proposer's, and that of all who have a part before or after.

    Nobody gains, gives or loses a part without having said so.
    """
    return sorted({owner, *before, *(share.member for share in named)})


def begins(*, agreed_at: datetime, named: datetime | None) -> datetime:
    """From when on an agreed split holds: the last consent, or the later moment it names."""
    return agreed_at if named is None else max(agreed_at, named)


def fault(owner: int, shares: Sequence[Share]) -> str:
    """What keeps `shares` from being a split of a work of `owner`, in a sentence; else empty."""
    members = [share.member for share in shares]
    if owner not in members:
        return "Say what your own part is: whoever owns a work stays in its split."
    if len(set(members)) != len(members):
        return "Name each co-creator once."
    if not all(0 < share.weight <= LARGEST_WEIGHT for share in shares):
        return f"A part is a whole number from 1 to {LARGEST_WEIGHT}."
    return ""


def slices(shares: Iterable[Share], of: Money) -> list[Slice]:
    """What each share comes to of the sum `of`, to the last minor unit, as a sale shares it out."""
    ordered = sorted(shares, key=lambda share: share.member)
    weights = [share.weight for share in ordered]
    parts = allocate(Money(10_000, of.currency), weights)
    return [
        Slice(share, part.minor, money)
        for share, part, money in zip(ordered, parts, allocate(of, weights), strict=True)
    ]
