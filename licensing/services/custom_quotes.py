"""Custom quotes: the co-op's answer to an enquiry, until it is taken, withdrawn or too old."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from licensing.models import CartLine, CustomQuote, Enquiry, Licence, OrderLine, PriceBook
from licensing.rules import custom, offers
from licensing.rules.custom import Agreed, EnquiryState
from licensing.rules.offers import Choice, NotOnOffer, Past, Quote
from licensing.rules.states import OrderState
from licensing.services import prices, shelf
from members.models import User
from members.services import notices
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money

LONGEST = timedelta(days=366)


class NotQuoted(NotOnOffer):
    """The custom quote cannot be taken (any more)."""

    status = 409


class OwnEnquiry(Refused):
    """Nobody quotes a price to themselves."""

    status = 403


class NotToBeAnswered(Refused):
    """The enquiry, or its work, allows no quote (any more)."""


class NotWithdrawable(Refused):
    """The quote was taken, or has ended anyway."""


@transaction.atomic
def answer(
    *,
    enquiry: Enquiry,
    choice: Choice,
    price: Money,
    clause: str,
    expires_at: datetime,
    by: User,
    at: datetime,
) -> CustomQuote:
    """Quote `price` for `choice`, with `clause` (or "") beside the terms; the buyer is told.

    Raises OwnEnquiry, NotToBeAnswered, NotOnOffer when the work is not to be had so at any price.
    """
    _require_answerable(enquiry, expires_at, by, at)
    price_list = prices.current(at=at)
    price_list.quote(shelf.item_of(enquiry.work, at=at), choice)
    _mark_answered(enquiry)
    said, book = Agreed(price, clause), price_list.row
    quote = _write(enquiry, choice, said, book, expires_at=expires_at, by=by, at=at)
    text = f"Your custom quote for “{enquiry.work.title}” is {price}, until {_day(expires_at)}."
    _tell(quote, text, at)
    return quote


@transaction.atomic
def withdraw(*, quote: CustomQuote, by: User, because: str, at: datetime) -> None:
    """Take back a quote that no order is by; its enquiry waits again, and the buyer is told.

    Raises NotWithdrawable.
    """
    held = CustomQuote.objects.select_for_update().get(pk=quote.pk)
    if why := obstacle(held, at=at):
        raise NotWithdrawable(f"{why} It cannot be withdrawn.")
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = at, by, because
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    enquiry, title = quote.enquiry, quote.enquiry.work.title
    # Who asked again while the quote was in an order waits for that answer.
    if not Enquiry.objects.filter(buyer=enquiry.buyer_id, work=enquiry.work_id).waiting().exists():
        rows = Enquiry.objects.filter(pk=enquiry.pk)
        rows.move(EnquiryState.ANSWERED, EnquiryState.WAITING)
    _tell(quote, f"Your custom quote for “{title}” has been withdrawn: {because}", at)


def hold(*, buyer: User) -> None:
    """Hold the quotes in the cart of `buyer` until the transaction ends: none is withdrawn then."""
    quoted = CartLine.objects.filter(buyer=buyer).values("custom_quote")
    list(CustomQuote.objects.filter(pk__in=quoted).order_by("pk").select_for_update())


def obstacle(quote: CustomQuote, *, at: datetime) -> str:
    """Why `quote` cannot be taken at `at`; "" if it can."""
    states = [OrderState.OPEN, OrderState.PAID]
    line = OrderLine.objects.filter(custom_quote=quote, order__state__in=states).first()
    return custom.obstacle(
        quote.enquiry.work.title,
        at=at,
        expires_at=timezone.localtime(quote.expires_at),
        withdrawn=quote.is_withdrawn,
        order=line.order.number if line else "",
    )


def used(quote: CustomQuote) -> str:
    """Why an order by `quote` cannot be granted: a licence came of it already; "" if it can."""
    licence = Licence.objects.filter(custom_quote=quote).first()
    return f"The custom quote was used for licence {licence.number}." if licence else ""


def taken(quote: CustomQuote, *, past: Past, at: datetime) -> Quote:
    """What is to be paid by `quote` for its work with this `past`.

    Raises NotQuoted when it cannot be taken, or the work cannot be had.
    """
    if why := obstacle(quote, at=at):
        raise NotQuoted(why)
    said = quote.quote()
    name = f"“{quote.enquiry.work.title}”"
    if why := offers.obstacle(name, past, exclusive=said.kind.exclusive):
        raise NotQuoted(why)
    if quote.currency != prices.current(at=at).book.currency:
        raise NotQuoted(f"The custom quote for {name} is in another currency than the shop now.")
    return said


def _require_answerable(enquiry: Enquiry, expires_at: datetime, by: User, at: datetime) -> None:
    if enquiry.buyer == by:
        raise OwnEnquiry("Nobody quotes a price to themselves; ask another treasurer.")
    if not at < expires_at <= at + LONGEST:
        raise NotToBeAnswered("A custom quote is good from now on, for up to a year.")
    if not enquiry.work.is_published:
        raise NotToBeAnswered(f"“{enquiry.work.title}” is not for sale any more.")


def _mark_answered(enquiry: Enquiry) -> None:
    moved = Enquiry.objects.filter(pk=enquiry.pk).move(EnquiryState.WAITING, EnquiryState.ANSWERED)
    if not moved:
        raise NotToBeAnswered(f"The enquiry about “{enquiry.work.title}” does not wait any more.")


def _write(
    enquiry: Enquiry,
    choice: Choice,
    agreed: Agreed,
    book: PriceBook,
    *,
    expires_at: datetime,
    by: User,
    at: datetime,
) -> CustomQuote:
    """The quote with its digest: `choice` is of `book`, and costs what was `agreed` instead."""
    quote = CustomQuote(
        enquiry=enquiry,
        price_book=book,
        kind=choice.kind,
        size=choice.size,
        add_ons=dict(choice.add_ons),
        price_minor=agreed.price.minor,
        currency=agreed.price.currency,
        clause=agreed.clause,
        quoted_by=by,
        quoted_at=at,
        expires_at=expires_at,
    )
    quote.digest = quote.computed_digest()
    quote.save()
    return quote


def _tell(quote: CustomQuote, text: str, at: datetime) -> None:
    notices.tell(recipient=quote.enquiry.buyer, text=text, url=reverse("licensing:quotes"), at=at)


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y}"
