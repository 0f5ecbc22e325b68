"""Plans that look at more than the surplus: past losses, earlier years, hours of work."""

from datetime import timedelta

import pytest

from ledger.services import balances
from members.models import User
from royalties.models import YearClose
from royalties.rules.law import ClassPart, Law, Measure
from royalties.rules.steps import PastDeficit
from royalties.services import distributions, hours, recount, standing
from tests import make
from tests.make.ledger import usd
from tests.make.surplus import IN_YEAR, NEW_YEAR, YEAR

END = NEW_YEAR + timedelta(days=7)
ALL_TO_ARTISTS = Law.simple(0, (ClassPart("C", 10_000, Measure.EQUAL),))


def _after_a_loss() -> YearClose:
    make.closed_year(year=YEAR - 1)
    return make.closed_year()


@pytest.mark.django_db
class TestPlans:
    def test_look_at_what_stood_in_the_ledger(self) -> None:
        make.sale(price=usd(1000), at=IN_YEAR - timedelta(days=365))
        make.cost(800, at=IN_YEAR - timedelta(days=365))
        make.sale(price=usd(20_000), at=IN_YEAR)
        close = _after_a_loss()
        law = Law(
            (PastDeficit(), *Law.simple(5000, ALL_TO_ARTISTS.parts).steps), ALL_TO_ARTISTS.parts
        )
        plan = make.distribution_plan(close, law=law)
        assert plan.facts == {"reserve": 0, "capital": 0, "losses": [[2024, 300]]}
        assert [taken.amount for taken in plan.value().taken] == [usd(300), usd(4_850)]
        artists = User.objects.filter(memberships__share_class__code="C")
        voters = [make.founder(), *artists]
        make.distribution_vote([plan], choices=[(voter, "yes") for voter in voters])
        distributions.settle_due(END)
        assert balances.of("coop:year:2024") == balances.of("coop:year:2025") == usd(0)
        assert list(recount.differences()) == []

    def test_wait_for_earlier_years(self) -> None:
        make.sale(price=usd(1000), at=IN_YEAR - timedelta(days=365))
        make.sale(price=usd(3000), at=IN_YEAR)
        close = make.closed_year()
        with pytest.raises(standing.EarlierYearOpen, match="Close the year 2024"):
            make.distribution_plan(close)
        make.closed_year(year=2024)
        with pytest.raises(standing.EarlierYearOpen, match="surplus of 2024"):
            make.distribution_plan(close)

    def test_measure_hours_of_work(self) -> None:
        make.bylaws()
        ann, bob = (make.member(share_class="B", at=IN_YEAR) for _ in range(2))
        make.sale(price=usd(20_000), at=IN_YEAR)
        minutes = {
            person.memberships.get().number: spent for person, spent in ((ann, 600), (bob, 300))
        }
        assert hours.record(year=YEAR, minutes=minutes, by=make.founder(), at=NEW_YEAR) == 2
        assert hours.record(year=YEAR, minutes=minutes, by=make.founder(), at=NEW_YEAR) == 0
        law = Law.simple(0, (ClassPart("B", 10_000, Measure.HOURS),))
        plan = make.distribution_plan(make.closed_year(), law=law)
        assert [share.amount for share in plan.shares.all()] == [usd(6_667), usd(3_333)]
        with pytest.raises(hours.HoursInUse):
            hours.record(year=YEAR, minutes={}, by=make.founder(), at=NEW_YEAR)
