"""The votes of the demo: last year's surplus, shared out since, and a question still open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from demo.seed.cast import ARTIST_CAST, EDITOR, FOUNDER, SECOND, TREASURER, Person
from governance.models import ByLaws, Proposal
from governance.services import ballots, proposals
from royalties.models import DistributionPlan, YearClose
from royalties.rules.law import Law
from royalties.rules.retention import Retention
from royalties.rules.steps import Charity, Size
from royalties.services import distributions, patronage, surplus

AFTER_NEW_YEAR = timedelta(days=33)
RECENTLY = timedelta(days=3)
GIFT = Charity("photo-archive", "The city's photo archive", Size(rate_bp=1000))


def announced(year: int, now: datetime) -> datetime:
    """When the vote on the surplus of `year` began: early in the next year, and before `now`."""
    over = surplus.span(year)[1]
    return min(over + AFTER_NEW_YEAR, max(over, now - RECENTLY))


def share_out(year: int, now: datetime) -> None:
    """Close `year`; if it left a surplus, three ways to share it out, and what was decided."""
    at = announced(year, now)
    close = surplus.close_year(year=year, by=TREASURER.user, at=at)
    if close.surplus.minor <= 0:
        return
    for person in ARTIST_CAST[:4]:
        patronage.consent(member=person.user, given=True, at=at)
    plans = _plans(close, at)
    vote = distributions.open_vote(close=close, plans=plans, by=TREASURER.user, at=at)
    kept, servers, equity = (plan.code for plan in plans)
    for_equity = [(person, equity) for person in (FOUNDER, EDITOR, *ARTIST_CAST[1:4])]
    _cast(vote.proposal, [(SECOND, servers), (ARTIST_CAST[4], kept), *for_equity], at)
    if vote.proposal.closes_at <= now:
        distributions.settle(vote=vote, at=vote.proposal.closes_at)


def ask(now: datetime) -> None:
    """A question of these days, with the first ballots."""
    asked = proposals.open_proposal(
        reference="demo:fair",
        title="Shall we share a stand at the photo fair in spring?",
        text="Four walls of prints, staffed by members in turn; it costs what ten licences bring.",
        by=FOUNDER.user,
        at=now - RECENTLY,
    )
    _cast(asked, [(EDITOR, "yes"), (SECOND, "no"), (ARTIST_CAST[2], "yes")], now - RECENTLY)


def _plans(close: YearClose, at: datetime) -> list[DistributionPlan]:
    law = Law.of_bylaws(ByLaws.objects.in_force(at).articles)
    ways = (
        ("As the by-laws say", "A fifth stays with the co-op.", law),
        ("Save for new servers", "Half stays with the co-op.", law.with_reserve(5000)),
        (
            "Keep a part as equity",
            "Who consents gets three fifths in cash, the rest stays theirs; a tenth is given away.",
            replace(
                law,
                steps=(*law.steps, GIFT),
                retention=Retention(cash_bp=6000, least_cash_bp=2000),
            ),
        ),
    )
    return [
        distributions.make_plan(
            close=close, title=title, reason=reason, law=law, by=TREASURER.user, at=at
        )
        for title, reason, law in ways
    ]


def _cast(proposal: Proposal, said: Sequence[tuple[Person, str]], at: datetime) -> None:
    for person, choice in said:
        ballots.cast(proposal=proposal, member=person.user, choice=choice, at=at)
