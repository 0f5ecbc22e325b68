"""The price book as a value: what kinds of licence there are, in which sizes, for how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from licensing.rules import freeze_book
from licensing.rules.freezes import ALL, FreezeOffer, Reach
from stockcoop.kernel.money import Money, exponent

T = TypeVar("T")

MEDIA_KINDS = ("photo", "video")
LONGEST_CODE = 24


class BadPriceBook(ValueError):
    """A price book that cannot be used; the message lists every fault in it."""


@dataclass(frozen=True, slots=True)
class Size:
    """A size on offer, up to `longest_side` px; None has no upper end."""

    code: str
    name: str
    media_kind: str
    longest_side: int | None


@dataclass(frozen=True, slots=True)
class AddOn:
    """A right that can be bought on top of a licence. Its price is for one unit; up to `most`.

    One unit adds `prints` and `seats`; 0 lifts the limit. Who upgrades to another kind keeps one
    that is `kept`; every other is part of that kind. A `sensitive` one artists may refuse.
    """

    code: str
    name: str
    text: str
    price: Money
    most: int
    kept: bool = False
    sensitive: bool = False
    prints: int | None = None
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of licence: its name, what it permits and forbids, its prices by size code.

    An `exclusive` one is for works that nobody has licensed yet, and nobody can afterwards.
    `includes` are the kinds, by code, all of whose rights it gives too: it upgrades them.
    `prints` copies and `seats` people are allowed: 0 is without limit, None where only the words
    of `permits` say. `reach` is where it may be used: anywhere and for anything unless it says so.
    """

    code: str
    name: str
    summary: str
    permits: tuple[str, ...]
    forbids: tuple[str, ...]
    editorial: bool
    exclusive: bool
    prices: Mapping[str, Money]
    add_ons: tuple[AddOn, ...]
    includes: tuple[str, ...] = ()
    prints: int | None = None
    seats: int | None = None
    reach: Reach = ALL

    def add_on(self, code: str) -> AddOn | None:
        """The add-on of this kind called `code`; None when it has no such."""
        return next((add_on for add_on in self.add_ons if add_on.code == code), None)


@dataclass(frozen=True, slots=True)
class Book:
    """A whole price book in one currency.

    No upgrade costs less than `least_upgrade`. From `warn_bp` of a bound on, its users are warned.
    """

    currency: str
    editorial_note: str
    sizes: tuple[Size, ...]
    kinds: tuple[Kind, ...]
    least_upgrade: Money
    warn_bp: int = 8000
    freeze: FreezeOffer | None = None

    def kind(self, code: str) -> Kind | None:
        """The kind called `code`; None when the book has no such."""
        return next((kind for kind in self.kinds if kind.code == code), None)

    def size(self, code: str) -> Size | None:
        """The size called `code`; None when the book has no such."""
        return next((size for size in self.sizes if size.code == code), None)

    def freeze_of(self, kind: Kind) -> FreezeOffer | None:
        """The freezes that licences of `kind` can have; None when they can have none."""
        return self.freeze if self.freeze and kind.code in self.freeze.kinds else None


def read(content: Mapping[str, Any], currency: str) -> Book:
    """The book that the table `content` (of coop.toml, amounts as "12.50") describes.

    Raises BadPriceBook with all faults together.
    """
    reader = Reader(currency)
    sizes = tuple(reader.size(row) for row in reader.rows(content, "sizes"))
    kinds = tuple(reader.kind(row, sizes) for row in reader.rows(content, "kinds"))
    note = reader.text(content, "editorial_note", "the book")
    warn_bp = reader.typed(content, "warn_bp", int, 8000, "the book")
    reader.unique("size", [size.code for size in sizes])
    reader.unique("kind", [kind.code for kind in kinds])
    reader.includes(kinds)
    least = Money.zero(currency)
    if "least_upgrade" in content:
        least = reader.amount(content["least_upgrade"], "least_upgrade")
    freeze = freeze_book.read(reader, content, kinds)
    if reader.faults:
        raise BadPriceBook("The price book cannot be used:\n  " + "\n  ".join(reader.faults))
    return Book(currency, note, sizes, kinds, least, warn_bp, freeze)


