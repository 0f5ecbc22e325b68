"""Splits as people look at them: each part in percent and in money, and what is asked of whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from media.models import SplitAsked, SplitVersion, Work
from media.rules import agreements
from media.rules.agreements import Share
from media.services import splits
from members.models import User
from stockcoop.kernel.money import Money, exponent


@dataclass(frozen=True, slots=True)
class Shown:
    """A split to look at: `parts` are for the component "parts"; `waits` while another is open."""

    parts: list[dict[str, object]]
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one person: the split that holds, the proposed one, and what it means."""

    asked: SplitAsked
    now: Shown
    then: Shown
    consequence: str


@dataclass(frozen=True, slots=True)
class Past:
    """A version in the history of a work: its parts, who answered what, and what became of it."""

    version: SplitVersion
    shown: Shown
    answers: list[tuple[User, str, datetime | None]]
    state: str


def example() -> Money:
    """The sum that pages share out to show a split: a hundred units of the co-op's currency."""
    return Money(100 * 10 ** exponent(settings.CURRENCY), settings.CURRENCY)


def now(work: Work, at: datetime) -> Shown:
    """The split of `work` that holds at `at`."""
    return shown(splits.shares_at(work, at), waits=work.splits.open().exists())


def shown(shares: Sequence[Share], *, waits: bool = False) -> Shown:
    """`shares` with names, in percent and of the example sum."""
    people = User.objects.in_bulk([share.member for share in shares])
    parts: list[dict[str, object]] = [
        {
            "label": people[part.share.member].name,
            "money": part.money,
            "note": ", ".join(filter(None, [percent(part.part_bp), part.share.role])),
        }
        for part in agreements.slices(shares, example())
    ]
    return Shown(parts, waits)


def percent(basis_points: int) -> str:
    """As in "50 %", "33.34 %"."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".") + " %"


def questions(person: User, at: datetime) -> list[Question]:
    """What waits for an answer of `person`, oldest first."""
    waiting = SplitAsked.objects.waiting().filter(member=person)
    return [
        _question(asked, at)
        for asked in waiting.select_related("version__work__owner").order_by("pk")
    ]


def history(work: Work, at: datetime) -> list[Past]:
    """Every split that was proposed for `work`, newest first."""
    versions = work.splits.select_related("outcome").prefetch_related(
        "parts", "asked__member", "asked__answer"
    )
    holds = splits.standing(work, at)
    return [_past(version, holds, at) for version in versions.order_by("-number")]


def _question(asked: SplitAsked, at: datetime) -> Question:
    version = asked.version
    before = splits.shares_at(version.work, at)
    after = version.shares()
    return Question(asked, shown(before), shown(after), _consequence(asked, before, after))


def _consequence(asked: SplitAsked, before: Sequence[Share], after: Sequence[Share]) -> str:
    """What changes for the person asked, in a sentence."""
    sums = [
        {part.share.member: part.money for part in agreements.slices(shares, example())}
        for shares in (before, after)
    ]
    was, will = (part.get(asked.member_id) for part in sums)
    of = f"of each {example()} that its makers earn"
    if will is None:
        return f"You would no longer share in it: nothing in place of {was} {of}."
    if was is None:
        return f"You would get {will} {of}."
    if was == will:
        return f"Your part stays: {will} {of}."
    return f"You would get {will} in place of {was} {of}."


def _past(version: SplitVersion, holds: SplitVersion | None, at: datetime) -> Past:
    given = [
        (asked.member, _said(asked), asked.answer.at if hasattr(asked, "answer") else None)
        for asked in sorted(version.asked.all(), key=lambda asked: asked.pk)
    ]
    return Past(version, shown(version.shares()), given, _state(version, holds, at))


def _said(asked: SplitAsked) -> str:
    if not hasattr(asked, "answer"):
        return "has not answered"
    if asked.version.migrated:
        return "had a part before splits were agreed to"
    return "agreed" if asked.answer.agrees else "declined"


def _state(version: SplitVersion, holds: SplitVersion | None, at: datetime) -> str:
    outcome = getattr(version, "outcome", None)
    if outcome is None:
        return "waits for answers"
    if outcome.in_force_from is None:
        return str(outcome.word)
    if holds is not None and version.pk == holds.pk:
        return "in force"
    return "agreed" if outcome.in_force_from > at else "replaced"


def with_people(shares: Sequence[Share]) -> list[tuple[Share, User]]:
    """Each share with its co-creator."""
    people = User.objects.in_bulk([share.member for share in shares])
    return [(share, people[share.member]) for share in shares]
