"""What a buyer is to pay for their cart, tax included, before they order."""

from dataclasses import dataclass
from datetime import datetime

from invoicing.rules.billing import Billing
from invoicing.rules.tax import percent
from invoicing.services import assessing
from invoicing.services.assessing import NoPlace
from licensing.services.carts import Cart
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Totals:
    """The sum before tax, each tax in words, and what is to be paid.

    `missing` says what the tax depends on and is not known yet; then `total` is without tax.
    """

    net: Money
    taxes: tuple[tuple[str, Money], ...]
    total: Money
    reason: str
    missing: str = ""


def of(*, cart: Cart, billing: Billing, at: datetime) -> Totals:
    """The totals of what can be ordered of `cart`, which is something."""
    prices = [quote.price for _, quote in cart.payable]
    try:
        assessed = assessing.of(billing=billing, prices=prices, at=at)
    except NoPlace as refusal:
        return Totals(cart.total, (), cart.total, "", refusal.message)
    taxes = tuple((f"{tax.name} {percent(tax.rate)}", tax.amount) for tax in assessed.taxes)
    total = cart.total + assessed.total(cart.currency)
    return Totals(cart.total, taxes, total, assessed.reason)
