"""Costs and other income."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from ledger.services import balances
from royalties.models import Cost
from royalties.rules.costs import Kind
from royalties.services import costs, periods
from tests import make
from tests.make.ledger import NOON, usd

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def record(kind: Kind = Kind.COST, minor: int = 4200, on: date = TODAY) -> Cost:
    return costs.record(
        kind=kind, amount=usd(minor), memo="Storage", on=on, recorded_by=make.user(), at=NOON
    )


class TestRecord:
    def test_a_cost_leaves_the_bank_account(self) -> None:
        record()
        assert balances.of("coop:costs") == usd(-4200)
        assert balances.of("coop:bank") == usd(4200)

    def test_other_income_comes_into_the_bank_account(self) -> None:
        record(Kind.INCOME)
        assert balances.of("coop:income") == usd(4200)
        assert balances.of("coop:bank") == usd(-4200)

    def test_is_booked_on_its_day(self) -> None:
        record(on=date(2026, 2, 1))
        assert balances.of("coop:costs", until=NOON - timedelta(days=30)) == usd(-4200)

    def test_refuses_nothing_the_future_and_a_closed_year(self) -> None:
        make.entry(source="close:2025")
        with pytest.raises(costs.NotBooked, match="more than nothing"):
            record(minor=0)
        with pytest.raises(costs.NotBooked, match="not come yet"):
            record(on=TODAY + timedelta(days=1))
        with pytest.raises(periods.PeriodClosed, match="2025 is closed"):
            record(on=date(2025, 12, 31))
        assert not Cost.objects.exists()


class TestCorrect:
    def test_takes_the_cost_back_once(self) -> None:
        cost = record()
        by = make.user()
        first = costs.correct(cost=cost, reason="Typing error", by=by, at=NOON)
        assert costs.correct(cost=cost, reason="Again", by=by, at=NOON) == first
        assert {balance.amount.minor for balance in balances.below("")} == {0}

    @pytest.mark.parametrize(
        ("changed", "constraint"),
        [
            ({"amount_minor": 0}, "cost_of_something"),
            ({"memo": ""}, "cost_says_what_for"),
            ({"kind": "gift"}, "cost_kind_known"),
        ],
    )
    def test_the_database_refuses_what_is_no_cost(
        self, changed: dict[str, object], constraint: str
    ) -> None:
        row = {
            "kind": "cost",
            "amount_minor": 1,
            "currency": "USD",
            "memo": "Storage",
            "on": TODAY,
            "recorded_by": make.user(),
            "recorded_at": NOON,
        }
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Cost.objects.create(**row | changed)
