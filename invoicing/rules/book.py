"""The tax book as a value: who sells, for which authorities, at which rates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from invoicing.rules.tax import WHOLE, Rounding, Seller, Tax

_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_AUTHORITY = re.compile(r"[a-z]{2}(-[a-z0-9]{1,3})?")


class BadTaxBook(ValueError):
    """A tax book that cannot be used; the message lists every fault in it."""


@dataclass(frozen=True, slots=True)
class Book:
    """A whole tax book. `lines` and `numbers` are what invoices say of the seller.
    Tax is counted in multiples of `coin` minor units.
    """

    seller: Seller
    name: str
    lines: tuple[str, ...]
    numbers: tuple[str, ...]
    rounding: Rounding
    coin: int
    taxes: tuple[Tax, ...]

    def regions(self, country: str) -> list[str]:
        """The regions of `country` that decide about its taxes."""
        return sorted({tax.place[3:] for tax in self.taxes if tax.country == country} - {""})

    @property
    def collects(self) -> bool:
        """Whether the seller collects any tax at all."""
        return bool(self.seller.authorities or self.seller.one_stop)


def read(content: Mapping[str, Any]) -> Book:
    """The book that the table `content` ([invoicing] of coop.toml) describes.

    Raises BadTaxBook with all faults together.
    """
    faults: list[str] = []
    taxes = tuple(_taxes(content.get("taxes", []), faults))
    told = content.get("seller", {})
    seller = Seller(
        country=str(told.get("country", "")),
        region=str(told.get("region", "")),
        authorities=frozenset(told.get("authorities", [])),
        one_stop=frozenset(told.get("one_stop", [])),
    )
    faults += _unknown(seller, taxes)
    try:
        rounding = Rounding(content.get("rounding", "order"))
    except ValueError:
        rounding = Rounding.ORDER
        faults.append(f"rounding is order or line, not {content['rounding']!r}")
    coin = content.get("coin", 1)
    if type(coin) is not int or coin < 1:
        faults.append(f"coin is a number of minor units from 1 on, not {coin!r}")
    if faults:
        raise BadTaxBook("; ".join(faults))
    lines, numbers = (tuple(told.get(key, [])) for key in ("address", "numbers"))
    return Book(seller, str(told.get("name", "")), lines, numbers, rounding, coin, taxes)


def _unknown(seller: Seller, taxes: Iterable[Tax]) -> list[str]:
    known = {tax.authority for tax in taxes}
    unions = {tax.union for tax in taxes if tax.union}
    faults = [f"no tax is owed to {name!r}" for name in sorted(seller.authorities - known)]
    faults += [f"no tax is of the union {name!r}" for name in sorted(seller.one_stop - unions)]
    if (seller.authorities or seller.one_stop) and not seller.country:
        faults.append("a seller that collects tax has a country")
    return faults


def _taxes(rows: Iterable[Mapping[str, Any]], faults: list[str]) -> Iterable[Tax]:
    seen = set()
    for row in rows:
        place, name, since = str(row.get("place", "")), str(row.get("name", "")), row.get("from")
        authority = str(row.get("authority", place.lower()))
        rate, said = _rate(row.get("percent")), f"the tax {name!r} of {place!r}"
        key = (place, name, since)
        sound = {
            "has a place as in DE or CA-ON": _PLACE.fullmatch(place),
            "has an authority as in de or ca-on": _AUTHORITY.fullmatch(authority),
            "has a name": name,
            "has a day in `from`, as in 2026-01-31": _day(since),
            "has a percentage as in 9.975, from 0 to 100": rate is not None,
            "is there once a day": key not in seen,
        }
        wrong = [f"{said} {what}" for what, holds in sound.items() if not holds]
        faults += wrong
        seen.add(key)
        if not wrong:
            assert rate is not None
            union, reverse = str(row.get("union", "")), str(row.get("reverse", ""))
            yield Tax(place, authority, name, rate, _day(since) or date.min, union, reverse)


def _day(told: object) -> date | None:
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None


def _rate(told: object) -> int | None:
    """The percentage `told` as parts of WHOLE; None when it is none, or finer than those."""
    try:
        parts = Decimal(told if isinstance(told, str) else "") * (WHOLE // 100)
    except InvalidOperation:
        return None
    sound = parts.is_finite() and parts == parts.to_integral_value() and 0 <= parts <= WHOLE
    return int(parts) if sound else None
