import pytest
from django.conf import LazySettings

from tests.stripe_site import StripeSite


@pytest.fixture
def site(settings: LazySettings) -> StripeSite:
    """The site with Stripe's stand-in behind it."""
    return StripeSite(settings)
