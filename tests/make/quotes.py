"""Enquiries and custom quotes for tests, made by the services that make them in earnest."""

from datetime import datetime, timedelta
from uuid import uuid4

from licensing.models import CustomQuote, Enquiry, Order, PriceBook
from licensing.rules.offers import Choice
from licensing.services import carts, custom_quotes, enquiries, orders
from media.models import Work
from members.models import User
from stockcoop.kernel.money import Money
from tests.make.ledger import NOON, usd
from tests.make.licensing import STANDARD_SMALL, price_book, work_on_sale
from tests.make.members import buyer, treasurer
from tests.make.royalties import royalty_terms


def enquiry(*, by: User | None = None, work: Work | None = None, at: datetime = NOON) -> Enquiry:
    """A question that waits for its answer."""
    if not PriceBook.objects.exists():
        price_book()
    return enquiries.ask(
        buyer=by or buyer(),
        work=work or work_on_sale(),
        purpose="On a hundred lorries.",
        kind="extended",
        at=at,
    )


def custom_quote(
    *,
    enquired: Enquiry | None = None,
    choice: Choice = STANDARD_SMALL,
    price: Money | None = None,
    clause: str = "Also on up to a hundred lorries.",
    lasting: timedelta = timedelta(days=30),
    at: datetime = NOON,
) -> CustomQuote:
    """A quote, by a treasurer of its own."""
    royalty_terms()
    return custom_quotes.answer(
        enquiry=enquired or enquiry(at=at),
        choice=choice,
        price=price or usd(77_700),
        clause=clause,
        expires_at=at + lasting,
        by=treasurer(),
        at=at,
    )


def quoted_order(quote: CustomQuote, *, at: datetime = NOON) -> Order:
    """An open order by `quote`, of nothing else."""
    asked = quote.enquiry
    carts.put(buyer=asked.buyer, work=asked.work, choice=quote.choice, custom_quote=quote, at=at)
    total = carts.read(buyer=asked.buyer, at=at).total
    return orders.place(
        buyer=asked.buyer, token=uuid4(), licensee="Atlas Books", agreed=total, at=at
    )
