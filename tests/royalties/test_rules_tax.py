"""What is withheld and which form says so, without a database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from royalties.rules import tax_forms
from royalties.rules.tax_forms import Filed, FormTerms, Recipient
from royalties.rules.withholding import Form, Paid, Part, Profile, Rule, composed, parts
from royalties.rules.withholding import withheld_of as withheld
from tests.make.ledger import usd

TERMS = {
    "code": "1099-MISC",
    "payments": "royalties",
    "country": "US",
    "least_minor": 1000,
    "paid_box": "2",
    "withheld_box": "4",
}


class TestKindsOfMoney:
    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            ("distribution", Paid.PATRONAGE),
            ("sale", Paid.ROYALTIES),
            ("refund", Paid.ROYALTIES),
            ("restored", Paid.ROYALTIES),
            ("redemption", Paid.OTHER),
            ("", Paid.OTHER),
        ],
    )
    def test_follow_from_the_source(self, head: str, kind: Paid) -> None:
        assert Paid.of(head) is kind

    def test_patronage_is_paid_first_and_royalties_last(self) -> None:
        unpaid = {Paid.PATRONAGE: 30, Paid.OTHER: 20, Paid.ROYALTIES: 1000}
        assert composed(10, unpaid) == [(Paid.PATRONAGE, 10)]
        assert composed(40, unpaid) == [(Paid.PATRONAGE, 30), (Paid.OTHER, 10)]
        assert composed(60, unpaid) == [
            (Paid.PATRONAGE, 30),
            (Paid.OTHER, 20),
            (Paid.ROYALTIES, 10),
        ]

    def test_what_was_paid_too_much_of_a_kind_is_not_paid_again(self) -> None:
        assert composed(10, {Paid.PATRONAGE: -5}) == [(Paid.ROYALTIES, 10)]


class TestWithheld:
    @pytest.mark.parametrize(
        ("base", "before", "free", "rate_bp", "kept"),
        [
            (1000, 0, 0, 2400, 240),
            (1000, 0, 1000, 2400, 0),
            (1000, 1, 1000, 10_000, 1),
            (1000, 5000, 1000, 2400, 240),
            (3, 0, 0, 5000, 1),
        ],
    )
    def test_is_of_what_passes_the_free_sum_of_the_year(
        self, base: int, before: int, free: int, rate_bp: int, kept: int
    ) -> None:
        assert withheld(base, before=before, free=free, rate_bp=rate_bp) == kept

    @given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))
    def test_of_all_is_all_that_is_not_free(self, base: int, before: int, free: int) -> None:
        kept = withheld(base, before=before, free=free, rate_bp=10_000)
        assert kept == max(0, min(base, before + base - free))


def rule(**changes: Any) -> Rule:
    data = {"code": "r", "authority": "irs", "words": "W.", "payments": ["patronage"]}
    return Rule.read({**data, "rate_bp": 2400, **changes})


class TestRules:
    def test_are_read_with_what_they_leave_out_as_whichever(self) -> None:
        assert rule() == Rule("r", "irs", "W.", (Paid.PATRONAGE,), 2400)
        full = rule(
            payments=["royalties", "other"],
            free_minor=5,
            lives_in=["US"],
            not_in=["CA"],
            forms=["none", "W-9"],
            treaty=True,
        )
        assert full == Rule(
            "r",
            "irs",
            "W.",
            (Paid.ROYALTIES, Paid.OTHER),
            2400,
            5,
            ("US",),
            ("CA",),
            (Form.NONE, Form.W9),
            True,
        )

    @pytest.mark.parametrize("changes", [{"rate_bp": 10_000}, {"rate_bp": -1}, {"free_minor": -1}])
    def test_that_withhold_all_or_less_than_nothing_are_refused(
        self, changes: dict[str, int]
    ) -> None:
        with pytest.raises(ValueError, match=r"^r withholds all, or less than nothing$"):
            rule(**changes)
        assert rule(rate_bp=9999, free_minor=0).rate_bp == 9999
        assert rule(rate_bp=0).rate_bp == 0

    @pytest.mark.parametrize(
        ("conditions", "profile", "named"),
        [
            ({}, Profile(), True),
            ({"lives_in": ["US"]}, Profile("US"), True),
            ({"lives_in": ["US"]}, Profile("CA"), False),
            ({"lives_in": ["US"]}, Profile(), False),
            ({"not_in": ["US"]}, Profile("CA"), True),
            ({"not_in": ["US"]}, Profile("US"), False),
            ({"not_in": ["US"]}, Profile(), False),
            ({"forms": ["none"]}, Profile("US"), True),
            ({"forms": ["none"]}, Profile("US", Form.W9), False),
            ({"lives_in": ["US"], "forms": ["none"]}, Profile("CA"), False),
        ],
    )
    def test_name_a_member_by_country_and_form(
        self, conditions: dict[str, Any], profile: Profile, named: bool
    ) -> None:
        assert rule(**conditions).names(profile) is named

    def test_a_treaty_takes_the_place_of_the_rate_even_when_it_says_nothing_is_due(self) -> None:
        treaty = rule(treaty=True)
        assert treaty.rate_for(Profile("DE", treaty_bp=500)) == 500
        assert treaty.rate_for(Profile("DE", treaty_bp=0)) == 0
        assert treaty.rate_for(Profile("DE")) == 2400
        assert rule().rate_for(Profile("DE", treaty_bp=500)) == 2400

    def test_the_first_that_fits_a_part_counts(self) -> None:
        first, second = rule(code="a", lives_in=["US"], free_minor=10), rule(code="b")
        other = rule(code="c", payments=["royalties"], rate_bp=1000)
        found = parts(
            150,
            unpaid={Paid.PATRONAGE: 50},
            before={Paid.PATRONAGE: 5, Paid.ROYALTIES: 7},
            rules=[other, first, second],
            profile=Profile("US"),
        )
        assert found == [
            Part(Paid.PATRONAGE, 50, 5, first, 2400, 10),
            Part(Paid.ROYALTIES, 100, 7, other, 1000, 10),
        ]

    def test_nothing_is_withheld_where_none_fits(self) -> None:
        found = parts(9, unpaid={}, before={}, rules=[rule()], profile=Profile())
        assert found == [Part(Paid.ROYALTIES, 9, 0, None, 0, 0)]


def filed(paid: int, kept: int = 0, country: str = "US") -> Filed:
    who = Recipient(1, None, "Ana", country, "W-9", "1234")
    return Filed(who, usd(paid), usd(kept))


class TestForms:
    def test_are_read_from_the_coops_data(self) -> None:
        assert FormTerms.read(TERMS) == FormTerms("1099-MISC", Paid.ROYALTIES, "US", 1000, "2", "4")

    @pytest.mark.parametrize(
        ("row", "named"),
        [
            (filed(1000), True),
            (filed(999), False),
            (filed(5, kept=1), True),
            (filed(5000, kept=100, country="CA"), False),
        ],
    )
    def test_name_who_reached_the_least_sum_or_had_tax_withheld(
        self, row: Filed, named: bool
    ) -> None:
        assert tax_forms.is_filed(FormTerms.read(TERMS), row) is named

    def test_state_the_sums_of_their_rows(self) -> None:
        rows = [filed(1000), filed(2000, kept=480), filed(500, kept=120)]
        assert tax_forms.sums(iter(rows), "USD") == (usd(3500), usd(600))
