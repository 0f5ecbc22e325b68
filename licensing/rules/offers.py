"""What the price book offers for one work, and what a buyer's choice of it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from licensing.rules import freezes
from licensing.rules.book import AddOn, Book, Kind, Size
from licensing.rules.custom import Agreed
from licensing.rules.freezes import Claim, Freeze, Frozen
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money, total

ADD_ON_PREFIX = "add_on."
FREEZE_PREFIX = "freeze."


class NotOnOffer(Refused):
    """The price book does not offer this choice for this work."""

    status = 422


class Past(StrEnum):
    """Whether a work was licensed before, and whether somebody holds it exclusively now."""

    NEW = "new"
    LICENSED = "licensed"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True)
class Item:
    """What can be had and for how much depends on: photo or video, the original's longest side
    in px, whether the work may be used editorially only, and the licences granted before.

    `frozen` are the freezes of others that run; `sensitive` is whether such use may be had.
    """

    media_kind: str
    longest_side: int
    editorial: bool
    past: Past = Past.NEW
    frozen: tuple[Claim, ...] = ()
    sensitive: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """What a buyer picked: kind and size by code, add-ons as code -> units (1 or more), a freeze or
    none.
    """

    kind: str
    size: str
    add_ons: Mapping[str, int] = field(default_factory=dict)
    freeze: Freeze | None = None

    @classmethod
    def from_form(cls, fields: Mapping[str, str]) -> Choice:
        """From `kind`, `size`, `add_on.<code>` and `freeze.<…>` fields; an empty or zero add-on is
        none, as is a freeze without a term.

        Raises NotOnOffer when a number is no number.
        """
        add_ons = {
            name.removeprefix(ADD_ON_PREFIX): _units(text)
            for name, text in sorted(fields.items())
            if name.startswith(ADD_ON_PREFIX)
        }
        return cls(
            kind=fields.get("kind", ""),
            size=fields.get("size", ""),
            add_ons={code: units for code, units in add_ons.items() if units},
            freeze=_freeze(fields),
        )

    def query(self) -> str:
        """The choice as the query string that `from_form` reads."""
        add_ons = {f"{ADD_ON_PREFIX}{code}": units for code, units in sorted(self.add_ons.items())}
        stored = self.freeze.stored() if self.freeze else {}
        freeze = {f"{FREEZE_PREFIX}{name}": value for name, value in stored.items()}
        return urlencode({"kind": self.kind, "size": self.size, **add_ons, **freeze})


@dataclass(frozen=True, slots=True)
class Extra:
    """An add-on in a quote: how many units, and what they cost together."""

    add_on: AddOn
    units: int

    @property
    def price(self) -> Money:
        return self.add_on.price * self.units


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one choice, in its parts.

    `credit` is taken off for what it builds on: of an upgrade, what was paid for that before.
    `agreed` is what a custom quote says instead.
    """

    kind: Kind
    size: Size
    base: Money
    extras: tuple[Extra, ...]
    credit: Money | None = None
    agreed: Agreed | None = None
    frozen: Frozen | None = None

    @property
    def full(self) -> Money:
        """What the choice costs altogether by the price book."""
        extras = [extra.price for extra in self.extras]
        if self.frozen:
            extras.append(self.frozen.price)
        return self.base + total(extras, self.base.currency)

    @property
    def price(self) -> Money:
        """What is to be paid for the choice."""
        if self.agreed:
            return self.agreed.price
        return self.full - self.credit if self.credit else self.full

    @property
    def choice(self) -> Choice:
        """The choice that this is the price of."""
        add_ons = {extra.add_on.code: extra.units for extra in self.extras}
        freeze = self.frozen.freeze if self.frozen else None
        return Choice(self.kind.code, self.size.code, add_ons, freeze)


def sizes(book: Book, item: Item) -> list[Size]:
    """The sizes in which `item` can be had, smallest first.

    Those up to the original, and the original itself at the price of the size that it fits in:
    nobody pays for pixels that are not there, and no size is there twice.
    """
    of_kind = [size for size in book.sizes if size.media_kind == item.media_kind]
    ordered = sorted(of_kind, key=lambda size: size.longest_side or math.inf)
    smaller = [s for s in ordered if s.longest_side and s.longest_side < item.longest_side]
    return ordered[: len(smaller) + 1]


def limit(size: Size, item: Item) -> int | None:
    """The px that `item` is cut down to on its longest side; None for the original as it is."""
    if size.longest_side is None or size.longest_side >= item.longest_side:
        return None
    return size.longest_side


def delivered(size: Size, item: Item) -> int:
    """The longest side, in px, of `item` in `size`: never more than the original's."""
    return limit(size, item) or item.longest_side


def name(size: Size, item: Item) -> str:
    """What `size` is called for `item`: "Original" when it is not as large as its name says."""
    return "Original" if (size.longest_side or 0) > item.longest_side else size.name


def kinds(book: Book, item: Item) -> list[Kind]:
    """The kinds of licence that `item` can be had under, each with at least one size."""
    codes = {size.code for size in sizes(book, item)}
    return [
        kind
        for kind in book.kinds
        if (kind.editorial or not item.editorial)
        and codes & kind.prices.keys()
        and not obstacle("", item.past, exclusive=kind.exclusive)
        and not any(freeze.reach.meets(kind.reach) for freeze in item.frozen)
    ]


