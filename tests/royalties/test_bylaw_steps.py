"""The steps of the by-laws, without a database."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from royalties.rules import steps, surplus
from royalties.rules.law import ClassPart, Law, Measure
from royalties.rules.retention import Form, Retention
from royalties.rules.steps import Charity, Facts, FurtherReserve, PastDeficit, Reserve, Size
from royalties.rules.surplus import Person, Plan
from stockcoop.kernel.money import Money, total

ALL = (ClassPart("C", 10_000, Measure.ROYALTIES),)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def facts(*, reserve: int = 0, capital: int = 0, losses: tuple[tuple[int, int], ...] = ()) -> Facts:
    return Facts(usd(reserve), usd(capital), tuple((year, usd(loss)) for year, loss in losses))


class TestAStep:
    def test_makes_past_losses_good_the_oldest_first(self) -> None:
        stood = facts(losses=((2022, 300), (2023, 500)))
        taken = PastDeficit().apply(usd(400), stood)
        assert taken.into == (("coop:year:2022", usd(300)), ("coop:year:2023", usd(100)))
        assert taken.why == "USD 4.00 of past losses of USD 8.00 made good"

    def test_fills_a_reserve_to_its_ceiling_and_no_further(self) -> None:
        reserve = Reserve(Size(rate_bp=1500), ceiling_capital_bp=10_000)
        taken = reserve.apply(usd(100_000), facts(reserve=40_000, capital=50_000))
        assert taken.amount == usd(10_000)
        assert "until it holds USD 500.00; it holds USD 400.00" in taken.why

    def test_takes_nothing_for_a_reserve_that_is_full(self) -> None:
        reserve = Reserve(Size(sum_minor=500), ceiling_minor=1000)
        assert reserve.apply(usd(800), facts(reserve=1001)).amount == usd(0)

    def test_takes_a_sum_as_far_as_it_is_there(self) -> None:
        gift = Charity("sea-rescue", "Sea rescue", Size(sum_minor=500))
        assert gift.apply(usd(300), facts()).into == (("owed:charity-sea-rescue", usd(300)),)

    def test_sees_what_the_steps_before_it_left(self) -> None:
        law = Law(
            (
                PastDeficit(),
                Reserve(Size(rate_bp=2000)),
                FurtherReserve("education", "Education", Size(rate_bp=1000)),
            ),
            ALL,
        )
        plan = surplus.share_out(usd(1000), law, [], facts(losses=((2024, 100),)))
        assert [taken.amount for taken in plan.taken] == [usd(100), usd(180), usd(72)]
        assert plan.rest == usd(648)

    @pytest.mark.parametrize(
        "table",
        [
            {"kind": "tithe", "rate_bp": 1},
            {"kind": "reserve"},
            {"kind": "reserve", "rate_bp": 1, "sum_minor": 1},
            {"kind": "reserve", "rate_bp": 10_001},
            {"kind": "reserve", "sum_minor": -1},
            {"kind": "reserve", "rate_bp": 1, "ceiling_minor": -1},
        ],
    )
    def test_that_cannot_be_applied_is_refused(self, table: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"step|share|sum|ceiling"):
            steps.read(table)

    @pytest.mark.parametrize("table", [{"kind": "tithe", "rate_bp": 1}, {"rate_bp": 1}])
    def test_that_nobody_knows_is_refused_by_what_it_is_called(self, table: dict[str, Any]) -> None:
        words = f"^no step of the by-laws is called {table.get('kind')!r}$"
        with pytest.raises(ValueError, match=words):
            steps.read(table)

    def test_may_be_up_to_nothing_and_says_so(self) -> None:
        assert Size(sum_minor=0).words(usd(500)) == "up to USD 0.00"

    def test_fills_no_reserve_whose_ceiling_is_nothing_however_large_the_capital(self) -> None:
        shut = Reserve(Size(rate_bp=2000), ceiling_minor=0)
        assert shut.ceiling(facts(capital=10**6)) == usd(0)
        assert shut.apply(usd(500), facts(capital=10**6)).amount == usd(0)

    def test_goes_to_an_account_that_the_ledger_knows(self) -> None:
        with pytest.raises(ValueError, match="no kind of account"):
            Law((FurtherReserve("Bad Code", "Bad", Size(rate_bp=1)),), ALL)


class TestFacts:
    STOOD = facts(reserve=500, capital=900, losses=((2022, 300), (2023, 400), (2024, 50)))

    def test_after_losses_were_made_good_are_what_is_left_of_each(self) -> None:
        made_good = PastDeficit().apply(usd(450), self.STOOD)
        assert self.STOOD.after(made_good) == facts(
            reserve=500, capital=900, losses=((2023, 250), (2024, 50))
        )

    def test_after_a_reserve_was_filled_have_what_was_put_there(self) -> None:
        filled = Reserve(Size(sum_minor=120)).apply(usd(1000), self.STOOD)
        assert self.STOOD.after(filled) == replace(self.STOOD, reserve=usd(620))

    @pytest.mark.parametrize("kind", [Charity, FurtherReserve])
    def test_are_as_they_were_after_what_goes_elsewhere(
        self, kind: type[Charity | FurtherReserve]
    ) -> None:
        elsewhere = kind("sea-rescue", "Sea rescue", Size(sum_minor=120))
        assert self.STOOD.after(elsewhere.apply(usd(1000), self.STOOD)) == self.STOOD


class TestALaw:
    def test_of_before_there_were_steps_still_reads(self) -> None:
        part = {"share_class": "C", "part_bp": 10_000, "measure": "royalties"}
        law = Law.read({"reserve_bp": 2000, "parts": [part]})
        assert law == Law.simple(2000, ALL)
        assert Law.read(law.stated()) == law


class TestRetention:
    def test_keeps_all_in_cash_unless_the_by_laws_say_otherwise(self) -> None:
        assert Retention().allot(usd(100), consented=True).cash == usd(100)

    def test_follows_consent(self) -> None:
        retention = Retention(cash_bp=2000, least_cash_bp=2000)
        agreed = retention.allot(usd(101), consented=True)
        assert (agreed.cash, agreed.retained, agreed.form) == (usd(21), usd(80), Form.QUALIFIED)
        assert retention.allot(usd(101), consented=False).form is Form.CASH

    def test_may_retain_without_consent_under_another_name(self) -> None:
        retention = Retention(cash_bp=5000, without_consent=Form.NON_QUALIFIED)
        assert retention.allot(usd(100), consented=False).form is Form.NON_QUALIFIED

    @pytest.mark.parametrize(
        "table",
        [
            {"cash_bp": 1000, "least_cash_bp": 2000},
            {"cash_bp": 10_001},
            {"without_consent": "qualified"},
            {"pay_by": "02-30"},
        ],
    )
    def test_that_the_law_forbids_is_refused(self, table: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"cash|consent|pay_by"):
            Retention.read(table)


SIZES = st.one_of(
    st.builds(Size, rate_bp=st.integers(0, 10_000)),
    st.builds(Size, sum_minor=st.integers(0, 10**8)),
)
CEILINGS = st.none() | st.integers(0, 10**8)
STEPS = st.one_of(
    st.just(PastDeficit()),
    st.builds(Reserve, SIZES, CEILINGS, st.none() | st.integers(0, 20_000)),
    st.builds(FurtherReserve, st.just("education"), st.just("Education"), SIZES),
    st.builds(Charity, st.just("sea-rescue"), st.just("Sea rescue"), SIZES),
)
RETENTIONS = st.builds(
    Retention,
    cash_bp=st.integers(2000, 10_000),
    least_cash_bp=st.just(2000),
    without_consent=st.sampled_from([Form.CASH, Form.NON_QUALIFIED]),
    pay_by=st.just((9, 15)),
)
PARTS = st.builds(
    lambda a, measures: tuple(
        ClassPart(code, bp, measure)
        for code, bp, measure in zip("AB", (a, 10_000 - a), measures, strict=True)
    ),
    st.integers(0, 10_000),
    st.lists(st.sampled_from(list(Measure)), min_size=2, max_size=2),
)
LAWS = st.builds(Law, st.lists(STEPS, max_size=5).map(tuple), PARTS, RETENTIONS)
FACTS = st.builds(
    facts,
    reserve=st.integers(0, 10**8),
    capital=st.integers(0, 10**8),
    losses=st.dictionaries(st.integers(2000, 2024), st.integers(1, 10**7), max_size=3).map(
        lambda losses: tuple(sorted(losses.items()))
    ),
)
PEOPLE = st.lists(
    st.builds(
        Person,
        member=st.integers(1, 20),
        share_class=st.sampled_from("AB"),
        at_end=st.booleans(),
        days=st.integers(0, 5_000),
        royalties=st.integers(-100, 10**7),
        minutes=st.integers(0, 120_000),
    ),
    unique_by=lambda someone: (someone.member, someone.share_class),
    max_size=20,
)
PLANS = st.builds(
    lambda minor, law, people, stood: surplus.share_out(usd(minor), law, people, stood),
    st.integers(1, 10**9),
    LAWS,
    PEOPLE,
    FACTS,
)


@given(PLANS, st.sets(st.integers(1, 20)))
def test_every_cent_has_its_place(plan: Plan, consented: set[int]) -> None:
    taken = total((step.amount for step in plan.taken), "USD")
    shared = total((share.amount for share in plan.shares), "USD")
    assert taken + plan.vacant + shared == plan.surplus
    moves = surplus.moves(plan, year=2025, consented=consented)
    assert total((move.amount for move in moves), "USD") == plan.surplus
    assert all(step.amount == total((sum_ for _, sum_ in step.into), "USD") for step in plan.taken)


@given(PLANS)
def test_each_step_takes_of_what_the_steps_before_it_left(plan: Plan) -> None:
    rest, stood = plan.surplus, plan.facts
    for step, taken in zip(plan.law.steps, plan.taken, strict=True):
        assert step.apply(rest, stood) == taken
        assert usd(0) <= taken.amount <= rest
        rest, stood = rest - taken.amount, stood.after(taken)
    assert rest == plan.rest


@given(PLANS)
def test_no_reserve_passes_its_ceiling_and_no_loss_is_made_good_twice(plan: Plan) -> None:
    stood = plan.facts
    for step, taken in zip(plan.law.steps, plan.taken, strict=True):
        stood = stood.after(taken)
        if isinstance(step, Reserve) and taken.amount:
            ceiling = step.ceiling(stood)
            assert ceiling is None or stood.reserve <= ceiling
        assert all(loss > usd(0) for _, loss in stood.losses)


@given(PLANS, st.sets(st.integers(1, 20)))
def test_cash_is_never_below_the_minimum_and_nothing_is_qualified_unasked(
    plan: Plan, consented: set[int]
) -> None:
    least, due = plan.law.retention.least_cash_bp, plan.due()
    for member, paid in plan.allotments(consented).items():
        assert paid.amount == due[member]
        assert paid.cash.minor * 10_000 >= paid.amount.minor * least
        assert paid.form is not Form.QUALIFIED or member in consented


@given(LAWS, FACTS)
def test_laws_and_facts_are_stored_and_read_again(law: Law, stood: Facts) -> None:
    assert Law.read(law.stated()) == law
    assert Facts.read(stood.stated(), "USD") == stood
