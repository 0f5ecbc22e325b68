"""Redeeming retained patronage: one person proposes the list, another one approves it."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from governance.models import ByLaws
from ledger.rules import Move
from ledger.services import posting
from members.models import Membership, User
from members.services import notices
from royalties.models import PatronageNotice, Redemption, RedemptionRun
from royalties.rules import chart
from royalties.rules.payouts import RunState
from royalties.rules.redemption import Due, Held, Schedule, due
from royalties.services import four_eyes, periods, standing
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money


class NothingToRedeem(Refused):
    """Nothing is due, or the capital is too low."""


class CapitalTooLow(Refused):
    """The capital would fall below the floor."""


def schedule(at: datetime) -> Schedule | None:
    """The redemption schedule of the by-laws in force at `at`."""
    bylaws = ByLaws.objects.filter(in_force_from__lte=at).order_by("in_force_from").last()
    return Schedule.of_bylaws(bylaws.articles) if bylaws else None


def holdings(member: User | None = None) -> list[Held]:
    """What stands of each notice, of everybody or of `member`."""
    rows = PatronageNotice.objects.filter(retained_minor__gt=0, currency=settings.CURRENCY)
    rows = rows.filter(member=member) if member else rows
    left = _left()
    return [
        Held(
            notice=row.pk,
            member=row.member_id,
            year=row.year,
            amount=Money(row.retained_minor - row.redeemed, row.currency),
            left_in=left.get(row.member_id),
            before=Money(row.redeemed, row.currency),
        )
        for row in rows.with_redeemed()
    ]


def falling_due(at: datetime) -> Due:
    """What is due at `at`, and what is suspended because the capital is too low."""
    terms = schedule(at)
    if terms is None:
        return Due((), ())
    year = timezone.localtime(at).year
    return due(holdings(), terms, year=year, capital=standing.capital())


@transaction.atomic
def propose(*, proposed_by: User, at: datetime) -> RedemptionRun:
    """Propose to redeem what is due. Raises NothingToRedeem, or NotDecided if another one waits."""
    listed = falling_due(at)
    if not listed.redeemed:
        suspended = "The capital would fall below the floor." if listed.suspended else ""
        raise NothingToRedeem(suspended or "No retained patronage is due.")
    run = RedemptionRun(currency=settings.CURRENCY, proposed_by=proposed_by, proposed_at=at)
    four_eyes.keep(run, taken="Another list waits for a decision.")
    Redemption.objects.bulk_create(
        Redemption(run=run, notice_id=held.notice, amount_minor=held.amount.minor)
        for held in listed.redeemed
    )
    run.digest = run.computed_digest()
    run.save(update_fields=["digest"])
    return run


@transaction.atomic
def approve(*, run: RedemptionRun, by: User, at: datetime) -> None:
    """Move what `run` lists from the members' equity to what is owed to them.

    Raises NotDecided, and CapitalTooLow when the capital has fallen since.
    """
    periods.require_open_month(at)
    _hold_capital()
    four_eyes.lock(run, approver=by)
    _require_capital(run, at)
    entry = posting.post(
        source=f"redemption:{run.pk}",
        postings=moves(run),
        at=at,
        memo="Retained patronage redeemed",
    )
    four_eyes.decide(run, RunState.APPROVED, by=by, at=at, entry=entry)
    for one in run.redemptions.select_related("notice__member"):
        text = f"{one.amount} of your patronage of {one.notice.year} is redeemed."
        notices.tell(recipient=one.notice.member, text=text, url="/royalties/equity", at=at)


@transaction.atomic
def reject(*, run: RedemptionRun, by: User, at: datetime) -> None:
    """Reject the list, or withdraw one's own. Raises NotDecided when it is late."""
    four_eyes.decide(run, RunState.REJECTED, by=by, at=at)


def moves(run: RedemptionRun) -> list[Move]:
    """What the run moves, a move per notice."""
    return [
        Move(
            debit=chart.equity(one.notice.member_id),
            credit=chart.member(one.notice.member_id),
            amount=one.amount,
        )
        for one in run.redemptions.select_related("notice")
    ]


def _require_capital(run: RedemptionRun, at: datetime) -> None:
    terms = schedule(at)
    floor = Money(terms.capital_floor_minor if terms else 0, run.currency)
    after = standing.capital() - run.total
    if after < floor:
        raise CapitalTooLow(f"The capital would fall to {after}, below the floor of {floor}.")


def _hold_capital() -> None:
    """Let one redemption after the other look at the capital."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('royalties.capital'))")


def _left() -> dict[int, int]:
    """The year in which each member left who is none any more."""
    gone = Membership.objects.values("user").annotate(at=Max("left_at"))
    staying = set(Membership.objects.filter(left_at=None).values_list("user", flat=True))
    return {
        row["user"]: timezone.localtime(row["at"]).year
        for row in gone
        if row["at"] and row["user"] not in staying
    }
