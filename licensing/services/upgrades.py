"""Upgrading a licence that one holds: to a larger size, a stronger kind or more add-ons."""

from dataclasses import replace
from datetime import datetime

from licensing.models import Licence, Refund
from licensing.rules import chooser as choosers
from licensing.rules import upgrades as rules
from licensing.rules.book import Book
from licensing.rules.chooser import Chooser
from licensing.rules.offers import Choice, Item, Quote
from licensing.rules.upgrades import Held
from licensing.services import exclusives, freezes, prices
from licensing.services.prices import PriceList
from media.services import sensitive
from stockcoop.kernel.errors import Refused


class NotUpgradable(Refused):
    """This licence cannot be upgraded (any more)."""


def quote(price_list: PriceList, licence: Licence, choice: Choice, *, at: datetime) -> Quote:
    """The difference that `choice` costs to the holder of `licence` at `at`.

    Raises NotUpgradable, or NotOnOffer when the choice adds nothing or takes something away.
    """
    if in_the_way := obstacle(licence, at=at):
        raise NotUpgradable(in_the_way)
    _require_currency(price_list.book, licence)
    item = _item(licence, at)
    return rules.quote(price_list.book, item, held(licence, item, at), choice)


def chooser(
    price_list: PriceList, licence: Licence, choice: Choice | None, *, at: datetime
) -> Chooser | None:
    """What `licence` can be upgraded to at `at`, with as much of `choice` picked as is on offer;
    without one, what is held.
    """
    _require_currency(price_list.book, licence)
    item = _item(licence, at)
    has = held(licence, item, at)
    book = rules.book_for(price_list.book, item, has)
    picked = choosers.of(book, item, rules.with_least(book, item, has, choice or has.choice))
    if picked is None:
        return None
    least = rules.least_units(picked.quote.kind, has)
    credited = rules.credited(book, picked.quote, has.paid)
    return choosers.building_on(picked, credited, least, has.choice.freeze)


def obstacle(licence: Licence, *, at: datetime) -> str:
    """Why `licence` cannot be upgraded at `at`; "" when it can."""
    title = f"“{licence.work.title}”"
    if not licence.is_valid or Refund.objects.filter(line=licence.line_id).exists():
        return f"The licence of {title} is not valid any more, so it cannot be upgraded."
    if licence.successors.filter(revoked_at=None).exists():
        return f"The licence of {title} has been upgraded already."
    return freezes.bar(licence, at=at)


def held(licence: Licence, item: Item, at: datetime) -> Held:
    """What an upgrade of `licence` builds on at `at`; a freeze that is over counts no more."""
    delivered = licence.line.longest_side or item.longest_side
    choice = licence.choice
    if not licence.freezes(at):
        choice = replace(choice, freeze=None)
    return Held(choice, delivered, licence.counted(at))


def _item(licence: Licence, at: datetime) -> Item:
    past = exclusives.past_of(licence.work, but=licence)
    frozen = freezes.running(licence.work_id, at=at, but=licence)
    allowed = has_sensitive(licence) or not sensitive.is_refused(licence.work)
    return prices.item_of(licence.work, past, frozen, sensitive=allowed)


def has_sensitive(licence: Licence) -> bool:
    """Whether sensitive use was granted already: what is held stays, and an upgrade keeps it."""
    return any(extra.add_on.sensitive for extra in licence.line.quote().extras)


def _require_currency(book: Book, licence: Licence) -> None:
    if book.currency != licence.line.currency:
        raise NotUpgradable("This licence was paid in another currency; it cannot be upgraded.")
