"""Distributing a surplus: plans, the members' vote on them, the entry that a passed one becomes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from governance.models import ByLaws, Proposal
from governance.rules.tally import YES, Choice
from governance.services import proposals
from ledger.services import posting
from members.models import User
from members.services import notices
from royalties.models import (
    Distribution,
    DistributionPlan,
    DistributionShare,
    DistributionVote,
    VotedPlan,
    YearClose,
)
from royalties.rules import surplus as rules
from royalties.rules.law import Law
from royalties.rules.steps import Facts
from royalties.rules.surplus import Plan
from royalties.services import patronage, standing, surplus
from stockcoop.kernel.errors import Refused


class NoSurplus(Refused):
    """The year ended without a surplus."""


class Distributed(Refused):
    """The surplus of the year is distributed."""


class VoteUnderWay(Refused):
    """The members are voting on this year's surplus."""


class NoPlans(Refused):
    """There is nothing to vote on."""

    status = 422


class BadLaw(Refused):
    """The shares do not make a whole."""

    status = 422


@transaction.atomic
def make_plan(
    *,
    close: YearClose,
    title: str,
    reason: str = "",
    law: Law | None = None,
    by: User,
    at: datetime,
) -> DistributionPlan:
    """Work out a plan for a closed year by `law`, or by the by-laws in force, and keep it whole.

    Every member's figure is stored before anybody votes.
    """
    close = _held(close)
    standing.require_earlier_years(close, at)
    bylaws = ByLaws.objects.in_force(at)
    facts = standing.facts(close, until=at)
    plan = computed(close, law or Law.of_bylaws(bylaws.articles), facts)
    row = DistributionPlan.objects.create(
        close=close,
        number=(close.plans.aggregate(last=Max("number"))["last"] or 0) + 1,
        title=title,
        reason=reason,
        bylaws=bylaws,
        law=plan.law.stated(),
        facts=plan.facts.stated(),
        reserve_minor=plan.reserve.minor,
        slices=[[s.part.share_class, s.amount.minor, s.weights] for s in plan.slices],
        made_at=at,
        made_by=by,
    )
    _keep_shares(row, plan)
    return row


def computed(close: YearClose, law: Law, facts: Facts) -> Plan:
    """The plan by `law` from the register and the sales as they stand. Raises NoSurplus."""
    if close.surplus.minor <= 0:
        raise NoSurplus(f"The year {close.year} ended without a surplus to distribute.")
    people = surplus.people(close.year, close.currency)
    return rules.share_out(close.surplus, law, people, facts)


@transaction.atomic
def open_vote(
    *, close: YearClose, plans: Sequence[DistributionPlan], by: User, at: datetime
) -> DistributionVote:
    """Put plans of a year to the members: one as yes or no, several as options."""
    close = _held(close)
    if not plans or any(plan.close_id != close.pk for plan in plans):
        raise NoPlans("Choose at least one plan of this year to vote on.")
    if under_way(close) is not None:
        raise VoteUnderWay(f"The members are voting on the surplus of {close.year} already.")
    number = (close.votes.aggregate(last=Max("number"))["last"] or 0) + 1
    several = len(plans) > 1
    proposal = proposals.open_proposal(
        reference=f"surplus:{close.year}:{number}",
        title=f"What to do with the surplus of {close.year}",
        text=_question(close, plans),
        url=reverse("royalties:surplus_year", args=[close.year]),
        options=[Choice(plan.code, plan.title) for plan in plans] if several else [],
        by=by,
        at=at,
    )
    vote = DistributionVote.objects.create(close=close, number=number, proposal=proposal)
    VotedPlan.objects.bulk_create(VotedPlan(vote=vote, plan=plan) for plan in plans)
    return vote


def under_way(close: YearClose) -> DistributionVote | None:
    """The vote on the year's surplus whose outcome is still to come or to be carried out."""
    latest = close.votes.select_related("proposal").order_by("number").last()
    if latest is None or latest.proposal.result == Proposal.Result.FAILED:
        return None
    return None if Distribution.objects.filter(vote=latest).exists() else latest


@transaction.atomic
def settle(*, vote: DistributionVote, at: datetime) -> Distribution | None:
    """Count a vote that is over and carry its outcome out: once, however often it is called.

    The distribution when a plan passed; None when none did, and nothing is posted. Raises NotOver
    before the end of voting.
    """
    close = YearClose.objects.select_for_update().get(pk=vote.close_id)
    outcome = proposals.close(vote.proposal, at)
    if not outcome.passed:
        return None
    done = Distribution.objects.filter(vote=vote).first()
    if done is not None:
        return done
    plan, agreed = winner(vote), patronage.consents(at)
    entry = posting.post(
        source=f"distribution:{close.year}",
        postings=rules.moves(plan.value(), year=close.year, consented=agreed.keys()),
        at=at,
        memo=f"Surplus of {close.year}: {plan.title}"[:200],
    )
    distribution = Distribution.objects.create(
        close=close, plan=plan, vote=vote, entry=entry, at=at
    )
    patronage.write_notices(distribution, plan.value(), agreed)
    _tell(distribution)
    return distribution


def settle_due(at: datetime) -> None:
    """Settle every vote on a surplus that is over."""
    over = DistributionVote.objects.filter(proposal__closes_at__lte=at, distribution=None).exclude(
        proposal__result=Proposal.Result.FAILED
    )
    for vote in over.select_related("proposal"):
        settle(vote=vote, at=at)


def winner(vote: DistributionVote) -> DistributionPlan:
    """The plan that a passed vote adopted. Raises ValueError for a vote that adopted none."""
    plans = DistributionPlan.objects.filter(papers__vote=vote).select_related("close")
    if vote.proposal.result != Proposal.Result.PASSED:
        raise ValueError(f"{vote.proposal.reference} adopted nothing")
    code = vote.proposal.winner
    return plans.get() if code == YES else plans.get(number=int(code.removeprefix("plan-")))


def _held(close: YearClose) -> YearClose:
    """The year, locked; refused when its surplus is distributed."""
    locked = YearClose.objects.select_for_update().get(pk=close.pk)
    if Distribution.objects.filter(close=locked).exists():
        raise Distributed(f"The surplus of {close.year} is distributed already.")
    return locked


def _keep_shares(row: DistributionPlan, plan: Plan) -> None:
    DistributionShare.objects.bulk_create(
        DistributionShare(
            plan=row,
            position=position,
            member_id=share.member,
            share_class=share.slice.part.share_class,
            weight=share.weight,
            amount_minor=share.amount.minor,
        )
        for position, share in enumerate(plan.shares)
    )


def _question(close: YearClose, plans: Sequence[DistributionPlan]) -> str:
    parts = [f"The year {close.year} ended with a surplus of {close.surplus}."]
    parts += [f"“{plan.title}”: plan {plan.number}. {plan.reason}".strip() for plan in plans]
    parts.append("Your own figure under each plan, and how it comes about, is on the year's page.")
    return "\n\n".join(parts)


def _tell(distribution: Distribution) -> None:
    close = distribution.close
    for notice in distribution.notices.select_related("member"):
        text = f"The surplus of {close.year} is distributed. Your part is {notice.amount}."
        if notice.retained:
            text += f" {notice.cash} is paid in cash, {notice.retained} is retained as your equity."
        notices.tell(
            recipient=notice.member,
            text=text,
            url=reverse("royalties:surplus_year", args=[close.year]),
            at=distribution.at,
        )
