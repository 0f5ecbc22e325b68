"""Working out what tax an order bears, before it is placed and for good."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from invoicing.models import Assessment, BillingDetails, TaxBook
from invoicing.rules import tax
from invoicing.rules.billing import Billing
from invoicing.rules.book import Book
from invoicing.rules.tax import Assessed, PlaceUnknown, Seller
from members.models import User
from stockcoop.kernel import canonical
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money

NOBODY = Seller(country="")


class NoPlace(Refused):
    """The tax depends on where the buyer is, and they have not said so."""

    status = 422


def current(*, at: datetime) -> Book | None:
    """The tax book in force at `at`; None before the first."""
    row = TaxBook.objects.in_force(at)
    return row.book() if row else None


def of(*, billing: Billing, prices: Sequence[Money], at: datetime) -> Assessed:
    """The tax on lines of `prices` for a buyer at `billing`. Raises NoPlace."""
    return computed(TaxBook.objects.in_force(at), billing, prices, at)


def keep(*, billing: Billing, prices: Sequence[Money], at: datetime) -> Assessment:
    """What `of` says, on record. Raises NoPlace."""
    row = TaxBook.objects.in_force(at)
    assessed = computed(row, billing, prices, at)
    made = Assessment(
        book=row,
        at=at,
        billing=billing.stated(),
        prices=[price.minor for price in prices],
        currency=prices[0].currency,
        taxes=stated(assessed),
        reason=assessed.reason,
    )
    made.digest = canonical.digest(made.stated())
    made.save()
    return made


def computed(
    row: TaxBook | None, billing: Billing, prices: Sequence[Money], at: datetime
) -> Assessed:
    """The tax by the book `row`. Raises NoPlace."""
    book = row.book() if row else None
    try:
        return tax.assess(
            seller=book.seller if book else NOBODY,
            buyer=billing.buyer,
            taxes=book.taxes if book else (),
            on=day_of(at),
            prices=prices,
            rounding=book.rounding if book else tax.Rounding.ORDER,
            coin=book.coin if book else 1,
        )
    except PlaceUnknown as unknown:
        raise NoPlace(str(unknown)) from None


def stated(assessed: Assessed) -> list[list[object]]:
    """The taxes as an assessment stores them."""
    return [
        [one.authority, one.name, one.rate, one.amount.minor, list(one.parts)]
        for one in assessed.taxes
    ]


def day_of(at: datetime) -> date:
    """The day of `at` where the co-op is."""
    return timezone.localdate(at, timezone.get_default_timezone())


def billing_of(*, user: User) -> Billing:
    """What the account said of itself; an empty one if nothing."""
    row = BillingDetails.objects.filter(user=user).first()
    return row.billing() if row else Billing()


def remember(*, user: User, billing: Billing) -> None:
    """Keep `billing` as the account's details from here on."""
    fields = {
        "name": billing.name,
        "address": billing.address,
        "country": billing.country,
        "region": billing.region,
        "business": billing.business,
        "tax_id": billing.tax_id,
    }
    BillingDetails.objects.update_or_create(user=user, defaults=fields)
