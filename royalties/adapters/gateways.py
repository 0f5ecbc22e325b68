"""Which gateway pays members here."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from royalties.adapters.practice import PracticePayouts
from royalties.adapters.stripe import StripePayouts
from royalties.rules.payouts import AccountGateway, PayoutGateway


def current() -> PayoutGateway:
    """The gateway that the settings name. Raises ImproperlyConfigured where it may not be used."""
    if settings.PAYMENT_GATEWAY == "practice" and settings.PRACTICE_GATEWAY_ALLOWED:
        return PracticePayouts()
    if StripePayouts.name == settings.PAYMENT_GATEWAY:
        return StripePayouts()
    raise ImproperlyConfigured(
        f"no payouts through “{settings.PAYMENT_GATEWAY}”: see PAYMENT_GATEWAY and "
        "PRACTICE_GATEWAY_ALLOWED in docs/configuration.md"
    )


def with_accounts() -> AccountGateway | None:
    """The gateway in which members have accounts of their own; None where they need none."""
    return StripePayouts() if StripePayouts.name == settings.PAYMENT_GATEWAY else None
