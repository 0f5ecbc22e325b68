"""Upgrading a licence that one holds: to a larger size, a stronger kind or more add-ons."""

from licensing.models import Licence, Refund
from licensing.rules import chooser as choosers
from licensing.rules import upgrades as rules
from licensing.rules.book import Book
from licensing.rules.chooser import Chooser
from licensing.rules.offers import Choice, Item, Quote
from licensing.rules.upgrades import Held
from licensing.services import exclusives, prices
from licensing.services.prices import PriceList
from stockcoop.kernel.errors import Refused


class NotUpgradable(Refused):
    """This licence cannot be upgraded (any more)."""


def quote(price_list: PriceList, licence: Licence, choice: Choice) -> Quote:
    """The difference that `choice` costs to the holder of `licence`.

    Raises NotUpgradable, or NotOnOffer when the choice adds nothing or takes something away.
    """
    if in_the_way := obstacle(licence):
        raise NotUpgradable(in_the_way)
    _require_currency(price_list.book, licence)
    item = _item(licence)
    return rules.quote(price_list.book, item, held(licence, item), choice)


def chooser(price_list: PriceList, licence: Licence, choice: Choice) -> Chooser | None:
    """What `licence` can be upgraded to, with as much of `choice` picked as is on offer."""
    _require_currency(price_list.book, licence)
    item = _item(licence)
    has = held(licence, item)
    book = rules.book_for(price_list.book, item, has)
    picked = choosers.of(book, item, rules.with_least(book, item, has, choice))
    if picked is None:
        return None
    least = rules.least_units(picked.quote.kind, has)
    return choosers.building_on(picked, rules.credited(book, picked.quote, has.paid), least)


def obstacle(licence: Licence) -> str:
    """Why `licence` cannot be upgraded now; "" when it can."""
    title = f"“{licence.work.title}”"
    if not licence.is_valid or Refund.objects.filter(line=licence.line_id).exists():
        return f"The licence of {title} is not valid any more, so it cannot be upgraded."
    if licence.successors.filter(revoked_at=None).exists():
        return f"The licence of {title} has been upgraded already."
    return ""


def held(licence: Licence, item: Item) -> Held:
    """What an upgrade of `licence` builds on."""
    delivered = licence.line.longest_side or item.longest_side
    return Held(licence.choice, delivered, licence.paid)


def _item(licence: Licence) -> Item:
    return prices.item_of(licence.work, exclusives.past_of(licence.work, but=licence))


def _require_currency(book: Book, licence: Licence) -> None:
    if book.currency != licence.line.currency:
        raise NotUpgradable("This licence was paid in another currency; it cannot be upgraded.")