def obstacle(name: str, past: Past, *, exclusive: bool) -> str:
    """Why the work called `name`, with this past, cannot be had; "" when nothing is in the way.

    This is the whole rule of exclusive licences; the database holds it too.
    """
    if past is Past.EXCLUSIVE:
        return f"{name} is exclusively licensed, so it cannot be licensed again."
    if past is Past.LICENSED and exclusive:
        return f"{name} has been licensed before, so it cannot be had exclusively any more."
    return ""


def quote(book: Book, item: Item, choice: Choice) -> Quote:
    """The price of `choice` for `item`. Raises NotOnOffer, saying what is not to be had."""
    kind = next((kind for kind in kinds(book, item) if kind.code == choice.kind), None)
    if kind is None:
        known = book.kind(choice.kind)
        exclusive = known is not None and known.exclusive
        if in_the_way := obstacle("This work", item.past, exclusive=exclusive):
            raise NotOnOffer(in_the_way)
        if known and (bar := freezes.bar("This work", known.reach, item.frozen)):
            raise NotOnOffer(bar)
        if known is not None and item.editorial:
            raise NotOnOffer(f"{book.editorial_note} It has no {known.name.lower()} licence.")
        raise NotOnOffer("This work has no such licence. Please choose one of those shown.")
    size = next((size for size in sizes(book, item) if size.code == choice.size), None)
    if size is None or size.code not in kind.prices:
        known_size = book.size(choice.size)
        name = f"the size {known_size.name}" if known_size else "that size"
        raise NotOnOffer(f"This work is not to be had in {name} under this licence.")
    if why := withheld("this work", kind, choice, sensitive=item.sensitive):
        raise NotOnOffer(why)
    return priced(book, choice)


def priced(book: Book, choice: Choice) -> Quote:
    """The price of `choice` by `book`, whatever the work. Raises NotOnOffer if it has none."""
    kind, size = book.kind(choice.kind), book.size(choice.size)
    if kind is None or size is None or size.code not in kind.prices:
        raise NotOnOffer("The price book has no such licence in this size.")
    extras = tuple(_extra(kind, code, units) for code, units in sorted(choice.add_ons.items()))
    frozen = _frozen(book, kind, choice.freeze)
    base = kind.prices[size.code]
    return Quote(kind=kind, size=size, base=base, extras=extras, frozen=frozen)


def withheld(name: str, kind: Kind, choice: Choice, *, sensitive: bool) -> str:
    """Why the artist's word keeps add-ons of `choice` from the work called `name`; "" if not."""
    chosen = (kind.add_on(code) for code in choice.add_ons)
    if sensitive or not any(add_on and add_on.sensitive for add_on in chosen):
        return ""
    return f"The artist does not allow sensitive use of {name}."


def nearest(book: Book, item: Item, choice: Choice) -> Quote | None:
    """The quote for as much of `choice` as is on offer, to show in a chooser.

    A kind or size not on offer gives way to the first that is, add-ons to none; None when the
    book offers nothing for `item`.
    """
    offered = kinds(book, item)
    if not offered:
        return None
    kind = next((kind for kind in offered if kind.code == choice.kind), offered[0])
    codes = [size.code for size in sizes(book, item) if size.code in kind.prices]
    size = choice.size if choice.size in codes else codes[0]
    add_ons = {
        add_on.code: min(choice.add_ons[add_on.code], add_on.most)
        for add_on in kind.add_ons
        if choice.add_ons.get(add_on.code, 0) > 0 and (item.sensitive or not add_on.sensitive)
    }
    offer = book.freeze_of(kind)
    freeze = offer.nearest(choice.freeze) if offer else None
    return quote(book, item, Choice(kind.code, size, add_ons, freeze))


def _extra(kind: Kind, code: str, units: int) -> Extra:
    add_on = kind.add_on(code)
    if add_on is None:
        raise NotOnOffer(f"The {kind.name.lower()} licence has no such add-on.")
    if not 1 <= units <= add_on.most:
        raise NotOnOffer(f"{add_on.name}: choose from 1 to {add_on.most}.")
    return Extra(add_on, units)


def _frozen(book: Book, kind: Kind, freeze: Freeze | None) -> Frozen | None:
    if freeze is None:
        return None
    offer = book.freeze_of(kind)
    if offer is None:
        raise NotOnOffer(f"The {kind.name.lower()} licence has no market freeze.")
    if freeze not in offer.prices:
        raise NotOnOffer("No freeze is offered for that term, region and use.")
    return offer.frozen(freeze)


def _freeze(fields: Mapping[str, str]) -> Freeze | None:
    names = ("months", "region", "use")
    months, region, use = (fields.get(f"{FREEZE_PREFIX}{name}", "") for name in names)
    term = _units(months)
    return Freeze(term, region, use) if term else None


def _units(text: str) -> int:
    if not text.strip():
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise NotOnOffer("A number of add-ons or months is a whole number, 0 or more.")
    return int(text)
