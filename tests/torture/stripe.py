"""The site with a stand-in for Stripe behind it, outside of pytest."""

from django.conf import settings

from stockcoop.kernel import stripe as door
from tests.stripe_site import StripeSite


def site() -> StripeSite:
    """The site set up anew, with a key that nothing happened under yet."""
    made = StripeSite(settings)
    door._client.cache_clear()
    return made
