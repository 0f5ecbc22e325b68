"""What happened in the co-op: two years of sales and costs, payouts, a surplus, votes.

Everything is told in one transaction. A reader of the site never meets half of
it, and the worker cannot issue the statement of a month whose sales are still to come.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from demo.seed import votes
from demo.seed.cast import BUYER, FOUNDER, OTHER_BUYER, TREASURER, Person
from licensing.adapters.practice import PracticeGateway
from licensing.models import Order, OrderLine
from licensing.rules.offers import Choice, kinds, sizes
from licensing.rules.states import OrderState, PaymentState
from licensing.services import carts, orders, payments, prices, refunds
from media.models import Work
from royalties.adapters import gateways
from royalties.models import Remittance, YearClose
from royalties.rules.costs import Kind
from royalties.rules.months import Month
from royalties.services import costs, remittances, runs, statements, years
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
    last_year = this_month.year - 1
    vote_in = Month.of(votes.announced(last_year, now), timezone.get_default_timezone())
    for month in _months(Month(last_year, 1), now):
        _costs(month, now)
        _sell_in(month, dice, now)
        if month == vote_in:
            votes.share_out(last_year, now)
        if month == this_month.plus(-2):
            _pay_out(_moment(month, SALES_A_MONTH))
        _issue(month, now)
    _refund(now)
    _hand_over(now)
    votes.ask(now)


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
    pay(order, at)
    return order


def pay(order: Order, at: datetime) -> None:
    """Have `order` paid for."""
    payments.begin(order=order, return_url=settings.BASE_URL, at=at)
    payment = order.payments.get(state=PaymentState.PENDING)
    PracticeGateway().decide(payment.reference, PaymentState.PAID)
    payments.hear(payment=payment, at=at)


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
        if month.month == 12:
            years.issue(year=month.year, at=at)


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


def _hand_over(now: datetime) -> None:
    """Of a gift, half was paid; the rest is written down too, for a second person to approve."""
    for gift in remittances.owed()[:1]:
        half = Money(gift.amount.minor // 2, gift.amount.currency)
        paid = _paid(gift.code, half, "SEPA 4471", now)
        remittances.approve(remittance=paid, by=FOUNDER.user, at=now)
        _paid(gift.code, gift.amount - half, "SEPA 4502", now)


def _paid(account: str, amount: Money, reference: str, at: datetime) -> Remittance:
    """The treasurer writes down that `amount` of what is owed was paid."""
    return remittances.propose(
        account=account,
        amount=amount,
        paid_on=timezone.localdate(at),
        reference=reference,
        proposed_by=TREASURER.user,
        at=at,
    )
