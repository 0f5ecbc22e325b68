"""The outage of the search, in small; `make torture` runs it in full."""

import pytest

from tests.torture import search_outage


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_elasticsearch_is_away_for_a_while() -> None:
    outcome = search_outage.run(0.04)
    assert outcome.tried == 40
    assert outcome.lost == 0, outcome.said
