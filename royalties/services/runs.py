"""Payout runs: one person proposes the list, another one decides on it."""

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from ledger.services import balances
from members.models import User
from royalties.models import Payout, PayoutRun, PayoutTerms
from royalties.rules import chart
from royalties.rules.payouts import PayoutState, RunState, due
from royalties.services import floors, four_eyes, holds, withholding
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money

_NOBODY = "Nobody has reached the floor, or all who have are in an open run."


class NothingDue(Refused):
    """No member has reached the floor, or all who have are in an open run."""


def candidates(at: datetime) -> list[tuple[int, Money]]:
    """(user id, balance) of each member who would be in a run proposed at `at`, by member.

    Each from their own floor on, who has left from the first cent on; nobody whose payouts are
    held, and nobody below zero.

    Raises NothingDue when the co-op has not said from which balance on it pays out.
    """
    terms = PayoutTerms.objects.in_force(at).first()
    if terms is None:
        raise NothingDue("The co-op has not said yet from which balance on it pays out.")
    spoken_for = set(
        Payout.objects.open().filter(currency=terms.currency).values_list("member", flat=True)
    ) | holds.standing(at)
    owed = {
        member: balance.amount
        for balance in balances.below(chart.MEMBERS)
        if (member := chart.member_of(balance.code)) is not None
        and balance.amount.currency == terms.currency
        and member not in spoken_for
    }
    return due(owed, terms.floor, floors.of_members(owed, floor=terms.floor, at=at))


@transaction.atomic
def propose(*, proposed_by: User, at: datetime) -> PayoutRun:
    """Propose to pay each member who has reached the floor their whole balance.

    Who is in an open run already is left out. Raises NothingDue when nobody remains.
    """
    listed = candidates(at)
    if not listed:
        raise NothingDue(_NOBODY)
    run = PayoutRun.objects.create(
        currency=listed[0][1].currency, proposed_by=proposed_by, proposed_at=at
    )
    Payout.objects.bulk_create(
        (
            Payout(run=run, member_id=member, amount_minor=sum_.minor, currency=sum_.currency)
            for member, sum_ in listed
        ),
        # Whom a run proposed at the same moment has taken is skipped.
        ignore_conflicts=True,
    )
    withholding.keep_parts(list(run.payouts.all()), at)
    run.digest = run.computed_digest()
    if not run.payouts.exists():
        raise NothingDue(_NOBODY)
    run.save(update_fields=["digest"])
    return run


@transaction.atomic
def approve(*, run: PayoutRun, by: User, at: datetime) -> None:
    """Approve the list of `run` and queue its payouts.

    Raises NotDecided when it was decided before, when `by` proposed it, and when the list is not
    the one that was proposed.
    """
    four_eyes.lock(run, approver=by)
    four_eyes.decide(run, RunState.APPROVED, by=by, at=at)
    app.configure_task("royalties.pay_run", queue="money").defer(run_id=run.pk)


@transaction.atomic
def reject(*, run: PayoutRun, by: User, at: datetime) -> None:
    """Reject `run`, or withdraw one's own: nobody is paid by it. Raises NotDecided if late."""
    four_eyes.decide(run, RunState.REJECTED, by=by, at=at)
    run.payouts.filter(state=PayoutState.PLANNED).update(state=PayoutState.DROPPED)
