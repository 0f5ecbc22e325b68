"""Closed years, plans and distributions, computed again from the ledger, register and sales."""

from collections.abc import Iterator

from ledger.models import Entry
from royalties.models import Distribution, DistributionPlan, DistributionVote, YearClose
from royalties.rules import surplus as rules
from royalties.services import distributions, standing, surplus
from stockcoop.kernel.money import Money


def differences() -> Iterator[str]:
    """One sentence for each stored figure of a surplus that differs from the recount."""
    for close in YearClose.objects.select_related("entry"):
        yield from _of_close(close)
    for plan in DistributionPlan.objects.select_related("close").prefetch_related("shares"):
        yield from _of_plan(plan)
    votes = DistributionVote.objects.filter(proposal__result="passed")
    for vote in votes.select_related("close", "proposal"):
        yield from _of_vote(vote)
    for entry in Entry.objects.filter(source__startswith="distribution:"):
        if not Distribution.objects.filter(entry=entry).exists():
            yield f"Entry {entry.source} distributes a surplus that no vote distributed."


def _of_close(close: YearClose) -> Iterator[str]:
    moves = close.entry.moves()
    income, expenses = rules.income_and_expenses(moves, year=close.year, currency=close.currency)
    for name, stored, found in (
        ("income", close.income, income),
        ("expenses", close.expenses, expenses),
    ):
        if stored != found:
            yield f"Year {close.year} stores {name} of {stored}, its entry moved {found}."
    if close.digest != close.computed_digest():
        yield f"Year {close.year} does not match the digest it was closed with."
    for code, amount in surplus.result(close.year):
        yield f"Year {close.year} is closed, but {amount} stands in {code}."


def _of_plan(plan: DistributionPlan) -> Iterator[str]:
    name = f"Plan {plan.number} of {plan.close.year}"
    if plan.digest != plan.computed_digest():
        yield f"{name} does not match the digest it was made with."
    stored = plan.value()
    # Plans of before there were steps looked at nothing but the surplus.
    facts = standing.facts(plan.close, until=plan.made_at) if plan.facts else stored.facts
    found = distributions.computed(plan.close, stored.law, facts)
    if stored.facts != facts:
        yield f"{name} stores other figures of reserve, capital and losses than the ledger."
    if plan.reserve_minor != found.reserve.minor:
        reserve = Money(plan.reserve_minor, plan.close.currency)
        yield f"{name} stores a reserve of {reserve}, computed {found.reserve}."
    if stored.slices != found.slices:
        yield f"{name} stores other parts of the classes than computed."
    have = {(s.member, s.slice.part.share_class): s for s in stored.shares}
    want = {(s.member, s.slice.part.share_class): s for s in found.shares}
    for member, share_class in sorted(have.keys() | want.keys()):
        ours, theirs = have.get((member, share_class)), want.get((member, share_class))
        if (
            ours is None
            or theirs is None
            or (ours.weight, ours.amount)
            != (
                theirs.weight,
                theirs.amount,
            )
        ):
            yield (
                f"{name} stores {ours.amount if ours else 'nothing'} for member {member} in class "
                f"{share_class}, computed {theirs.amount if theirs else 'nothing'}."
            )


def _of_vote(vote: DistributionVote) -> Iterator[str]:
    done = Distribution.objects.select_related("entry", "plan").filter(vote=vote).first()
    if done is None:
        # Counted, but the worker has not carried it out yet.
        return
    plan = distributions.winner(vote)
    if done.plan_id != plan.pk:
        yield f"Vote {vote} adopted plan {plan.number}, distributed is plan {done.plan.number}."
    agreed = set(done.notices.exclude(consent=None).values_list("member", flat=True))
    if done.entry.moves() != rules.moves(plan.value(), year=vote.close.year, consented=agreed):
        yield f"Entry {done.entry.source} does not move what plan {plan.number} says."
