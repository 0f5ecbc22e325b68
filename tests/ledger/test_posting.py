"""Posting and reversing."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from ledger.models import Account, Entry, Posting
from ledger.rules import Move, mirrored
from ledger.rules.accounts import Kind
from ledger.services import balances, posting
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.races import at_once

MOVES = [
    move("gateway:practice", "coop:commission", 500),
    move("gateway:practice", "member:1", 300),
    move("gateway:practice", "member:2", 200),
]


@pytest.mark.django_db
class TestPost:
    def test_writes_the_entry_and_its_postings_in_order(self) -> None:
        entry = make.entry(*MOVES, source="sale:7", memo="Sale 7")
        stored = Entry.objects.get()
        assert (stored, stored.source, stored.at, stored.memo) == (entry, "sale:7", NOON, "Sale 7")
        assert stored.moves() == MOVES

    def test_opens_each_account_with_the_kind_that_its_code_says(self) -> None:
        make.entry(*MOVES)
        assert dict(Account.objects.values_list("code", "kind")) == {
            "coop:commission": Kind.INCOME,
            "gateway:practice": Kind.ASSET,
            "member:1": Kind.LIABILITY,
            "member:2": Kind.LIABILITY,
        }

    def test_keeps_an_account_per_currency(self) -> None:
        make.entry(
            move("gateway:practice", "member:1", 5), move("gateway:practice", "member:1", 7, "JPY")
        )
        assert balances.of("member:1") == usd(5)
        assert balances.of("member:1", currency="JPY").minor == 7

    def test_returns_the_stored_entry_when_it_is_repeated(self) -> None:
        entry = make.entry(*MOVES, source="sale:7")
        again = make.entry(*MOVES, source="sale:7", at=NOON + timedelta(days=1), memo="again")
        assert (again, again.at, again.memo) == (entry, NOON, "")
        assert Posting.objects.count() == 3

    @pytest.mark.parametrize(
        "moves",
        [
            MOVES[:2],
            MOVES[::-1],
            mirrored(MOVES),
            [*MOVES[:2], move("gateway:practice", "member:9", 200)],
        ],
        ids=["fewer", "another order", "the other way round", "another account"],
    )
    def test_refuses_another_content_under_the_same_source(self, moves: list[Move]) -> None:
        make.entry(*MOVES, source="sale:7")
        with pytest.raises(posting.SourceTaken, match="sale:7"):
            make.entry(*moves, source="sale:7")
        assert Entry.objects.count() == 1

    def test_refuses_to_move_nothing(self) -> None:
        with pytest.raises(ValueError, match="moves nothing"):
            posting.post(source="sale:7", postings=[], at=NOON)

    def test_refuses_an_account_outside_the_grammar(self) -> None:
        with pytest.raises(ValueError, match="no kind of account"):
            make.entry(move("gateway:practice", "somebody", 5))

    def test_takes_one_round_trip_once_its_accounts_are_open(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        make.entry(*MOVES)
        with django_assert_num_queries(1):
            make.entry(*MOVES)


@pytest.mark.django_db
class TestReverse:
    def test_brings_every_balance_back(self) -> None:
        entry = make.entry(*MOVES)
        posting.reverse(entry=entry, source="refund:7", at=NOON + timedelta(days=3))
        assert {balance.amount.minor for balance in balances.below("")} == {0}

    def test_returns_the_stored_reversal_when_it_is_repeated(self) -> None:
        entry = make.entry(*MOVES)
        back = posting.reverse(entry=entry, source="refund:7", at=NOON)
        assert posting.reverse(entry=entry, source="refund:7", at=NOON) == back
        assert entry.reversal() == back

    def test_refuses_to_take_an_entry_back_twice(self) -> None:
        entry = make.entry(*MOVES)
        posting.reverse(entry=entry, source="refund:7", at=NOON)
        with pytest.raises(posting.AlreadyReversed, match="taken back before"):
            posting.reverse(entry=entry, source="refund:8", at=NOON)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_one_source_posted_at_once_gives_one_entry(self) -> None:
        entries = at_once(lambda _: make.entry(*MOVES, source="sale:7"), 6)
        assert {type(entry) for entry in entries} == {Entry}
        assert len(set(entries)) == 1
        assert balances.of("member:1") == usd(300)

    def test_two_contents_posted_at_once_under_one_source_leave_one(self) -> None:
        results = at_once(
            lambda n: make.entry(move("gateway:practice", "member:1", 10 + n), source="sale:7"), 4
        )
        assert sorted(type(result).__name__ for result in results) == [
            "Entry",
            *["SourceTaken"] * 3,
        ]
        assert Entry.objects.count() == 1

    def test_accounts_opened_at_once_are_opened_once(self) -> None:
        at_once(lambda n: make.entry(*(MOVES if n % 2 else MOVES[::-1])), 6)
        assert Account.objects.count() == 4
        assert Entry.objects.count() == 6

    def test_an_entry_taken_back_at_once_is_taken_back_once(self) -> None:
        entry = make.entry(*MOVES)
        results = at_once(lambda n: posting.reverse(entry=entry, source=f"refund:{n}", at=NOON), 4)
        assert sorted(type(result).__name__ for result in results) == [
            *["AlreadyReversed"] * 3,
            "Entry",
        ]
        assert balances.of("member:1") == usd(0)
