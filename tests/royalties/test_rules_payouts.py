"""Who is paid what, and what is booked besides, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules import Move
from royalties.rules import chart, costs, payouts
from royalties.rules.movements import MovementKind, between, counter, net
from stockcoop.kernel.money import Money
from tests.make.ledger import move, usd


class TestWhoIsPaid:
    def test_is_each_member_from_the_floor_on_and_gets_all_of_it(self) -> None:
        balances = {3: usd(2500), 1: usd(5000), 2: usd(2499), 4: usd(0)}
        assert payouts.due(balances, usd(2500)) == [(1, usd(5000)), (3, usd(2500))]

    def test_own_floors_take_the_place_of_the_coops(self) -> None:
        balances = {1: usd(5000), 2: usd(1)}
        own = {1: usd(5001), 2: usd(1)}
        assert payouts.due(balances, usd(2500), own) == [(2, usd(1))]

    @given(
        st.dictionaries(st.integers(1, 30), st.integers(0, 9000).map(usd)),
        st.integers(1, 9000).map(usd),
    )
    def test_nobody_is_paid_below_the_floor_and_nobody_above_it_is_left_out(
        self, balances: dict[int, Money], floor: Money
    ) -> None:
        found = payouts.due(balances, floor)
        assert found == sorted((m, b) for m, b in balances.items() if b >= floor)


class TestFloors:
    def test_a_members_own_counts_only_above_the_coops(self) -> None:
        stated = {1: usd(2499), 2: usd(2500), 3: usd(2501)}
        assert payouts.own_floors(stated, floor=usd(2500), leavers=[]) == {3: usd(2501)}

    def test_one_in_another_currency_does_not_count(self) -> None:
        stated = {1: Money(9000, "EUR")}
        assert payouts.own_floors(stated, floor=usd(2500), leavers=[]) == {}

    def test_who_has_left_is_paid_the_last_cent_whatever_they_stated(self) -> None:
        found = payouts.own_floors({1: usd(9000)}, floor=usd(2500), leavers=[1, 2])
        assert found == {1: usd(1), 2: usd(1)}


class TestStated:
    def test_is_by_member_with_what_is_withheld_where_anything_is(self) -> None:
        run = [(2, usd(300), usd(0)), (1, usd(500), usd(48))]
        assert payouts.stated(run) == [[1, 500, "USD", 48], [2, 300, "USD"]]


class TestTreasury:
    def test_a_cost_leaves_the_bank(self) -> None:
        assert costs.postings(costs.Kind.COST, usd(7)) == [move("coop:costs", "coop:bank", 7)]

    def test_other_income_comes_into_the_bank(self) -> None:
        assert costs.postings(costs.Kind.INCOME, usd(7)) == [move("coop:bank", "coop:income", 7)]


class TestMovements:
    @pytest.mark.parametrize(
        "kind",
        [MovementKind.CHARGE, MovementKind.TRANSFER, MovementKind.TRANSFER_BACK],
    )
    def test_a_sale_or_a_payout_has_no_other_side_of_its_own(self, kind: MovementKind) -> None:
        with pytest.raises(ValueError, match=f"^a sale or a payout explains a {kind}$"):
            counter(kind)

    def test_what_comes_in_is_debited_to_the_gateway_and_what_goes_out_credited(self) -> None:
        assert between("stripe", chart.FEES, usd(1)) == move("gateway:stripe", chart.FEES, 1)
        assert between("stripe", chart.FEES, usd(-1)) == move(chart.FEES, "gateway:stripe", 1)

    @given(st.lists(st.integers(-99, 99).filter(bool)), st.lists(st.integers(-99, 99).filter(bool)))
    def test_net_is_what_they_sum_to_in_one_currency_at_one_gateway(
        self, ours: list[int], others: list[int]
    ) -> None:
        moves = [between("stripe", chart.BANK, usd(sum_)) for sum_ in ours]
        moves += [between("practice", chart.BANK, usd(sum_)) for sum_ in others]
        moves += [Move(debit="gateway:stripe", credit=chart.BANK, amount=Money(5, "EUR"))]
        assert net("stripe", moves, "USD") == usd(sum(ours))


class TestChart:
    def test_the_year_is_in_the_code_of_its_account(self) -> None:
        assert chart.year_of(chart.year(2026)) == 2026
        with pytest.raises(ValueError, match="invalid literal"):
            chart.year_of("coop:reserve")

    @pytest.mark.parametrize(
        ("code", "member"),
        [("member:12", 12), ("member:12:equity", None), ("coop:bank", None), ("member:0", None)],
    )
    def test_the_member_is_in_the_code_of_theirs(self, code: str, member: int | None) -> None:
        assert chart.member_of(code) == member

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("coop:bank", "The co-op's bank account"),
            ("gateway:stripe", "Payment gateway “stripe”"),
            ("coop:year:2026", "Result of 2026"),
            ("coop:reserve", "Reserve"),
            ("coop:reserve:film", "Reserve: film"),
            ("member:12:equity", "Retained patronage of member 12"),
            ("coop:equity:equity", "coop:equity:equity"),
            ("owed:charity-shelter", "Owed to charity: shelter"),
            ("owed:shelter", "Owed to shelter"),
            ("tax:withheld-irs", "Withheld for IRS"),
            ("tax:vat", "Tax owed to VAT"),
            ("member:12", "member:12"),
        ],
    )
    def test_names_an_account_in_words(self, code: str, words: str) -> None:
        assert chart.words(code) == words
