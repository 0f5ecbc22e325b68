"""Filling and reading a cart."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from licensing.models import CartLine, CustomQuote, Licence
from licensing.rules.offers import Choice, NotOnOffer, Past, Quote, obstacle
from licensing.services import custom_quotes, exclusives, prices, upgrades
from licensing.services.prices import PriceList
from media.models import Work
from members.models import User
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money, total

MOST_LINES = 100


class NotForSale(Refused):
    """The work cannot be licensed (any more)."""


class FullCart(Refused):
    """The cart holds as much as one order may."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A cart line as it stands now: its price, or None and why it drops out.

    `note` is a sentence for the buyer when something changed since they added it, else "".
    """

    line: CartLine
    quote: Quote | None
    note: str


@dataclass(frozen=True, slots=True)
class Cart:
    """A buyer's cart at today's prices."""

    entries: tuple[Entry, ...]
    currency: str

    @property
    def payable(self) -> list[tuple[CartLine, Quote]]:
        """The lines that can be ordered, each with its price."""
        return [(entry.line, entry.quote) for entry in self.entries if entry.quote]

    @property
    def total(self) -> Money:
        return total((quote.price for _, quote in self.payable), self.currency)

    @property
    def notes(self) -> list[str]:
        """What changed since the lines were added, one sentence each."""
        return [entry.note for entry in self.entries if entry.note]


@transaction.atomic
def put(
    *,
    buyer: User,
    work: Work,
    choice: Choice,
    at: datetime,
    upgrade: Licence | None = None,
    custom_quote: CustomQuote | None = None,
) -> CartLine:
    """Put `work` into the cart as `choice`; a work already there takes the new choice.

    An `upgrade` is of a licence of the buyer to this work; a `custom_quote` was made to them for it
    and has this `choice`. Raises NotForSale, NotOnOffer, FullCart.
    """
    if not work.is_published:
        raise NotForSale(f"“{work.title}” is not for sale any more.")
    price_list = prices.current(at=at)
    if upgrade:
        upgrades.quote(price_list, upgrade, choice)
    elif custom_quote:
        custom_quotes.taken(custom_quote, past=exclusives.past_of(work), at=at)
    else:
        price_list.quote(work, choice, exclusives.past_of(work))
    others = CartLine.objects.filter(buyer=buyer).exclude(work=work)
    if others.count() >= MOST_LINES:
        raise FullCart(f"A cart holds up to {MOST_LINES} works. Please order these first.")
    chosen = {
        "price_book": custom_quote.price_book if custom_quote else price_list.row,
        "kind": choice.kind,
        "size": choice.size,
        "add_ons": dict(choice.add_ons),
        "upgrades": upgrade,
        "custom_quote": custom_quote,
    }
    line, _ = CartLine.objects.update_or_create(
        buyer=buyer, work=work, defaults=chosen, create_defaults={**chosen, "added_at": at}
    )
    return line


def remove(*, line: CartLine) -> None:
    """Take a line out of its cart; one that is gone already stays gone."""
    CartLine.objects.filter(pk=line.pk).delete()


def read(*, buyer: User, at: datetime) -> Cart:
    """The cart of `buyer` at the prices of `at`."""
    lines = list(CartLine.objects.of(buyer).prefetch_related("work__renditions"))
    if not lines:
        return Cart(entries=(), currency=settings.CURRENCY)
    price_list = prices.current(at=at)
    pasts = exclusives.pasts([line.work_id for line in lines])
    entries = tuple(
        _quoted(line, line.custom_quote, pasts[line.work_id], at)
        if line.custom_quote
        else _entry(line, price_list, pasts[line.work_id])
        for line in lines
    )
    return Cart(entries=entries, currency=price_list.book.currency)


def _quoted(line: CartLine, given: CustomQuote, past: Past, at: datetime) -> Entry:
    if not line.work.is_published:
        return Entry(line, None, _withdrawn(line.work))
    try:
        return Entry(line, custom_quotes.taken(given, past=past, at=at), "")
    except NotOnOffer as refusal:
        return Entry(line, None, f"{refusal.message} It drops out of your order.")


def _entry(line: CartLine, price_list: PriceList, past: Past) -> Entry:
    title = line.work.title
    if not line.work.is_published:
        return Entry(line, None, _withdrawn(line.work))
    exclusive = price_list.is_exclusive(line.choice)
    if line.upgrades:
        past = exclusives.past_of(line.work, but=line.upgrades)
    in_the_way = obstacle(f"“{title}”", past, exclusive=exclusive)
    if line.upgrades:
        in_the_way = in_the_way or upgrades.obstacle(line.upgrades)
    if in_the_way:
        return Entry(line, None, f"{in_the_way} It drops out of your order.")
    try:
        if line.upgrades:
            quote = upgrades.quote(price_list, line.upgrades, line.choice)
        else:
            quote = price_list.quote(line.work, line.choice, past)
    except NotOnOffer:
        note = f"“{title}” is no longer offered as you chose it, so it drops out of your order."
        return Entry(line, None, note)
    if quote.price != line.seen:
        note = f"The price of “{title}” was {line.seen} when you added it; it is now {quote.price}."
        return Entry(line, quote, note)
    return Entry(line, quote, "")


def _withdrawn(work: Work) -> str:
    return f"“{work.title}” has been withdrawn, so it drops out of your order."
