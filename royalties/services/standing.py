"""What stands in the co-op's equity at a moment: the reserve, the capital, losses of the past."""

from datetime import datetime

from django.conf import settings

from ledger.rules.accounts import Kind
from ledger.services import balances
from royalties.models import YearClose
from royalties.rules import chart
from royalties.rules.steps import Facts
from royalties.services import surplus
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money, total


class EarlierYearOpen(Refused):
    """An earlier year comes first: what it leaves decides what this one may take."""


def capital(*, currency: str | None = None, until: datetime | None = None) -> Money:
    """Members' shares and what was retained for them."""
    currency = currency or settings.CURRENCY
    return total(
        (
            row.amount
            for row in balances.of_kinds([Kind.EQUITY], until=until)
            if row.amount.currency == currency
            and row.code.startswith((chart.MEMBERS, chart.SHARES))
        ),
        currency,
    )


def facts(close: YearClose, *, until: datetime) -> Facts:
    """What the steps of a plan for `close` look at, as it stood at `until`."""
    own = {chart.year(close.year)}
    losses = [
        (chart.year_of(row.code), -row.amount)
        for row in balances.of_kinds([Kind.EQUITY], until=until)
        if row.code.startswith(chart.YEARS)
        and row.code not in own
        and row.amount.currency == close.currency
        and row.amount.minor < 0
    ]
    return Facts(
        reserve=balances.of(chart.RESERVE, currency=close.currency, until=until),
        capital=capital(currency=close.currency, until=until),
        losses=tuple(sorted((year, loss) for year, loss in losses if year < close.year)),
    )


def require_earlier_years(close: YearClose, at: datetime) -> None:
    """Raise EarlierYearOpen while an earlier year is open, or its surplus not distributed."""
    open_ = [year for year in surplus.open_years(at) if year < close.year]
    if open_:
        raise EarlierYearOpen(f"Close the year {open_[0]} first: its loss would come first.")
    for earlier in YearClose.objects.filter(year__lt=close.year, distribution=None).order_by(
        "year"
    ):
        if earlier.surplus.minor > 0:
            raise EarlierYearOpen(
                f"The surplus of {earlier.year} comes first: it is not distributed yet."
            )
