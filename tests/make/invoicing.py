"""Tax books and billing details for tests."""

import tomllib
from datetime import datetime
from typing import Any

from invoicing.models import TaxBook
from invoicing.rules.billing import Billing
from invoicing.services import establish
from stockcoop.env import ROOT
from tests.make.members import LONG_AGO

GERMAN: dict[str, Any] = {"country": "DE", "authorities": ["de"], "one_stop": ["eu"]}
CANADIAN: dict[str, Any] = {
    "country": "CA",
    "region": "BC",
    "authorities": ["ca", "ca-bc", "ca-qc"],
}
BERLIN = Billing("Atlas Books GmbH", "Lindenstr. 4\n10969 Berlin", "DE")
VIENNA = Billing("Atlas Wien", "Ring 1\n1010 Wien", "AT", business=True, tax_id="ATU13585627")


def tax_book(
    *, at: datetime = LONG_AGO, rounding: str = "order", coin: int = 1, **seller: Any
) -> TaxBook:
    """The example's rates from `at` on, for a German seller in the one-stop shop unless told."""
    data = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
    table = data["invoicing"]
    table["seller"] |= seller or GERMAN
    table["rounding"], table["coin"] = rounding, coin
    establish.establish(data, at)
    return TaxBook.objects.latest("version")
