"""Moves and account codes, without a database."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules import Move, content, mirrored
from ledger.rules.accounts import Kind, kind_of
from stockcoop.kernel.canonical import digest
from tests.make.ledger import NOON, move, usd

codes = st.sampled_from(["member:1", "member:2", "coop:commission", "gateway:practice"])
moves = st.builds(
    lambda pair, minor: move(pair[0], pair[1], minor),
    st.lists(codes, min_size=2, max_size=2, unique=True),
    st.integers(1, 10**12),
)


def balances(entry: list[Move]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for m in entry:
        sums[m.debit] = sums.get(m.debit, 0) - m.amount.minor
        sums[m.credit] = sums.get(m.credit, 0) + m.amount.minor
    return sums


class TestMove:
    @pytest.mark.parametrize("minor", [0, -1])
    def test_is_of_more_than_nothing(self, minor: int) -> None:
        with pytest.raises(ValueError, match="more than nothing"):
            Move(debit="member:1", credit="member:2", amount=usd(minor))

    def test_needs_two_accounts(self) -> None:
        with pytest.raises(ValueError, match="two accounts"):
            Move(debit="member:1", credit="member:1", amount=usd(1))

    @given(st.lists(moves, min_size=1))
    def test_any_entry_sums_to_zero(self, entry: list[Move]) -> None:
        assert sum(balances(entry).values()) == 0

    @given(st.lists(moves, min_size=1))
    def test_a_mirror_image_undoes_an_entry(self, entry: list[Move]) -> None:
        assert set(balances(entry + mirrored(entry)).values()) == {0}
        assert mirrored(mirrored(entry)) == entry


class TestContent:
    def test_is_the_same_in_every_time_zone(self) -> None:
        elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
        assert self.of(at=elsewhere) == self.of()

    def test_differs_when_a_sum_or_a_source_or_a_time_does(self) -> None:
        others = [
            self.of(minor=1001),
            self.of(source="sale:2"),
            self.of(at=NOON + timedelta(microseconds=1)),
            self.of(reverses="sale:0"),
        ]
        assert len({self.of(), *others}) == 5

    @staticmethod
    def of(
        source: str = "sale:1", at: datetime = NOON, minor: int = 1000, reverses: str | None = None
    ) -> str:
        moves = [move("gateway:practice", "member:1", minor)]
        return digest(content(source=source, at=at, reverses=reverses, moves=moves))


class TestKindOf:
    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("gateway:practice", Kind.ASSET),
            ("coop:bank", Kind.ASSET),
            ("member:12", Kind.LIABILITY),
            ("owed:charity", Kind.LIABILITY),
            ("member:12:retained", Kind.EQUITY),
            ("coop:year:2026", Kind.EQUITY),
            ("coop:reserve", Kind.EQUITY),
            ("coop:reserve:statutory", Kind.EQUITY),
            ("coop:commission", Kind.INCOME),
            ("coop:income", Kind.INCOME),
            ("coop:costs", Kind.EXPENSE),
        ],
    )
    def test_reads_the_kind_from_the_code(self, code: str, kind: Kind) -> None:
        assert kind_of(code) is kind

    @pytest.mark.parametrize(
        "code",
        ["", "member:", "member:0", "member:x", "Member:1", "coop:year:26", "gateway:" + "x" * 80],
    )
    def test_refuses_a_code_outside_the_grammar(self, code: str) -> None:
        with pytest.raises(ValueError, match="no kind of account"):
            kind_of(code)

    def test_a_code_has_at_most_eighty_characters(self) -> None:
        longest = "owed:" + "x" * 75
        assert kind_of(longest) is Kind.LIABILITY
        with pytest.raises(
            ValueError, match=f"^no kind of account is called like this: '{longest}x'"
        ):
            kind_of(longest + "x")

    def test_assets_and_expenses_grow_by_debit(self) -> None:
        assert {kind for kind in Kind if kind.grows_by_debit} == {Kind.ASSET, Kind.EXPENSE}
