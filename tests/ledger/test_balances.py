"""Balances and the lines of accounts."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ledger.rules.accounts import Kind
from ledger.services import balances, lines, posting
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.races import at_once

DAY = timedelta(days=1)
CODES = ["member:1", "member:2", "member:11", "coop:commission", "gateway:practice"]


@pytest.mark.django_db
class TestBalances:
    def test_are_credits_less_debits(self) -> None:
        make.entry(move("gateway:practice", "member:1", 1000))
        make.entry(move("member:1", "gateway:practice", 300))
        assert balances.of("member:1") == usd(700)
        assert balances.of("gateway:practice") == usd(-700)

    def test_of_an_account_nobody_named_is_zero(self) -> None:
        assert balances.of("member:99") == usd(0)

    def test_count_from_the_start_of_a_period_and_not_its_end(self) -> None:
        for day in range(3):
            make.entry(move("gateway:practice", "member:1", 10**day), at=NOON + day * DAY)
        assert balances.of("member:1", until=NOON + DAY) == usd(1)
        assert balances.of("member:1", since=NOON + DAY) == usd(110)
        assert balances.of("member:1", since=NOON + DAY, until=NOON + 2 * DAY) == usd(10)

    def test_are_listed_by_prefix_and_by_kind(self) -> None:
        make.entry(move("gateway:practice", "member:1", 5))
        make.entry(move("coop:costs", "coop:bank", 3))
        assert [b.code for b in balances.below("coop:")] == ["coop:bank", "coop:costs"]
        assert [(b.code, b.amount) for b in balances.of_kinds([Kind.EXPENSE, Kind.LIABILITY])] == [
            ("coop:costs", usd(-3)),
            ("member:1", usd(5)),
        ]

    def test_a_prefix_is_taken_as_it_is(self) -> None:
        make.entry(move("gateway:practice", "member:1", 5))
        assert balances.below("member%") == []


class TestSums(TestCase):
    @given(
        st.lists(
            st.tuples(st.permutations(CODES), st.integers(1, 10**9), st.integers(0, 5)),
            min_size=1,
            max_size=6,
        )
    )
    def test_all_balances_sum_to_zero_and_agree_with_the_lines(
        self, posted: list[tuple[list[str], int, int]]
    ) -> None:
        for codes, minor, day in posted:
            make.entry(move(codes[0], codes[1], minor), at=NOON + day * DAY)
        stood = balances.below("")
        assert sum(balance.amount.minor for balance in stood) == 0
        for balance in stood:
            moved = lines.of_accounts(
                [balance.code], currency="USD", since=NOON, until=NOON + 9 * DAY
            )
            assert sum(line.amount.minor for line in moved) == balance.amount.minor


@pytest.mark.django_db
class TestLines:
    def test_come_by_account_then_by_time_with_the_event_they_belong_to(self) -> None:
        first = make.entry(move("gateway:practice", "member:2", 10), source="sale:1")
        second = make.entry(
            move("gateway:practice", "member:1", 5),
            move("gateway:practice", "member:2", 6),
            source="sale:2",
            at=NOON + DAY,
            memo="Sale 2",
        )
        back = posting.reverse(entry=first, source="refund:1", at=NOON + 2 * DAY)
        found = lines.of_accounts(
            ["member:2", "member:1"], currency="USD", since=NOON, until=NOON + 3 * DAY
        )
        assert [(x.account, x.source, x.entry, x.event, x.amount.minor) for x in found] == [
            ("member:1", "sale:2", second.pk, second.pk, 5),
            ("member:2", "sale:1", first.pk, first.pk, 10),
            ("member:2", "sale:2", second.pk, second.pk, 6),
            ("member:2", "refund:1", back.pk, first.pk, -10),
        ]

    def test_keep_to_the_period_and_the_currency(self) -> None:
        make.entry(move("gateway:practice", "member:1", 5), at=NOON - DAY)
        make.entry(move("gateway:practice", "member:1", 5), at=NOON + DAY)
        make.entry(move("gateway:practice", "member:1", 5, "JPY"))
        period = {"since": NOON, "until": NOON + DAY}
        assert list(lines.of_accounts(["member:1"], currency="USD", **period)) == []
        assert len(list(lines.of_accounts(["member:1"], currency="JPY", **period))) == 1


@pytest.mark.django_db(transaction=True)
class TestLocked:
    def test_the_balance_stays_true_until_the_transaction_ends(self) -> None:
        make.entry(move("gateway:practice", "member:1", 1000))

        def take_all(number: int) -> int:
            with transaction.atomic():
                held = balances.locked("member:1")
                if held.minor >= 600:
                    make.entry(move("member:1", "gateway:practice", 600), source=f"test:t{number}")
                return held.minor

        assert sorted(at_once(take_all, 4)) == [400, 400, 400, 1000]  # type: ignore[type-var]
        assert balances.of("member:1") == usd(400)
