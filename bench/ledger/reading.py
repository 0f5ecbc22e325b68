"""What is read and closed: statements, a month, a year."""

import random
import time
from datetime import UTC, datetime

from django.db.models import Count
from django.test import Client
from django.urls import reverse

from bench.ledger.coop import FIRST_DAY, YEARS
from members.models import User
from royalties.models import SaleShare
from royalties.rules.months import Month
from royalties.services import distributions, statements, surplus

LAST_YEAR = FIRST_DAY.year + YEARS - 1


def statement_pages(people: list[int], count: int) -> list[float]:
    """Seconds for each of `count` pages, of random members and months, as the site answers."""
    dice = random.Random(3)
    months = [Month(FIRST_DAY.year, 6).plus(dice.randrange(12 * (YEARS - 1))) for _ in range(count)]
    users = User.objects.in_bulk(dice.sample(people, min(count, len(people))))
    # The first one reads the templates.
    _page(next(iter(users.values())), months[0])
    return [_page(dice.choice(list(users.values())), month) for month in months]


def fullest_page() -> float:
    """Seconds for the page of the member with the most sales in a month."""
    year, number = LAST_YEAR, 6
    top = (
        SaleShare.objects.filter(sale__sold_at__year=year, sale__sold_at__month=number)
        .values("member")
        .annotate(sales=Count("pk"))
        .order_by("-sales")[0]
    )
    print(f"  the fullest statement has {top['sales']} sales")
    return _page(User.objects.get(pk=top["member"]), Month(year, number))


def _page(user: User, month: Month) -> float:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    address = reverse("royalties:statement", args=[str(month)])
    begun = time.perf_counter()
    answer = client.get(address)
    took = time.perf_counter() - begun
    assert answer.status_code == 200, answer.status_code
    return took


def close_month() -> int:
    """Issue the statements of the last December."""
    month = Month(LAST_YEAR, 12)
    return statements.issue(month=month, at=datetime(LAST_YEAR + 1, 1, 2, tzinfo=UTC))


def share_out() -> int:
    """Close the first year (years come in order) and work out the by-laws' plan for everybody."""
    at = datetime(LAST_YEAR + 1, 1, 3, tzinfo=UTC)
    treasurer = User.objects.order_by("pk").first()
    assert treasurer is not None
    close = surplus.close_year(year=FIRST_DAY.year, by=treasurer, at=at)
    return distributions.make_plan(
        close=close, title="As the by-laws say", by=treasurer, at=at
    ).shares.count()
