"""What the holder of a licence can upgrade it to, and for how much: the difference."""

from __future__ import annotations

from dataclasses import dataclass, replace

from licensing.rules import offers
from licensing.rules.book import Book, Kind
from licensing.rules.freezes import Freeze
from licensing.rules.offers import Choice, Item, NotOnOffer, Quote
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Held:
    """What an upgrade builds on: the choice that holds, the px it delivers on the longest side,
    and what was paid for it and all that it was itself upgraded from.

    Of freezes only one that still runs is in the `choice`, and counts as `paid`.
    """

    choice: Choice
    delivered: int
    paid: Money


def book_for(book: Book, item: Item, held: Held) -> Book:
    """`book` with only what an upgrade of `held` can be: no less size, no lesser kind."""
    return replace(
        book,
        sizes=tuple(s for s in book.sizes if offers.delivered(s, item) >= held.delivered),
        kinds=tuple(kind for kind in book.kinds if _covers(book, kind, held)),
    )


def least_units(kind: Kind, held: Held) -> dict[str, int]:
    """Code -> units of the add-ons that an upgrade to `kind` has to keep.

    Within a kind these are all; another kind keeps those that its book says, and contains the rest.
    """
    return {
        code: min(units, add_on.most)
        for code, units in held.choice.add_ons.items()
        if (add_on := kind.add_on(code)) and (kind.code == held.choice.kind or add_on.kept)
    }


def with_least(book: Book, item: Item, held: Held, choice: Choice) -> Choice:
    """`choice` (of a kind that can be picked, or the first) with the add-ons that are kept."""
    offered = offers.kinds(book, item)
    kind = next((k for k in offered if k.code == choice.kind), offered[0] if offered else None)
    if kind is None:
        return choice
    least = least_units(kind, held)
    add_ons = {**choice.add_ons}
    for code, units in least.items():
        add_ons[code] = max(units, add_ons.get(code, 0))
    freeze = choice.freeze
    if not kind.exclusive and not keeps(book, freeze, held.choice.freeze):
        freeze = held.choice.freeze
    return replace(choice, add_ons=add_ons, freeze=freeze)


def keeps(book: Book, freeze: Freeze | None, running: Freeze | None) -> bool:
    """Whether `freeze` lasts as long as the one that is `running`, and holds wherever it does."""
    offer = book.freeze
    if running is None:
        return True
    if freeze is None or offer is None or not {freeze, running} <= offer.prices.keys():
        return freeze == running
    longer = freeze.months >= running.months
    return longer and offer.reach(freeze).covers(offer.reach(running))


def quote(book: Book, item: Item, held: Held, choice: Choice) -> Quote:
    """What it costs to upgrade `held` to `choice`: today's price less what was paid.

    Raises NotOnOffer when that takes a right away, adds none, or costs nothing more.
    """
    narrowed = book_for(book, item, held)
    lesser_kind = book.kind(choice.kind) and not narrowed.kind(choice.kind)
    smaller = book.size(choice.size) and not narrowed.size(choice.size)
    if lesser_kind or smaller:
        raise NotOnOffer("An upgrade takes nothing away: please choose at least what you have.")
    asked = offers.quote(narrowed, item, choice)
    for code, units in least_units(asked.kind, held).items():
        if choice.add_ons.get(code, 0) < units:
            raise NotOnOffer("An upgrade keeps the add-ons that the licence has.")
    if not asked.kind.exclusive and not keeps(book, choice.freeze, held.choice.freeze):
        raise NotOnOffer("An upgrade keeps the market freeze that runs, or makes it more.")
    if _is_same(asked, item, held):
        raise NotOnOffer("That is what the licence covers already. Please choose more.")
    if (asked.full - held.paid).minor <= 0:
        raise NotOnOffer(
            f"There is nothing to pay for: it costs {asked.full} today, and you paid {held.paid}."
        )
    return credited(book, asked, held.paid)


def credited(book: Book, asked: Quote, paid: Money) -> Quote:
    """`asked` less what was `paid`, or as much less as leaves the least that an upgrade costs."""
    least = min(book.least_upgrade.minor, asked.full.minor)
    credit = min(paid.minor, asked.full.minor - least)
    return replace(asked, credit=Money(credit, asked.full.currency))


def _covers(book: Book, kind: Kind, held: Held) -> bool:
    """Whether all that `held` gives is in `kind`; an exclusive one contains every freeze."""
    if kind.code != held.choice.kind and held.choice.kind not in kind.includes:
        return False
    return held.choice.freeze is None or kind.exclusive or book.freeze_of(kind) is not None


def _is_same(asked: Quote, item: Item, held: Held) -> bool:
    size = offers.delivered(asked.size, item)
    same = (asked.kind.code, size) == (held.choice.kind, held.delivered)
    extras = (asked.choice.add_ons, asked.choice.freeze)
    return same and extras == (held.choice.add_ons, held.choice.freeze)
