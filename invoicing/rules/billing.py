"""Whom an invoice is made out to, as a value that orders keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from invoicing.rules.tax import Buyer
from stockcoop.kernel.canonical import Value


@dataclass(frozen=True, slots=True)
class Billing:
    """Name, address (lines), place and tax number; all empty where the buyer said nothing."""

    name: str = ""
    address: str = ""
    country: str = ""
    region: str = ""
    business: bool = False
    tax_id: str = ""

    @property
    def buyer(self) -> Buyer:
        """What the tax depends on."""
        return Buyer(self.country, self.region, self.business, self.tax_id)

    def stated(self) -> Value:
        """Itself as JSON has it."""
        return asdict(self)

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> Billing:
        """From what `stated` gave."""
        return cls(**stated)
