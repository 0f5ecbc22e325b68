"""What happened in the co-op: two years of sales and costs, payouts, a surplus, a vote.

Everything up to the vote is told in one transaction. A reader of the site never meets half of
it, and the worker cannot issue the statement of a month whose sales are still to come.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from demo.seed.cast import (
    ARTIST_CAST,
    BUYER,
    EDITOR,
    FOUNDER,
    OTHER_BUYER,
    SECOND,
    TREASURER,
    Person,
)
from governance.models import ByLaws
from governance.services import ballots
from licensing.adapters.practice import PracticeGateway
from licensing.models import Order, OrderLine
from licensing.rules.offers import Choice, kinds, sizes
from licensing.rules.states import OrderState, PaymentState
from licensing.services import carts, orders, payments, prices, refunds
from media.models import Work
from royalties.adapters import gateways
from royalties.models import YearClose
from royalties.rules.costs import Kind
from royalties.rules.law import Law
from royalties.rules.months import Month
from royalties.services import costs, distributions, runs, statements, surplus
from royalties.services import payouts as payout_service
from stockcoop.kernel.money import Money

SALES_A_MONTH = 4
COSTS = (
    (Kind.COST, 21_000, "Servers and storage"),
    (Kind.COST, 4_500, "Accountant"),
    (Kind.INCOME, 3_000, "Workshop fees"),
)


def is_told() -> bool:
    """Whether the demo is complete."""
    return YearClose.objects.exists()


@transaction.atomic
def tell(*, now: datetime) -> None:
    """Tell the story up to `now`; once only."""
    if is_told():
        return
    dice = Random(20)
    this_month = Month.of(now, timezone.get_default_timezone())
    for month in _months(Month(this_month.year - 1, 1), now):
        _costs(month, now)
        _sell_in(month, dice, now)
        if month == this_month.plus(-2):
            _pay_out(_moment(month, SALES_A_MONTH))
        _issue(month, now)
    _refund(now)
    _vote(this_month.year - 1, now)


def _months(first: Month, now: datetime) -> Iterator[Month]:
    month = first
    while month.start(timezone.get_default_timezone()) <= now:
        yield month
        month = month.plus(1)


def _moment(month: Month, number: int) -> datetime:
    """Days 3, 10, 17, 24 of the month at a different hour each, and one after them."""
    start = month.start(timezone.get_default_timezone())
    return start + timedelta(days=2 + 7 * number, hours=9 + number, minutes=13 * number)


def _sell_in(month: Month, dice: Random, now: datetime) -> None:
    for number in range(SALES_A_MONTH):
        at = _moment(month, number)
        if at < now:
            _sell(dice, at)


def _sell(dice: Random, at: datetime) -> None:
    """One order of one or two works by one of the buyers."""
    buyer, licensee = dice.choice([(BUYER, "Atlas Books"), (OTHER_BUYER, "Studio Nord")])
    on_sale = list(Work.objects.published().filter(published_at__lt=at).order_by("pk"))
    if not on_sale:
        return
    for work in dice.sample(on_sale, min(len(on_sale), dice.choice([1, 1, 1, 2]))):
        carts.put(buyer=buyer.user, work=work, choice=_choice(dice, work, at), at=at)
    _order(buyer, licensee, at)


def _choice(dice: Random, work: Work, at: datetime) -> Choice:
    book, item = prices.current(at=at).book, prices.item_of(work)
    offered = [kind for kind in kinds(book, item) if not kind.exclusive]
    kind = dice.choice([*offered[:1] * 4, *offered])
    return Choice(kind.code, dice.choice(sizes(book, item)).code)


def _order(buyer: Person, licensee: str, at: datetime) -> Order:
    total = carts.read(buyer=buyer.user, at=at).total
    order = orders.place(
        buyer=buyer.user,
        token=uuid5(NAMESPACE_URL, f"demo:{at.isoformat()}"),
        licensee=licensee,
        agreed=total,
        at=at,
    )
    payments.begin(order=order, return_url=settings.BASE_URL, at=at)
    payment = order.payments.get(state=PaymentState.PENDING)
    PracticeGateway().decide(payment.reference, PaymentState.PAID)
    payments.hear(payment=payment, at=at)
    return order


def _costs(month: Month, now: datetime) -> None:
    """The bills of every third month."""
    on = date(month.year, month.month, 5)
    if month.month % 3 or on > timezone.localdate(now):
        return
    for kind, minor, memo in COSTS:
        amount = Money(minor, settings.CURRENCY)
        costs.record(kind=kind, amount=amount, memo=memo, on=on, recorded_by=TREASURER.user, at=now)


def _issue(month: Month, now: datetime) -> None:
    at = month.end(timezone.get_default_timezone()) + statements.SETTLING
    if at < now:
        statements.issue(month=month, at=at)


def _refund(now: datetime) -> None:
    """The buyer of the newest order took a picture too many."""
    line = OrderLine.objects.filter(order__state=OrderState.PAID).order_by("order__paid_at").last()
    if line is None:
        return
    refunds.give_back(
        order=line.order,
        lines=[line],
        reason="Licensed twice by mistake.",
        by=TREASURER.user,
        at=now,
    )


def _pay_out(at: datetime) -> None:
    """A run that a second person approved, and that was paid, when somebody has earned enough."""
    if not runs.candidates(at):
        return
    run = runs.propose(proposed_by=TREASURER.user, at=at)
    runs.approve(run=run, by=FOUNDER.user, at=at)
    payout_service.pay_run(run=run, gateway=gateways.current(), at=at)


def _vote(year: int, now: datetime) -> None:
    """The year closed; if it left a surplus, two ways to share it out, and the first ballots."""
    over = surplus.span(year)[1]
    at = max(over, now - timedelta(days=3))
    treasurer = TREASURER.user
    close = surplus.close_year(year=year, by=treasurer, at=at)
    if close.surplus.minor <= 0:
        return
    law = Law.of_bylaws(ByLaws.objects.in_force(at).articles)
    plans = [
        distributions.make_plan(
            close=close,
            title=title,
            reason=reason,
            law=law.with_reserve(bp),
            by=treasurer,
            at=at,
        )
        for title, reason, bp in (
            ("As the by-laws say", "A fifth stays with the co-op.", law.reserve_bp),
            ("Save for new servers", "Half stays with the co-op this once.", 5000),
        )
    ]
    vote = distributions.open_vote(close=close, plans=plans, by=treasurer, at=at)
    codes = [choice.code for choice in vote.proposal.choices]
    for person, code in zip((EDITOR, SECOND, *ARTIST_CAST[1:3]), cycle(codes), strict=False):
        ballots.cast(proposal=vote.proposal, member=person.user, choice=code, at=now)
