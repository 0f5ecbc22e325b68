"""Which payment gateway is used."""

from collections.abc import Callable

from django.conf import settings

from licensing.adapters.practice import PracticeGateway
from licensing.adapters.stripe import StripeGateway
from licensing.rules.gateway import PaymentGateway, Telling
from stockcoop.kernel.errors import Refused

ADAPTERS: dict[str, Callable[[], PaymentGateway]] = {
    PracticeGateway.name: PracticeGateway,
    StripeGateway.name: StripeGateway,
}


class NoGateway(Refused):
    """Payments cannot be taken as the site is set up."""

    status = 503


def chosen() -> PaymentGateway:
    """The gateway that new payments go through. Raises NoGateway."""
    return named(settings.PAYMENT_GATEWAY)


def named(name: str) -> PaymentGateway:
    """The gateway that a payment went through. Raises NoGateway if it cannot be used here."""
    if name not in ADAPTERS:
        raise NoGateway("Payments through this gateway are not possible at the moment.")
    if name == PracticeGateway.name and not settings.PRACTICE_GATEWAY_ALLOWED:
        raise NoGateway("This site is not set up to take payments yet.")
    if name == StripeGateway.name and settings.STRIPE is None:
        raise NoGateway("This site is not set up to take payments yet.")
    return ADAPTERS[name]()


def telling() -> list[Telling]:
    """The gateways set up here that tell of events and keep an account of their movements.

    Whoever takes new payments: events of old ones still come.
    """
    return [] if settings.STRIPE is None else [StripeGateway()]
