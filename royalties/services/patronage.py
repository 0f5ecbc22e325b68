"""Consent to retained patronage, the written notices of a distribution, the cash that is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from members.models import User
from royalties.models import Distribution, PatronageConsent, PatronageNotice, Payout
from royalties.rules.law import Law
from royalties.rules.payouts import PayoutState
from royalties.rules.surplus import Plan
from stockcoop.kernel.money import Money


@transaction.atomic
def consent(*, member: User, given: bool, at: datetime) -> PatronageConsent | None:
    """Record that `member` consents, or does so no more; None when that stood already."""
    User.objects.select_for_update().get(pk=member.pk)
    standing = PatronageConsent.objects.filter(member=member).order_by("at", "pk").last()
    if (standing.given if standing else False) == given:
        return None
    return PatronageConsent.objects.create(member=member, given=given, at=at)


def consents(at: datetime) -> dict[int, PatronageConsent]:
    """The consents in force at `at`, by user id."""
    newest = {c.member_id: c for c in PatronageConsent.objects.filter(at__lte=at)}
    return {member: found for member, found in newest.items() if found.given}


def has_consented(member: User, at: datetime) -> bool:
    """Whether a consent of `member` is in force at `at`."""
    newest = PatronageConsent.objects.filter(member=member, at__lte=at).order_by("at", "pk").last()
    return newest is not None and newest.given


def write_notices(
    distribution: Distribution, plan: Plan, agreed: Mapping[int, PatronageConsent]
) -> None:
    """A notice to each member who gets something of `plan`, by the consents that count."""
    for member, paid in plan.allotments(agreed.keys()).items():
        PatronageNotice.objects.create(
            distribution=distribution,
            year=distribution.close.year,
            member_id=member,
            cash_minor=paid.cash.minor,
            retained_minor=paid.retained.minor,
            currency=paid.amount.currency,
            form=paid.form.value,
            consent=agreed.get(member),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """What a member got of a year's surplus: how much, how it is paid, by which plan and vote."""

    amount: Money
    cash: Money
    retained: Money
    distribution: Distribution


def part_of(member: User, year: int) -> Part | None:
    """What `member` got of the surplus of `year`; None while nothing was distributed to them."""
    done = (
        Distribution.objects.filter(close__year=year)
        .select_related("plan", "close", "entry", "vote__proposal")
        .first()
    )
    shares = done.plan.shares.filter(member=member) if done else None
    if done is None or not shares:
        return None
    currency = done.close.currency
    amount = Money(sum(share.amount_minor for share in shares), currency)
    notice = done.notices.filter(member=member).first()
    # Distributions of before there were notices paid all of it in cash.
    retained = notice.retained if notice else Money.zero(currency)
    return Part(amount, amount - retained, retained, done)


def cash_due(today: date) -> list[tuple[int, date, Money, int]]:
    """Of each year whose last day of payment is near: year, day, what is unpaid, to how many.

    Payouts since the distribution are counted for it first.
    """
    found = []
    for done in Distribution.objects.select_related("plan", "close"):
        retention = Law.read(done.plan.law).retention
        if not retention.is_near(done.close.year, today):
            continue
        unpaid = [left for notice in done.notices.all() if (left := _unpaid(notice, done.at)) > 0]
        if unpaid:
            amount = Money(sum(unpaid), done.close.currency)
            found.append((done.close.year, retention.due(done.close.year), amount, len(unpaid)))
    return found


def _unpaid(notice: PatronageNotice, since: datetime) -> int:
    paid = Payout.objects.filter(
        member=notice.member_id,
        currency=notice.currency,
        state=PayoutState.PAID.value,
        settled_at__gte=since,
    )
    return max(0, notice.cash_minor - sum(paid.values_list("amount_minor", flat=True)))
