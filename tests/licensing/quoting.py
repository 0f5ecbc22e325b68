"""What happens to custom quotes in several tests."""

from datetime import timedelta
from uuid import uuid4

from licensing.models import CustomQuote
from licensing.rules.offers import Choice
from licensing.services import carts, custom_quotes, orders
from members.models import Notice, User
from tests import make
from tests.make.ledger import NOON, usd

LATER = NOON + timedelta(days=60)
EXCLUSIVE = Choice("exclusive", "medium")


def put(quote: CustomQuote) -> None:
    enquiry = quote.enquiry
    carts.put(
        buyer=enquiry.buyer, work=enquiry.work, choice=quote.choice, custom_quote=quote, at=NOON
    )


def withdraw(quote: CustomQuote) -> None:
    custom_quotes.withdraw(quote=quote, by=make.treasurer(), because="A slip.", at=NOON)


def place(buyer: User, total: int = 77_700) -> None:
    orders.place(buyer=buyer, token=uuid4(), licensee="Atlas", agreed=usd(total), at=NOON)


def said_to(user: User) -> list[str]:
    notices = Notice.objects.filter(recipient=user).order_by("pk")
    return list(notices.values_list("text", flat=True))
