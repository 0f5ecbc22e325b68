"""Filling and reading a cart."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from licensing.models import CartLine, CustomQuote, Licence
from licensing.rules.freezes import Claim, Others
from licensing.rules.offers import Choice, NotOnOffer, Past, Quote, obstacle
from licensing.services import custom_quotes, exclusives, freezes, prices, room, shelf, upgrades
from licensing.services.prices import PriceList
from media.models import SensitiveUse, Work
from members.models import User
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money, total

MOST_LINES = 100
_NO_OTHERS = Others()


class NotForSale(Refused):
    """The work cannot be licensed (any more)."""


class FullCart(Refused):
    """The cart holds as much as one order may."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A cart line as it stands now: its price, or None and why it drops out.

    `note` is a sentence for the buyer when something changed since they added it, else "";
    `beside` are the licences of others that stay beside its freeze.
    """

    line: CartLine
    quote: Quote | None
    note: str
    beside: Others = _NO_OTHERS


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
    quote = _quote(price_list, work, choice, upgrade, custom_quote, at)
    _require_unfrozen(price_list, work, quote, upgrade, at)
    _require_place(buyer, work)
    chosen = {
        "price_book": custom_quote.price_book if custom_quote else price_list.row,
        "upgrades": upgrade,
        "custom_quote": custom_quote,
        **_picked(choice),
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
    works = [line.work_id for line in lines]
    pasts = exclusives.pasts(works)
    taken = freezes.taken(works, licences=any(line.freeze for line in lines))
    refused = SensitiveUse.objects.refused_among(works)
    found = {work: _Found(pasts[work], taken[work], work in refused) for work in works}
    entries = tuple(_entry(line, price_list, found[line.work_id], at) for line in lines)
    return Cart(entries=entries, currency=price_list.book.currency)


def _quote(
    price_list: PriceList,
    work: Work,
    choice: Choice,
    upgrade: Licence | None,
    custom_quote: CustomQuote | None,
    at: datetime,
) -> Quote:
    """What `choice` of `work` costs now. Raises NotOnOffer."""
    if upgrade:
        return upgrades.quote(price_list, upgrade, choice, at=at)
    if custom_quote:
        return custom_quotes.taken(custom_quote, past=exclusives.past_of(work), at=at)
    return price_list.quote(shelf.item_of(work, at=at), choice)


def _require_unfrozen(
    price_list: PriceList, work: Work, quote: Quote, upgrade: Licence | None, at: datetime
) -> None:
    claims = freezes.taken([work.pk], licences=quote.frozen is not None)[work.pk]
    root, name = freezes.root_of(upgrade), f"“{work.title}”"
    if why := freezes.obstacle(name, price_list.book, quote, claims, root=root, at=at):
        raise NotOnOffer(why)


def _require_place(buyer: User, work: Work) -> None:
    others = CartLine.objects.filter(buyer=buyer).exclude(work=work)
    if others.count() >= MOST_LINES:
        raise FullCart(f"A cart holds up to {MOST_LINES} works. Please order these first.")


def _picked(choice: Choice) -> dict[str, Any]:
    """What a cart line keeps of `choice`."""
    return {
        "kind": choice.kind,
        "size": choice.size,
        "add_ons": dict(choice.add_ons),
        "freeze": choice.freeze.stored() if choice.freeze else {},
    }


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of a work in a cart: its past, all claims on it, whether sensitive use of it is
    refused.
    """

    past: Past
    claims: list[Claim]
    refused: bool


def _entry(line: CartLine, price_list: PriceList, found: _Found, at: datetime) -> Entry:
    title, past = line.work.title, found.past
    if not line.work.is_published:
        return Entry(line, None, f"“{title}” has been withdrawn, so it drops out of your order.")
    if line.custom_quote:
        return _quoted(line, line.custom_quote, price_list, found, at)
    exclusive = price_list.is_exclusive(line.choice)
    if line.upgrades:
        past = exclusives.past_of(line.work, but=line.upgrades)
    in_the_way = obstacle(f"“{title}”", past, exclusive=exclusive)
    if line.upgrades:
        in_the_way = in_the_way or upgrades.obstacle(line.upgrades, at=at)
    in_the_way = in_the_way or room.refused_for(line, price_list.book, refused=found.refused)
    if in_the_way:
        return Entry(line, None, f"{in_the_way} It drops out of your order.")
    try:
        if line.upgrades:
            quote = upgrades.quote(price_list, line.upgrades, line.choice, at=at)
        else:
            item = prices.item_of(line.work, past, sensitive=not found.refused)
            quote = price_list.quote(item, line.choice)
    except NotOnOffer:
        note = f"“{title}” is no longer offered as you chose it, so it drops out of your order."
        return Entry(line, None, note)
    return _priced(line, price_list, quote, found.claims, at)


def _quoted(
    line: CartLine, given: CustomQuote, price_list: PriceList, found: _Found, at: datetime
) -> Entry:
    if in_the_way := room.refused_for(line, price_list.book, refused=found.refused):
        return Entry(line, None, f"{in_the_way} It drops out of your order.")
    try:
        quote = custom_quotes.taken(given, past=found.past, at=at)
    except NotOnOffer as refusal:
        return Entry(line, None, f"{refusal.message} It drops out of your order.")
    return _priced(line, price_list, quote, found.claims, at)


def _priced(
    line: CartLine, price_list: PriceList, quote: Quote, claims: list[Claim], at: datetime
) -> Entry:
    """The entry of a line that is on offer, unless others' freezes or licences are in the way."""
    title, root, book = f"“{line.work.title}”", freezes.root_of(line.upgrades), price_list.book
    if why := freezes.obstacle(title, book, quote, claims, root=root, at=at):
        return Entry(line, None, f"{why} It drops out of your order.")
    beside = freezes.beside(book, quote, claims, root=root)
    note = ""
    if quote.price != line.seen:
        note = f"The price of {title} was {line.seen} when you added it; it is now {quote.price}."
    return Entry(line, quote, note, beside)
