"""How a price is shared out: to the last cent, whatever the weights."""

from re import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules import mirrored
from royalties.rules import chart, splits
from royalties.rules.splits import WHOLE_BP
from stockcoop.kernel.money import Money
from tests.make.ledger import move, usd

prices = st.builds(Money, st.integers(1, 10**9), st.sampled_from(["USD", "JPY", "BHD"]))
rates = st.integers(0, WHOLE_BP)
shares = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(1, 1000)),
    min_size=1,
    max_size=8,
    unique_by=lambda share: share[0],
)


class TestOfSale:
    def test_the_co_op_keeps_its_rate_and_the_artist_gets_the_rest(self) -> None:
        split = splits.of_sale(price=usd(1500), coop_rate_bp=5000, shares=[(7, 1)])
        assert (split.coop, split.artists) == (usd(750), usd(750))
        assert [(p.member, p.weight, p.amount) for p in split.parts] == [(7, 1, usd(750))]

    def test_co_creators_share_by_weight(self) -> None:
        split = splits.of_sale(price=usd(40000), coop_rate_bp=2500, shares=[(7, 3), (9, 1)])
        assert [part.amount for part in split.parts] == [usd(22500), usd(7500)]

    def test_half_a_cent_goes_to_the_artists(self) -> None:
        split = splits.of_sale(price=usd(1), coop_rate_bp=5000, shares=[(7, 1)])
        assert (split.coop, split.artists) == (usd(0), usd(1))

    def test_a_tie_among_co_creators_goes_to_the_lower_number(self) -> None:
        split = splits.of_sale(price=usd(10), coop_rate_bp=5000, shares=[(9, 1), (7, 1)])
        assert [(part.member, part.amount) for part in split.parts] == [(7, usd(3)), (9, usd(2))]

    @pytest.mark.parametrize(
        ("price", "rate", "named"),
        [
            (usd(0), 5000, [(7, 1)]),
            (usd(-5), 5000, [(7, 1)]),
            (usd(5), 10001, [(7, 1)]),
            (usd(5), -1, [(7, 1)]),
            (usd(5), 5000, []),
            (usd(5), 5000, [(7, 0)]),
            (usd(5), 5000, [(7, 1), (7, 2)]),
        ],
    )
    def test_refuses_what_is_no_sale(
        self, price: Money, rate: int, named: list[tuple[int, int]]
    ) -> None:
        with pytest.raises(ValueError, match=r"price|rate|member|weights"):
            splits.of_sale(price=price, coop_rate_bp=rate, shares=named)

    @pytest.mark.parametrize(
        "named", [[(7, 1), (9, 0)], [(7, 2), (9, -1)], [(7, 1), (7, 2)], [(7, 0)]]
    )
    def test_has_nobody_twice_and_nobody_without_a_weight(
        self, named: list[tuple[int, int]]
    ) -> None:
        words = escape(f"each member once, with a weight above zero: {named}")
        with pytest.raises(ValueError, match=f"^{words}$"):
            splits.of_sale(price=usd(5), coop_rate_bp=5000, shares=named)

    @given(prices, rates, shares)
    def test_no_cent_is_lost_and_none_is_invented(
        self, price: Money, rate: int, named: list[tuple[int, int]]
    ) -> None:
        split = splits.of_sale(price=price, coop_rate_bp=rate, shares=named)
        assert split.coop.minor + sum(part.amount.minor for part in split.parts) == price.minor
        assert min(split.coop.minor, *(part.amount.minor for part in split.parts)) >= 0

    @given(prices, rates, shares)
    def test_each_part_is_within_one_cent_of_the_exact_one(
        self, price: Money, rate: int, named: list[tuple[int, int]]
    ) -> None:
        split = splits.of_sale(price=price, coop_rate_bp=rate, shares=named)
        weights = sum(weight for _, weight in named)
        assert abs(split.coop.minor * WHOLE_BP - price.minor * rate) <= WHOLE_BP // 2
        for part in split.parts:
            off = part.amount.minor * weights - split.artists.minor * part.weight
            assert abs(off) < weights

    @given(prices, rates, shares, st.randoms(use_true_random=False))
    def test_the_order_of_the_shares_does_not_matter(
        self, price: Money, rate: int, named: list[tuple[int, int]], dice: object
    ) -> None:
        shuffled = list(named)
        dice.shuffle(shuffled)  # type: ignore[attr-defined]
        assert splits.of_sale(price=price, coop_rate_bp=rate, shares=shuffled) == splits.of_sale(
            price=price, coop_rate_bp=rate, shares=named
        )


class TestPostings:
    def test_take_each_part_out_of_what_the_gateway_took_in(self) -> None:
        split = splits.of_sale(price=usd(1500), coop_rate_bp=5000, shares=[(7, 2), (9, 1)])
        assert splits.postings(split, gateway="practice") == [
            move("gateway:practice", "coop:commission", 750),
            move("gateway:practice", "member:7", 500),
            move("gateway:practice", "member:9", 250),
        ]

    def test_a_part_of_nothing_makes_no_posting(self) -> None:
        split = splits.of_sale(price=usd(1), coop_rate_bp=5000, shares=[(7, 1), (9, 1)])
        assert splits.postings(split, gateway="practice") == [
            move("gateway:practice", "member:7", 1)
        ]

    @given(prices, rates, shares)
    def test_move_the_whole_price_and_a_refund_moves_it_back(
        self, price: Money, rate: int, named: list[tuple[int, int]]
    ) -> None:
        split = splits.of_sale(price=price, coop_rate_bp=rate, shares=named)
        moves = splits.postings(split, gateway="practice")
        assert sum(m.amount.minor for m in moves) == price.minor
        balance = dict.fromkeys([m.credit for m in moves], 0)
        for m in [*moves, *mirrored(moves)]:
            balance[m.credit] = balance.get(m.credit, 0) + m.amount.minor
            balance[m.debit] = balance.get(m.debit, 0) - m.amount.minor
        assert set(balance.values()) == {0}


class TestChart:
    def test_tells_members_from_other_accounts(self) -> None:
        assert chart.member_of(chart.member(12)) == 12
        assert chart.member_of("member:12:retained") is None
        assert chart.member_of(chart.COMMISSION) is None

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("coop:commission", "The co-op's part of sales"),
            ("gateway:practice", "Payment gateway “practice”"),
            ("coop:year:2026", "Result of 2026"),
            ("coop:reserve:statutory", "Reserve: statutory"),
            ("owed:charity", "Owed to charity"),
            ("member:7", "member:7"),
        ],
    )
    def test_says_accounts_in_words(self, code: str, words: str) -> None:
        assert chart.words(code) == words