class Reader:
    """Reads tables and gathers their faults."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.faults: list[str] = []

    def rows(self, table: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
        rows = table.get(name)
        if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
            self.faults.append(f"{name}: at least one table is needed")
            return []
        return rows

    def size(self, row: Mapping[str, Any]) -> Size:
        code = self.code(row, "size")
        media_kind = self.text(row, "media_kind", code)
        if media_kind not in MEDIA_KINDS:
            self.faults.append(f"{code}: media_kind is one of {', '.join(MEDIA_KINDS)}")
        side = row.get("longest_side")
        if side is not None and (type(side) is not int or side < 1):
            self.faults.append(f"{code}: longest_side is a number of pixels")
        return Size(code, self.text(row, "name", code), media_kind, side)

    def kind(self, row: Mapping[str, Any], sizes: Sequence[Size]) -> Kind:
        code = self.code(row, "kind")
        return Kind(
            code=code,
            name=self.text(row, "name", code),
            summary=self.text(row, "summary", code),
            permits=self.sentences(row, "permits", code),
            forbids=self.sentences(row, "forbids", code),
            editorial=self.typed(row, "editorial", bool, False, code),
            exclusive=self.typed(row, "exclusive", bool, False, code),
            prices=self.prices(row, {size.code for size in sizes}, code),
            add_ons=self.add_ons(row, code),
            includes=self.sentences(row, "includes", code),
            prints=self.bound(row, "prints", code),
            seats=self.bound(row, "seats", code),
            reach=freeze_book.reach(self, row, code),
        )

    def includes(self, kinds: Sequence[Kind]) -> None:
        codes = {kind.code for kind in kinds}
        for kind in kinds:
            unknown = sorted(set(kind.includes) - codes)
            self.faults += [f"{kind.code}: there is no kind {code} to include" for code in unknown]

    def prices(self, row: Mapping[str, Any], sizes: set[str], code: str) -> dict[str, Money]:
        prices: dict[str, Any] = self.typed(row, "prices", dict, {}, code)
        if not prices:
            self.faults.append(f"{code}: a kind needs prices")
        self.faults += [f"{code}: there is no size {size}" for size in sorted(set(prices) - sizes)]
        return {size: self.amount(text, f"{code}, {size}") for size, text in prices.items()}

    def add_ons(self, row: Mapping[str, Any], kind: str) -> tuple[AddOn, ...]:
        rows: list[Any] = self.typed(row, "add_ons", list, [], kind)
        add_ons = tuple(self.add_on(add_on) for add_on in rows)
        self.unique(f"add-on of {kind}", [add_on.code for add_on in add_ons])
        return add_ons

    def add_on(self, row: Mapping[str, Any]) -> AddOn:
        code = self.code(row, "add-on")
        most = self.typed(row, "most", int, 1, code)
        if most < 1:
            self.faults.append(f"{code}: most is at least 1")
        price = self.amount(row.get("price"), code)
        return AddOn(
            code=code,
            name=self.text(row, "name", code),
            text=self.text(row, "text", code),
            price=price,
            most=most,
            kept=self.typed(row, "kept", bool, False, code),
            sensitive=self.typed(row, "sensitive", bool, False, code),
            prints=self.bound(row, "prints", code),
            seats=self.bound(row, "seats", code),
        )

    def bound(self, row: Mapping[str, Any], name: str, where: str) -> int | None:
        bound = row.get(name)
        if bound is None or (type(bound) is int and bound >= 0):
            return bound
        self.faults.append(f"{where}: {name} is a number, 0 for without limit")
        return None

    def code(self, row: Mapping[str, Any], noun: str) -> str:
        code = self.text(row, "code", f"a {noun}")
        if not code.isidentifier() or len(code) > LONGEST_CODE:
            self.faults.append(f'"{code}": a code is up to {LONGEST_CODE} letters, digits and _')
        return code

    def text(self, row: Mapping[str, Any], name: str, where: str) -> str:
        text = self.typed(row, name, str, "", where).strip()
        if not text:
            self.faults.append(f"{where}: {name} is needed")
        return text

    def sentences(self, row: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
        rows: list[Any] = self.typed(row, name, list, [], where)
        return tuple(str(sentence) for sentence in rows)

    def typed(
        self,
        row: Mapping[str, Any],
        name: str,
        kind: type[T],
        default: T,
        where: str,
    ) -> T:
        value = row.get(name, default)
        if isinstance(value, kind) and type(value) is kind:
            return value
        self.faults.append(f"{where}: {name} has the wrong type")
        return default

    def amount(self, text: object, where: str) -> Money:
        nothing = Money.zero(self.currency)
        try:
            minor = Decimal(str(text)).scaleb(exponent(self.currency))
        except InvalidOperation:
            self.faults.append(f"{where}: an amount is written as 12.50")
            return nothing
        if not minor.is_finite() or minor != minor.to_integral_value() or minor <= 0:
            self.faults.append(f"{where}: an amount is above 0, in whole minor units")
            return nothing
        return Money(int(minor), self.currency)

    def unique(self, noun: str, codes: Sequence[str]) -> None:
        twice = sorted({code for code in codes if codes.count(code) > 1})
        self.faults += [f"{code}: this {noun} is there twice" for code in twice]
