"""Which orders need an approver."""

from hypothesis import given
from hypothesis import strategies as st

from teams.rules.budgets import Bound, objections
from tests.make.ledger import usd

AMOUNTS = st.integers(0, 10**9)


@given(prices=st.lists(st.integers(1, 10**6)), most=AMOUNTS)
def test_what_passes_without_an_approver_never_exceeds_the_budget(
    prices: list[int], most: int
) -> None:
    spent = usd(0)
    for price in prices:
        if not objections(usd(price), [Bound("The budget", usd(most), spent)]):
            spent += usd(price)
    assert spent <= usd(most)


@given(price=AMOUNTS, spent=AMOUNTS, left=AMOUNTS)
def test_an_order_that_fits_to_the_cent_needs_nobody(price: int, spent: int, left: int) -> None:
    bound = Bound("The budget", usd(spent + left), usd(spent))
    assert bool(objections(usd(price), [bound])) is (price > left)


@given(price=AMOUNTS, spent=AMOUNTS)
def test_no_bound_objects_to_nothing(price: int, spent: int) -> None:
    assert objections(usd(price), [Bound("The budget", None, usd(spent))]) == []
