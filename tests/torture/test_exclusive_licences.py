import pytest

from tests.torture import exclusive_licences
from tests.torture.small import torture


@pytest.mark.django_db(transaction=True)
def test_each_of_the_works_goes_to_one_of_its_buyers_and_the_others_keep_their_money() -> None:
    outcome = exclusive_licences.race(works=3, processes=2, threads=4)
    assert (outcome.tried, outcome.lost) == (24, 0), outcome.said
    assert "3 grants" in outcome.said


def test_without_the_lock_works_are_sold_to_several() -> None:
    status, said = torture("--without-locks", "exclusive_licences")
    assert status == 0, said
    assert "granted twice" in said
