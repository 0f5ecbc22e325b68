"""What is handed over to parties outside the co-op, without a database."""

from datetime import date

import pytest

from royalties.rules import chart, remittances
from tests.make.ledger import move, usd


@pytest.mark.parametrize("account", [chart.tax("irs"), chart.charity("msf")])
def test_withheld_tax_and_gifts_are_handed_over(account: str) -> None:
    assert remittances.is_handed_over(account)


@pytest.mark.parametrize(
    "account",
    [
        "tax:withheld-",
        "owed:charity-",
        "tax:ca",
        "owed:buyers",
        "member:1",
        "coop:bank",
        "old:tax:withheld-irs",
        "",
    ],
)
def test_nothing_else_is(account: str) -> None:
    assert not remittances.is_handed_over(account)


def test_the_debt_and_what_the_bank_holds_are_less_by_what_was_paid() -> None:
    assert remittances.moves("tax:withheld-irs", usd(300)) == [
        move("tax:withheld-irs", "coop:bank", 300)
    ]


def test_what_is_approved_is_all_that_was_proposed() -> None:
    stated = remittances.stated(
        "tax:withheld-irs", usd(300), paid_on=date(2026, 3, 4), reference="EFTPS 2715"
    )
    assert stated == ["tax:withheld-irs", 300, "USD", "2026-03-04", "EFTPS 2715"]
