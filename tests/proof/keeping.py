"""What members, treasurer and board do: splits, payouts, statements, years. See `buying`."""

from datetime import UTC, datetime, timedelta

from governance.services import ballots
from ledger.services import subtotals
from royalties.models import Payout, YearClose
from royalties.rules.payouts import PayoutFailed, PayoutState
from royalties.services import (
    distributions,
    patronage,
    payouts,
    periods,
    redemptions,
    returns,
    runs,
    statements,
    surplus,
)
from tests import make
from tests.proof.world import BEGIN, World

AHEAD = 4
"""The work whose splits are agreed two hours before they begin, which some sales fall into."""


def split(world: World, work: int, weights: tuple[int, int, int]) -> bool:
    """All agree that a work is shared otherwise: at once, of one of the works from later on."""
    shared = world.works[work]
    named = dict(zip(world.members, weights, strict=True))
    named[shared.owner] = named[shared.owner] or 1
    named = {member: weight for member, weight in named.items() if weight}
    at = world.tick()
    begins = at + timedelta(hours=2) if work == AHEAD else None
    make.agreed_split(shared, named, at=at, begins=begins)
    return True


def pay_out(world: World, *, fails: bool) -> bool:
    """A run for all who have reached the floor; the bank may refuse the first of them."""
    at = world.tick()
    run = runs.propose(proposed_by=world.treasurer, at=at)
    runs.approve(run=run, by=world.board, at=at)
    world.gateway.errors = [PayoutFailed("The bank says no.")] if fails else []
    payouts.pay_run(run=run, gateway=world.gateway, at=at)
    return True


def retry(world: World) -> bool:
    """A failed payout is tried again."""
    failed = _failed()
    if failed is None:
        return False
    payouts.retry(payout=failed)
    failed.refresh_from_db()
    payouts.send(payout=failed, gateway=world.gateway, at=world.tick())
    return True


def give_up(world: World) -> bool:
    """A failed payout is given up."""
    failed = _failed()
    if failed is None:
        return False
    payouts.drop(payout=failed)
    return True


def take_back(world: World) -> bool:
    """The newest payout that stands comes back from its member."""
    paid = Payout.objects.filter(state=PayoutState.PAID, returned=None).order_by("-pk").first()
    if paid is None:
        return False
    returns.take_back(
        payout=paid,
        reason="Wrong account",
        by=world.treasurer,
        gateway=world.gateway,
        at=world.tick(),
    )
    return True


def consent(world: World, member: int, *, given: bool) -> bool:
    """A member consents to retained patronage, or does so no more."""
    said = patronage.consent(member=world.members[member], given=given, at=world.tick())
    return said is not None


def end_month(world: World) -> bool:
    """The month ends and is told."""
    month = periods.month_of(world.at)
    world.at = month.plus(1).start(UTC) + timedelta(days=2)
    return statements.issue(month=month, at=world.at) > 0


def end_year(world: World) -> bool:
    """The year ends and is closed, voted on and shared out: a fifth in cash, the rest retained."""
    year = BEGIN.year + YearClose.objects.count()
    world.at = max(world.at, datetime(year + 1, 1, 2, 12, tzinfo=UTC))
    close = surplus.close_year(year=year, by=world.treasurer, at=world.tick())
    plan = distributions.make_plan(
        close=close, title="As the by-laws say", by=world.treasurer, at=world.tick()
    )
    vote = distributions.open_vote(close=close, plans=[plan], by=world.board, at=world.tick())
    at = world.tick()
    for member in world.members:
        ballots.cast(proposal=vote.proposal, member=member, choice="yes", at=at)
    world.at += timedelta(days=8)
    return distributions.settle(vote=vote, at=world.at) is not None


def redeem(world: World) -> bool:
    """Retained patronage is paid back, the oldest first."""
    run = redemptions.propose(proposed_by=world.treasurer, at=world.tick())
    redemptions.approve(run=run, by=world.board, at=world.at)
    return True


def count(world: World) -> bool:
    """The worker adds postings to the subtotals."""
    return subtotals.roll_up() > 0


def _failed() -> Payout | None:
    return Payout.objects.filter(state=PayoutState.FAILED).order_by("pk").first()
