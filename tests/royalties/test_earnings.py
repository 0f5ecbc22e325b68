"""Earnings by month, and the chart that is drawn of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from royalties.jobs import issue_statements
from royalties.models import PayoutRun, Statement
from royalties.rules import bars
from royalties.rules.months import Month
from royalties.services import earnings, runs, sales
from tests import make
from tests.jobs import run_jobs
from tests.make.ledger import NOON, usd

DAY = timedelta(days=1)


@pytest.mark.django_db
class TestByMonth:
    def test_counts_sales_and_takes_refunds_off_in_the_month_they_were_made(self) -> None:
        ann = make.artist()
        sold = make.sale(shares={ann: 1}, at=NOON - 31 * DAY)
        make.sale(shares={ann: 1}, at=NOON, price=usd(4000))
        sales.refund(reference=sold.reference, at=NOON, reason="Bought twice")
        make.sale(at=NOON)
        assert earnings.by_month(member=ann, at=NOON, months=3) == [
            (Month(2026, 1), usd(0)),
            (Month(2026, 2), usd(750)),
            (Month(2026, 3), usd(1250)),
        ]

    def test_reaches_back_twelve_months_and_no_further(self) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1}, at=datetime(2025, 3, 31, 23, 59, tzinfo=UTC))
        make.sale(shares={ann: 1}, at=datetime(2025, 4, 1, tzinfo=UTC))
        months = earnings.by_month(member=ann, at=NOON)
        assert (len(months), months[0]) == (12, (Month(2025, 4), usd(750)))


class TestChart:
    @given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=24))
    def test_every_bar_stands_on_the_line_within_the_drawing(self, values: list[int]) -> None:
        drawing = bars.chart(values)
        for value, bar in zip(values, drawing.bars, strict=True):
            assert bar.is_negative == (value < 0)
            assert (bar.height > 0) == (value != 0)
            assert drawing.base in (bar.y, bar.y + bar.height)
            assert bar.y >= -2
            assert bar.y + bar.height <= drawing.height + 2

    def test_a_larger_sum_has_a_taller_bar(self) -> None:
        heights = [bar.height for bar in bars.chart([0, 100, 50]).bars]
        assert heights == [0, bars.HEIGHT, bars.HEIGHT // 2]

    def test_without_earnings_there_is_nothing_but_the_line(self) -> None:
        assert {bar.height for bar in bars.chart([0] * 12).bars} == {0}


@pytest.mark.django_db(transaction=True)
class TestJobs:
    def test_an_approved_run_is_paid_by_the_worker(self) -> None:
        make.sale(price=usd(50_000))
        run = runs.propose(proposed_by=make.treasurer(), at=NOON)
        runs.approve(run=run, by=make.board(), at=NOON)
        run_jobs()
        assert PayoutRun.objects.get().payouts.get().state == "paid"

    def test_statements_of_finished_months_are_issued_by_the_worker(self) -> None:
        make.sale()
        issue_statements.configure().defer(timestamp=0)
        run_jobs()
        assert Statement.objects.filter(month="2026-03-01").count() == 1
