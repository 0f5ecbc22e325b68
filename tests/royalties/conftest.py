import pytest
from django.conf import LazySettings

from tests.stripe_site import StripeSite


@pytest.fixture
def site(settings: LazySettings) -> StripeSite:
    made = StripeSite(settings)
    made.payment(200_000)  # the platform has something to pay out of
    return made
