"""By-laws, patronage and what members read of them, without a database."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from royalties.rules import compared, explained, surplus
from royalties.rules.law import ClassPart, Law, Measure
from royalties.rules.retention import Form, Retention
from royalties.rules.steps import Charity, Facts, FurtherReserve, PastDeficit, Reserve, Size
from royalties.rules.surplus import Person
from tests.make.ledger import move, usd

HALVES = (ClassPart("A", 5000, Measure.EQUAL), ClassPart("C", 5000, Measure.ROYALTIES))
ANA = Person(1, "A", at_end=True, days=1200, royalties=0)
BEN = Person(2, "C", at_end=True, days=365, royalties=3150)
KIM = Person(3, "C", at_end=True, days=365, royalties=1050)


def plan(*steps: Any, parts: tuple[ClassPart, ...] = HALVES) -> surplus.Plan:
    facts = Facts(usd(500), usd(9000), ((2024, usd(300)),))
    return surplus.share_out(usd(10_000), Law(steps, parts), [ANA, BEN, KIM], facts)


class TestALaw:
    def test_with_another_reserve_changes_each_reserve_and_nothing_else(self) -> None:
        gift = Charity("shelter", "Shelter", Size(rate_bp=100))
        capped = Reserve(Size(rate_bp=2000), ceiling_minor=900)
        law = Law((capped, gift), HALVES, Retention(cash_bp=5000))
        assert law.with_reserve(1500) == replace(
            law, steps=(Reserve(Size(rate_bp=1500), ceiling_minor=900), gift)
        )

    def test_has_no_share_for_a_reserve_where_there_is_none_or_it_takes_a_sum(self) -> None:
        assert Law((), HALVES).reserve_bp == 0
        assert Law((Reserve(Size(sum_minor=5)),), HALVES).reserve_bp == 0

    @pytest.mark.parametrize("missing", ["share_class", "part_bp", "measure"])
    def test_that_lacks_a_figure_is_refused_by_its_name(self, missing: str) -> None:
        part = {"share_class": "A", "part_bp": 10_000, "measure": "equal"}
        del part[missing]
        with pytest.raises(ValueError, match=f"^the article on the surplus lacks '{missing}'$"):
            Law.read({"reserve_bp": 0, "parts": [part]})


class TestSteps:
    @pytest.mark.parametrize(
        ("step", "why", "amount", "into"),
        [
            (PastDeficit(), "USD 3.00 of past losses of USD 3.00 made good", 300, "coop:year:2024"),
            (Reserve(Size(rate_bp=1250)), "12.5 % of USD 100.00", 1250, "coop:reserve"),
            (
                Reserve(Size(sum_minor=400), ceiling_minor=700),
                "up to USD 4.00, until it holds USD 7.00; it holds USD 5.00",
                200,
                "coop:reserve",
            ),
            (
                Reserve(Size(rate_bp=2000), ceiling_minor=100, ceiling_capital_bp=1000),
                "20 % of USD 100.00, until it holds USD 9.00; it holds USD 5.00",
                400,
                "coop:reserve",
            ),
            (
                FurtherReserve("film", "For films", Size(rate_bp=100)),
                "1 % of USD 100.00",
                100,
                "coop:reserve:film",
            ),
            (
                Charity("shelter", "Shelter", Size(sum_minor=50)),
                "up to USD 0.50, to Shelter",
                50,
                "owed:charity-shelter",
            ),
        ],
    )
    def test_say_what_they_take_and_put_it_where_they_say(
        self, step: Any, why: str, amount: int, into: str
    ) -> None:
        (taken,) = plan(step).taken
        assert (taken.why, taken.amount) == (why, usd(amount))
        assert taken.into == ((into, usd(amount)),)

    def test_without_a_loss_to_make_good_say_so(self) -> None:
        taken = PastDeficit().apply(usd(5), Facts.none("USD"))
        assert (taken.name, taken.why, taken.amount, taken.into) == (
            "Past losses",
            "No past loss",
            usd(0),
            (),
        )

    @pytest.mark.parametrize(
        ("figures", "words"),
        [
            ({}, "A step takes a share or a sum, one of the two."),
            ({"rate_bp": 0, "sum_minor": 0}, "A step takes a share or a sum, one of the two."),
            ({"rate_bp": -1}, "A share is between 0 and 100 %."),
            ({"rate_bp": 10_001}, "A share is between 0 and 100 %."),
            ({"sum_minor": -1}, "A sum is zero or more."),
        ],
    )
    def test_take_a_share_or_a_sum(self, figures: dict[str, int], words: str) -> None:
        with pytest.raises(ValueError, match=f"^{words}$"):
            Size(**figures)

    def test_may_take_nothing_or_all(self) -> None:
        assert Size(rate_bp=10_000).of(usd(7)) == usd(7)
        assert Size(rate_bp=0).of(usd(7)) == Size(sum_minor=0).of(usd(7)) == usd(0)

    @pytest.mark.parametrize("name", ["ceiling_minor", "ceiling_capital_bp"])
    def test_a_ceiling_is_zero_or_more(self, name: str) -> None:
        with pytest.raises(ValueError, match=r"^A ceiling is zero or more\.$"):
            Reserve(Size(rate_bp=1), **{name: -1})
        shut = Reserve(Size(rate_bp=1), **{name: 0})
        assert shut.ceiling(Facts.none("USD")) == usd(0)


class TestAPlan:
    def test_is_stored_by_these_figures(self) -> None:
        assert plan(Reserve(Size(rate_bp=1000))).stated() == {
            "surplus": 10_000,
            "currency": "USD",
            "reserve": 1000,
            "taken": [["coop:reserve", 1000]],
            "slices": [["A", 4500, 1], ["C", 4500, 4200]],
            "shares": [[1, "A", 1, 4500], [2, "C", 3150, 3375], [3, "C", 1050, 1125]],
        }

    def test_is_explained_step_by_step_to_the_cent(self) -> None:
        shared = plan(Reserve(Size(rate_bp=1000)))
        found = explained.steps(shared, shared.shares[1], year=2025)
        assert [(step.words, step.amount) for step in found] == [
            ("The surplus of 2025", usd(10_000)),
            ("less USD 10.00: Reserve (10 % of USD 100.00)", usd(9000)),
            ("of this 50 % for class C: USD 90.00 × 5,000 / 10,000", usd(4500)),  # noqa: RUF001
            (
                "of this your part, USD 31.50 of USD 42.00 in royalties: USD 45.00 × 3,150 / 4,200",  # noqa: RUF001
                usd(3375),
            ),
        ]

    @pytest.mark.parametrize(
        ("measure", "person", "words"),
        [
            (Measure.EQUAL, ANA, "one of 1 equal parts"),
            (Measure.SERVICE, ANA, "1,200 of 1,200 days of membership"),
            (Measure.ROYALTIES, BEN, "USD 31.50 of USD 31.50 in royalties"),
            (Measure.HOURS, replace(ANA, minutes=450), "7:30 of 7:30 hours of work"),
            (Measure.HOURS, replace(ANA, minutes=60_000), "1,000 of 1,000 hours of work"),
        ],
    )
    def test_says_by_what_a_part_is_measured(
        self, measure: Measure, person: Person, words: str
    ) -> None:
        law = Law((), (ClassPart(person.share_class, 10_000, measure),))
        shared = surplus.share_out(usd(100), law, [person])
        assert words in explained.steps(shared, shared.shares[0], year=2025)[-1].words

    @pytest.mark.parametrize(
        ("measure", "weight", "words"),
        [
            (Measure.EQUAL, 1, "an equal part"),
            (Measure.SERVICE, 1412, "1,412 days"),
            (Measure.ROYALTIES, 3150, "USD 31.50"),
            (Measure.HOURS, 605, "10:05 hours"),
        ],
    )
    def test_lists_weights_in_their_own_units(
        self, measure: Measure, weight: int, words: str
    ) -> None:
        assert explained.weighed(measure, weight, "USD") == words

    def test_stands_beside_another_with_a_row_for_each_step_and_class_of_either(self) -> None:
        one = plan(Reserve(Size(rate_bp=1000)))
        gift = Charity("shelter", "Shelter", Size(rate_bp=1000))
        other = plan(gift, parts=(ClassPart("C", 10_000, Measure.ROYALTIES),))
        assert compared.rows([one, other]) == [
            ("Reserve", [(usd(1000), "10 % of USD 100.00"), (None, "")]),
            ("Shelter", [(None, ""), (usd(1000), "10 % of USD 100.00, to Shelter")]),
            ("Class A", [(usd(4500), "50 % of the rest"), (None, "")]),
            ("Class C", [(usd(4500), "50 % of the rest"), (usd(9000), "100 % of the rest")]),
        ]


class TestClosing:
    def test_moves_the_last_cent_of_income_and_of_costs(self) -> None:
        results = [("coop:income", usd(1)), ("coop:costs", usd(-1)), ("coop:commission", usd(0))]
        assert surplus.closing_moves(results, year=2025) == [
            move("coop:income", "coop:year:2025", 1),
            move("coop:year:2025", "coop:costs", 1),
        ]


class TestRetention:
    def test_is_paid_by_a_day_of_the_next_year_and_near_so_many_days_before(self) -> None:
        kept = Retention(pay_by=(9, 15), warn_days=30)
        assert kept.due(2025) == date(2026, 9, 15)
        assert not kept.is_near(2025, date(2026, 8, 15))
        assert kept.is_near(2025, date(2026, 8, 16))
        assert kept.is_near(2025, date(2026, 12, 1))

    def test_says_in_a_notice_what_the_by_laws_say_and_else_what_the_law_asks_for(self) -> None:
        own = Retention(notices=(("cash", "All in cash."),))
        assert own.notice_words(Form.CASH) == "All in cash."
        assert own.notice_words(Form.QUALIFIED) == Retention().notice_words(Form.QUALIFIED)
        assert Retention().notice_words(Form.CASH).startswith("All of your patronage is paid")

    @pytest.mark.parametrize(
        ("figures", "words"),
        [
            ({"cash_bp": 10_001}, "The cash part is between what the law asks for and 100 %."),
            ({"cash_bp": 1999, "least_cash_bp": 2000}, "The cash part is between"),
            ({"least_cash_bp": -1}, "The cash part is between"),
            ({"without_consent": Form.QUALIFIED}, "Nothing is qualified without the member's"),
            ({"pay_by": (0, 1)}, "pay_by is a day of the year, as in 09-15."),
            ({"pay_by": (13, 1)}, "pay_by is a day of the year, as in 09-15."),
            ({"pay_by": (2, 29)}, "pay_by is a day of the year, as in 09-15."),
            ({"pay_by": (1, 0)}, "pay_by is a day of the year, as in 09-15."),
        ],
    )
    def test_that_cannot_be_is_refused(self, figures: dict[str, Any], words: str) -> None:
        with pytest.raises(ValueError, match=f"^{words}"):
            Retention(**figures)

    def test_may_keep_to_the_last_of_each_bound(self) -> None:
        assert not Retention(cash_bp=10_000, pay_by=(12, 31)).retains
        assert Retention(cash_bp=2000, least_cash_bp=2000, pay_by=(1, 1)).retains
        assert Retention(cash_bp=0, pay_by=(2, 28)).retains

    def test_is_read_with_what_the_table_leaves_out_as_by_default(self) -> None:
        given: dict[str, Any] = {
            "cash_bp": 2500,
            "least_cash_bp": 2000,
            "without_consent": "non_qualified",
            "pay_by": "09-05",
            "warn_days": 14,
            "notice_qualified": "Q.",
        }
        read = Retention.read(given)
        assert read == Retention(2500, 2000, Form.NON_QUALIFIED, (9, 5), 14, (("qualified", "Q."),))
        assert read.stated() == given
        assert Retention.read({}) == Retention()
        assert Retention().stated() == {}
