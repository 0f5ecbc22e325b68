"""A member's year: its twelve months in one, issued after December's statement."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from royalties.models import Statement, YearStatement
from royalties.rules.months import Month
from royalties.services import accounts, periods, sales, statements, years
from tests import make
from tests.make.ledger import usd
from tests.make.surplus import YEAR

pytestmark = pytest.mark.django_db

OVER = datetime(YEAR + 1, 1, 1, 12, tzinfo=UTC)
DECEMBER = datetime(YEAR - 1, 12, 1, tzinfo=UTC)
moments = st.integers(0, 60 * 24 * 420).map(lambda minute: DECEMBER + timedelta(minutes=minute))
events = st.lists(st.tuples(moments, st.integers(100, 90_000), st.booleans()), max_size=8)


class TestSum(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(events=events)
    def test_a_year_is_the_sum_of_its_months(
        self, events: list[tuple[datetime, int, bool]]
    ) -> None:
        ann = make.artist()
        for at, price, back in events:
            sold = make.sale(shares={ann: 1}, price=usd(price), at=at)
            if back:
                sales.refund(reference=sold.reference, reason="Twice", at=at + timedelta(minutes=1))
        year = years.read(member=ann, year=YEAR).year
        months = [accounts.of_member(ann.pk, Month(YEAR, number)) for number in range(1, 13)]
        assert list(year.months) == months
        moved = sum(line.amount.minor for line in year.lines)
        assert year.closing.minor == year.opening.minor + moved
        assert sum(amount.minor for _, amount in year.kinds()) == moved
        assert sum(work.amount.minor for work in year.works()) == moved
        assert [one for one in years.of_all(YEAR) if one.member == ann.pk] in ([year], [])


class TestIssue:
    def test_comes_after_decembers_statement_and_once(self) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1}, at=datetime(YEAR, 3, 1, tzinfo=UTC))
        assert (years.issue_due(at=OVER), years.issue_due(at=OVER)) == (1, 0)
        assert Statement.objects.filter(member=ann, month__month=12).exists()
        reading = years.read(member=ann, year=YEAR)
        assert reading.issued is not None
        assert reading.is_as_issued
        assert (reading.issued.opening, reading.issued.closing) == (usd(0), usd(750))

    def test_is_refused_while_the_year_goes_on(self) -> None:
        with pytest.raises(statements.NotFinished):
            years.issue(year=YEAR, at=datetime(YEAR, 12, 31, 12, tzinfo=UTC))

    def test_nothing_is_booked_into_it_afterwards(self) -> None:
        make.sale(at=datetime(YEAR, 3, 1, tzinfo=UTC))
        years.issue_due(at=OVER)
        assert YearStatement.objects.exists()
        with pytest.raises(periods.PeriodClosed):
            make.sale(at=datetime(YEAR, 12, 31, tzinfo=UTC))
