"""Half of the lives. The other half is a file of its own, so that two workers share them."""

import pytest

from tests.proof import lives


@pytest.mark.django_db
def test_whatever_happens_the_money_adds_up() -> None:
    lives.live_half(0)
