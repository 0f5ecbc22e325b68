"""Subtotals: however many there are, a balance is what its postings say."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ledger.models import Mark, Posting, Subtotal
from ledger.rules import spans
from ledger.services import balances, subtotals, verify
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.races import at_once

HOUR = timedelta(hours=1)
CODES = ["member:1", "member:2", "coop:commission", "gateway:practice"]
DAYS = st.integers(0, 120 * 24).map(lambda hour: datetime(2025, 11, 1, tzinfo=UTC) + hour * HOUR)


def counted(code: str, since: datetime | None, until: datetime | None) -> int:
    """The balance by adding up every posting."""
    return sum(
        posting.amount_minor * ((posting.credit.code == code) - (posting.debit.code == code))
        for posting in Posting.objects.select_related("debit", "credit")
        if (since is None or posting.at >= since) and (until is None or posting.at < until)
    )


def roll_up() -> None:
    """Up to the end of the ledger: the first call looks, the second adds."""
    subtotals.roll_up()
    subtotals.roll_up()


@pytest.fixture
def nine_hours_ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own time zone is not UTC."""
    monkeypatch.setenv("TZ", "JST-9")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class TestSpans:
    @given(st.none() | DAYS, st.none() | DAYS, DAYS)
    def test_cover_each_moment_of_the_span_once_and_no_other(
        self, since: datetime | None, until: datetime | None, at: datetime
    ) -> None:
        span = spans.of(since, until)
        within = [
            (start is None or start <= at) and (end is None or at < end)
            for start, end in (span.months, *span.edges)
        ]
        assert sum(within) == ((since is None or since <= at) and (until is None or at < until))

    @given(DAYS, DAYS)
    def test_months_begin_and_end_with_months(self, since: datetime, until: datetime) -> None:
        for at in spans.of(since, until).months:
            assert at is not None
            assert (at.day, at.hour, at.minute, at.second, at.microsecond) == (1, 0, 0, 0, 0)

    @pytest.mark.usefixtures("nine_hours_ahead")
    def test_are_months_of_utc_wherever_the_machine_stands(self) -> None:
        march, april = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
        assert spans.of(march - HOUR, april).months == (march, april)


class TestBalances(TestCase):
    @given(
        st.lists(st.tuples(st.permutations(CODES), st.integers(1, 10**6), DAYS), max_size=8),
        st.integers(0, 8),
        st.none() | DAYS,
        st.none() | DAYS,
    )
    def test_are_the_same_with_all_some_or_none_in_subtotals(
        self,
        posted: list[tuple[list[str], int, datetime]],
        rolled: int,
        since: datetime | None,
        until: datetime | None,
    ) -> None:
        for number, (codes, minor, at) in enumerate(posted):
            make.entry(move(codes[0], codes[1], minor), at=at)
            if number == rolled:
                roll_up()
        for code in CODES:
            assert balances.of(code, since=since, until=until).minor == counted(code, since, until)
        stood = balances.below("", since=since, until=until)
        assert all(b.amount.minor == counted(b.code, since, until) for b in stood)
        assert list(verify.differences()) == []


@pytest.mark.django_db(transaction=True)
class TestRollingUp:
    def test_reads_each_posting_once(self) -> None:
        make.entry(move("gateway:practice", "member:1", 1000))
        assert subtotals.roll_up() == 0
        assert subtotals.roll_up() > 0
        assert subtotals.roll_up() == 0
        assert Subtotal.objects.count() == 2
        assert balances.of("member:1") == usd(1000)

    def test_waits_for_an_entry_that_is_under_way_and_nobody_waits_for_it(self) -> None:
        written, done = Event(), Event()

        def slow() -> None:
            with transaction.atomic():
                make.entry(move("gateway:practice", "member:1", 7), source="test:slow")
                written.set()
                done.wait(60)
            connection.close()

        # The accounts are there: who opens them at the same moment does wait.
        make.entry(move("gateway:practice", "member:1", 1000))
        roll_up()
        other = Thread(target=slow)
        other.start()
        try:
            assert written.wait(20)
            # Its number is above that of the one under way, so that one may be missed for ever.
            make.entry(move("gateway:practice", "member:1", 100), source="test:quick")
            assert [subtotals.roll_up() for _ in range(4)] == [0, 0, 0, 0]
            assert balances.of("member:1") == usd(1100)
        finally:
            done.set()
            other.join()
        assert sum(subtotals.roll_up() for _ in range(3)) >= 2
        assert balances.of("member:1") == usd(1107)
        assert list(verify.differences()) == []

    def test_beside_many_writers_loses_nothing(self) -> None:
        def act(number: int) -> None:
            for turn in range(40):
                if number == 0:
                    subtotals.roll_up()
                else:
                    make.entry(move("gateway:practice", "member:1", 1), source=f"t:{number}:{turn}")

        assert at_once(act, 5) == [None] * 5
        assert balances.of("member:1") == usd(160)
        roll_up()
        assert Mark.objects.get().upto == Mark.objects.get().seen
        assert balances.of("member:1") == usd(160)
        assert list(verify.differences()) == []

    def test_may_end_between_the_looks_of_who_reads_a_balance(self) -> None:
        make.entry(move("gateway:practice", "member:1", 5))
        subtotals.roll_up()
        waiting = [subtotals.roll_up]

        def first(execute: Any, sql: str, *rest: Any) -> Any:
            if "fresh" in sql and waiting:
                waiting.pop()()
            return execute(sql, *rest)

        with connection.execute_wrapper(first):
            assert balances.of("member:1") == usd(5)
        assert not waiting
        assert Mark.objects.get().upto > 0

    def test_goes_on_with_the_copy_of_another_server(self) -> None:
        make.entry(move("gateway:practice", "member:1", 5))
        roll_up()
        Mark.objects.update(seen_xid=2**60)
        make.entry(move("gateway:practice", "member:1", 6))
        assert [subtotals.roll_up() > 0 for _ in range(3)] == [False, True, False]
        assert balances.of("member:1", since=NOON, until=NOON + timedelta(days=9)) == usd(11)
