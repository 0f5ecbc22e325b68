"""The licence chooser of a work's page as values: what can be picked, and what is picked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from licensing.rules import offers
from licensing.rules.book import AddOn, Book, Kind, Size
from licensing.rules.freezes import Extent, Freeze, FreezeOffer
from licensing.rules.offers import ADD_ON_PREFIX, Choice, Item, Quote
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class KindOption:
    """A kind of licence to pick; `price` is the least that it costs for this work."""

    kind: Kind
    price: Money
    picked: bool


@dataclass(frozen=True, slots=True)
class SizeOption:
    """A size to pick by its name for this work, its price, and the longest side delivered in px.

    `is_original` is one that is not made smaller.
    """

    size: Size
    name: str
    price: Money
    longest_side: int
    is_original: bool
    picked: bool


@dataclass(frozen=True, slots=True)
class AddOnOption:
    """An add-on to pick, by the name of its form field, and how many units are picked.

    There are to be `least`: what an upgrade keeps.
    """

    add_on: AddOn
    field: str
    units: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class FreezeOption:
    """The market freezes to pick from, and what is `picked`.

    `terms` are months, each with its price in the region and use that are picked; None where there
    is none. An upgrade keeps at least `least`.
    """

    offer: FreezeOffer
    picked: Freeze | None
    region: str
    use: str
    terms: tuple[tuple[int, Money | None], ...]
    least: Freeze | None = None

    @property
    def regions(self) -> tuple[Extent, ...]:
        return self.offer.regions

    @property
    def uses(self) -> tuple[Extent, ...]:
        return self.offer.uses


@dataclass(frozen=True, slots=True)
class Chooser:
    """All that can be picked for one work, and the quote for what is."""

    quote: Quote
    kinds: tuple[KindOption, ...]
    sizes: tuple[SizeOption, ...]
    add_ons: tuple[AddOnOption, ...]
    note: str
    freeze: FreezeOption | None = None
    withheld: str = ""


def of(book: Book, item: Item, choice: Choice) -> Chooser | None:
    """The chooser with as much of `choice` picked as is on offer; None when nothing is."""
    quote = offers.nearest(book, item, choice)
    if quote is None:
        return None
    sizes = offers.sizes(book, item)
    kinds = (
        KindOption(
            kind,
            min(kind.prices[s.code] for s in sizes if s.code in kind.prices),
            kind == quote.kind,
        )
        for kind in offers.kinds(book, item)
    )
    return Chooser(
        quote=quote,
        kinds=tuple(kinds),
        sizes=tuple(_size(size, quote, item) for size in sizes if size.code in quote.kind.prices),
        add_ons=tuple(_add_on(one, quote) for one in quote.kind.add_ons if _is_open(one, item)),
        note=book.editorial_note if item.editorial else "",
        freeze=_freeze(book, quote),
        withheld=_withheld(quote.kind, item),
    )


def building_on(
    picked: Chooser, quote: Quote, least: Mapping[str, int], freeze: Freeze | None
) -> Chooser:
    """`picked` as the chooser of an upgrade: its `quote`, `least` units by code of add-on, and the
    `freeze` that is kept.
    """
    kept = (replace(o, least=least.get(o.add_on.code, 0)) for o in picked.add_ons)
    option = replace(picked.freeze, least=freeze) if picked.freeze else None
    return replace(picked, quote=quote, add_ons=tuple(kept), freeze=option)


def _size(size: Size, quote: Quote, item: Item) -> SizeOption:
    return SizeOption(
        size=size,
        name=offers.name(size, item),
        price=quote.kind.prices[size.code],
        longest_side=offers.delivered(size, item),
        is_original=offers.limit(size, item) is None,
        picked=size == quote.size,
    )


def _is_open(add_on: AddOn, item: Item) -> bool:
    return item.sensitive or not add_on.sensitive


def _withheld(kind: Kind, item: Item) -> str:
    """Which add-ons are missing and why, in a sentence; empty when none is."""
    missing = [add_on.name for add_on in kind.add_ons if not _is_open(add_on, item)]
    return f"{' and '.join(missing)}: the artist does not allow this." if missing else ""


def _add_on(add_on: AddOn, quote: Quote) -> AddOnOption:
    units = quote.choice.add_ons.get(add_on.code, 0)
    return AddOnOption(add_on, f"{ADD_ON_PREFIX}{add_on.code}", units)


def _freeze(book: Book, quote: Quote) -> FreezeOption | None:
    offer = book.freeze_of(quote.kind)
    if offer is None:
        return None
    picked = quote.choice.freeze
    first = picked or next(iter(offer.prices))
    prices = ((n, offer.prices.get(replace(first, months=n))) for n in offer.terms)
    return FreezeOption(offer, picked, first.region, first.use, tuple(prices))
