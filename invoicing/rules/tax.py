"""Which taxes a sale bears: by where the seller collects, where the buyer is, and who they are.

The rules are those of electronically supplied services, sold at prices that exclude tax. What is
not modelled: special territories, exemptions by use, thresholds by turnover. An accountant confirms
the data that they run on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stockcoop.kernel.money import Money, allocate, total

WHOLE = 10**7  # Of a rate: "9.975" percent are 997,500 parts of it.
HOME_RATE = "Taxed where the seller is, below the threshold of Article 59c VAT Directive."


class Rounding(StrEnum):
    """Whether tax is rounded once for a whole order, or line by line."""

    ORDER = "order"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Tax:
    """A rate in force at `place` ("DE", "CA-ON") from the day `since`, owed to `authority`.

    `rate` is in parts of `WHOLE`. Places of one `union` are one market, in which a seller without
    registration there taxes consumers at home. `reverse` is the sentence by which a business
    abroad accounts for the tax itself; empty where it is charged like anybody.
    """

    place: str
    authority: str
    name: str
    rate: int
    since: date
    union: str = ""
    reverse: str = ""

    @property
    def country(self) -> str:
        return self.place[:2]


@dataclass(frozen=True, slots=True)
class Seller:
    """Where the co-op is, the authorities it collects for, and unions whose one stop it uses."""

    country: str
    region: str = ""
    authorities: frozenset[str] = frozenset()
    one_stop: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Buyer:
    """Where a buyer is; a `tax_id` is one that was checked, and only a business has it."""

    country: str = ""
    region: str = ""
    business: bool = False
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Charged:
    """A tax on an order: its `base` and `amount`, and of the amount a part for each line."""

    authority: str
    name: str
    rate: int
    base: Money
    amount: Money
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """All taxes on an order, and in a sentence why they are these or none."""

    taxes: tuple[Charged, ...]
    reason: str

    def total(self, currency: str) -> Money:
        """All of it together."""
        return total((tax.amount for tax in self.taxes), currency)

    def of_line(self, index: int) -> int:
        """The tax of the line at `index`, in minor units."""
        return sum(tax.parts[index] for tax in self.taxes)


class PlaceUnknown(ValueError):
    """The tax depends on where the buyer is, and that is not known."""


def assess(
    *,
    seller: Seller,
    buyer: Buyer,
    taxes: Sequence[Tax],
    on: date,
    prices: Sequence[Money],
    rounding: Rounding = Rounding.ORDER,
    coin: int = 1,
) -> Assessed:
    """The taxes on lines of `prices` (one currency, at least one), all before tax.

    Tax is counted in multiples of `coin` minor units, line by line too, so that each can be paid.

    Raises PlaceUnknown where the seller collects and the buyer's country, or a region that
    decides, is missing.
    """
    chosen, reason = applicable(seller=seller, buyer=buyer, taxes=taxes, on=on)
    return Assessed(tuple(_charged(tax, prices, rounding, coin) for tax in chosen), reason)


def applicable(
    *, seller: Seller, buyer: Buyer, taxes: Sequence[Tax], on: date
) -> tuple[list[Tax], str]:
    """The rates that apply on the day `on`, and why."""
    if not seller.authorities and not seller.one_stop:
        return [], "The seller is not registered for tax."
    if not buyer.country:
        raise PlaceUnknown("Please say in which country you are: the tax depends on it.")
    there = _in_force(taxes, buyer.country, buyer.region, on)
    if not there:
        if any(tax.country == buyer.country for tax in taxes):
            raise PlaceUnknown("Please say in which region you are: the tax depends on it.")
        return [], f"Not taxed by the seller: the buyer is in {buyer.country}."
    if seller.country == buyer.country:
        return _collected(there, seller)
    return _abroad(seller, buyer, there, _in_force(taxes, seller.country, seller.region, on))


def _abroad(
    seller: Seller, buyer: Buyer, there: list[Tax], home: list[Tax]
) -> tuple[list[Tax], str]:
    """The rates for a buyer in another country: theirs, ours, or by their own account."""
    reverse = next((tax.reverse for tax in there if tax.reverse), "")
    if reverse and buyer.business and buyer.tax_id:
        return [], reverse
    union = there[0].union
    if union and union in seller.one_stop:
        return there, f"Taxed where the buyer is ({buyer.country}), by the one-stop shop."
    collected, reason = _collected(there, seller)
    if not collected and union and any(tax.union == union for tax in home):
        at_home, _ = _collected(home, seller)
        return at_home, HOME_RATE if at_home else reason
    return collected, reason


def _collected(there: list[Tax], seller: Seller) -> tuple[list[Tax], str]:
    """Of the rates at a place those that the seller collects."""
    own = [tax for tax in there if tax.authority in seller.authorities]
    place = there[0].place
    if not own:
        return [], f"The seller is not registered for tax in {place}."
    return own, f"Taxed where the buyer is ({place})."


def _in_force(taxes: Sequence[Tax], country: str, region: str, on: date) -> list[Tax]:
    """The newest version of each tax of a country, or of its region, that has begun."""
    places = {country, f"{country}-{region}"}
    newest: dict[tuple[str, str], Tax] = {}
    for tax in sorted(taxes, key=lambda tax: tax.since):
        if tax.place in places and tax.since <= on:
            newest[tax.place, tax.name] = tax
    return sorted(newest.values(), key=lambda tax: (tax.place, tax.authority, tax.name))


def _charged(tax: Tax, prices: Sequence[Money], rounding: Rounding, coin: int) -> Charged:
    base = total(prices, prices[0].currency)
    if rounding is Rounding.LINE:
        coins = [_coins(price.minor, tax.rate, coin) for price in prices]
    else:
        whole = Money(_coins(base.minor, tax.rate, coin), base.currency)
        coins = [part.minor for part in allocate(whole, [price.minor for price in prices])]
    parts = tuple(number * coin for number in coins)
    amount = Money(sum(parts), base.currency)
    return Charged(tax.authority, tax.name, tax.rate, base, amount, parts)


def _coins(minor: int, rate: int, coin: int) -> int:
    """How many coins `rate` of `minor` is, to the nearest; a half goes up."""
    return (2 * minor * rate + WHOLE * coin) // (2 * WHOLE * coin)


def percent(rate: int) -> str:
    """A rate as people write it: "19 %", "9.975 %"."""
    whole, rest = divmod(rate, WHOLE // 100)
    digits = f"{rest:05d}".rstrip("0")
    return f"{whole}.{digits} %" if digits else f"{whole} %"
