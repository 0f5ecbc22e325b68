"""Closed years and plans for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime

from governance.services import ballots
from members.models import User
from royalties.models import DistributionPlan, DistributionVote, YearClose
from royalties.rules.costs import Kind
from royalties.rules.law import Law
from royalties.services import costs, distributions, surplus
from stockcoop.kernel.money import Money
from tests.make.governance import bylaws
from tests.make.members import founder, treasurer

YEAR = 2025
IN_YEAR = datetime(YEAR, 6, 1, 12, tzinfo=UTC)
NEW_YEAR = datetime(YEAR + 1, 1, 2, 12, tzinfo=UTC)


def cost(minor: int, *, at: datetime = IN_YEAR) -> None:
    """A cost of so many cents, booked on the day of `at`."""
    costs.record(
        kind=Kind.COST,
        amount=Money(minor, "USD"),
        memo="Rent",
        on=at.date(),
        recorded_by=founder(),
        at=at,
    )


def closed_year(*, year: int = YEAR, at: datetime = NEW_YEAR) -> YearClose:
    """The year closed by a new treasurer."""
    bylaws()
    return surplus.close_year(year=year, by=treasurer(), at=at)


def distribution_plan(
    close: YearClose,
    *,
    title: str = "As the by-laws say",
    law: Law | None = None,
    at: datetime = NEW_YEAR,
) -> DistributionPlan:
    """A plan made by the treasurer who closed the year."""
    return distributions.make_plan(
        close=close, title=title, reason="", law=law, by=close.closed_by, at=at
    )


def distribution_vote(
    plans: Sequence[DistributionPlan],
    *,
    choices: Sequence[tuple[User, str]] = (),
    at: datetime = NEW_YEAR,
) -> DistributionVote:
    """A vote on `plans` in which each of `choices` (member, code) is cast."""
    close = plans[0].close
    vote = distributions.open_vote(close=close, plans=plans, by=close.closed_by, at=at)
    for member, choice in choices:
        ballots.cast(proposal=vote.proposal, member=member, choice=choice, at=at)
    return vote
