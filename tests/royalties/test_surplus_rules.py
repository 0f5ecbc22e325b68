"""Sharing out a surplus, without a database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules import Move
from royalties.rules import surplus
from royalties.rules.explained import steps
from royalties.rules.law import ClassPart, Law, Measure
from royalties.rules.surplus import Person, Plan
from stockcoop.kernel.money import Money, total
from tests.make.governance import SURPLUS, VOTING

LAW = Law.of_bylaws([VOTING, SURPLUS])


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def person(member: int, share_class: str = "C", **figures: Any) -> Person:
    return Person(
        **{
            "member": member,
            "share_class": share_class,
            "at_end": True,
            "days": 365,
            "royalties": 0,
            **figures,
        }
    )


def amounts(plan: Plan) -> dict[int, int]:
    return {share.member: share.amount.minor for share in plan.shares}


class TestTheLaw:
    def test_is_read_from_the_by_laws_and_back(self) -> None:
        assert LAW.reserve_bp == 2000
        assert LAW.parts[2] == ClassPart("C", 9000, Measure.ROYALTIES)
        assert Law.read(LAW.stated()) == LAW

    @pytest.mark.parametrize(
        ("reserve_bp", "parts", "words"),
        [
            (10_001, [("C", 10_000)], "A share is between 0 and 100 %."),
            (-1, [("C", 10_000)], "A share is between 0 and 100 %."),
            (0, [("C", 9_999)], "The parts of the classes make 100 % together."),
            (0, [("C", 5_000), ("C", 5_000)], "Each class has one part, of 0 % or more."),
            (0, [("A", -1), ("C", 10_001)], "Each class has one part, of 0 % or more."),
            (0, [], "The parts of the classes make 100 % together."),
        ],
    )
    def test_must_make_a_whole(
        self, reserve_bp: int, parts: list[tuple[str, int]], words: str
    ) -> None:
        with pytest.raises(ValueError, match=f"^{words}$"):
            Law.simple(reserve_bp, [ClassPart(code, bp, Measure.EQUAL) for code, bp in parts])

    def test_knows_no_other_measure(self) -> None:
        table = {"reserve_bp": 0, "parts": [{"share_class": "C", "part_bp": 10_000}]}
        with pytest.raises(ValueError, match="lacks 'measure'"):
            Law.read(table)


class TestAPerson:
    @pytest.mark.parametrize(
        ("measure", "figure"),
        [(Measure.SERVICE, "days"), (Measure.ROYALTIES, "royalties"), (Measure.HOURS, "minutes")],
    )
    def test_weighs_what_is_measured_and_never_less_than_nothing(
        self, measure: Measure, figure: str
    ) -> None:
        for counted, weight in ((-1, 0), (0, 0), (1, 1), (75, 75)):
            figures: dict[str, Any] = {figure: counted}
            assert person(1, **figures).weight(measure) == weight


class TestSharingOut:
    def test_follows_the_by_laws(self) -> None:
        people = [
            person(1, "A"),
            person(2, "A"),
            person(3, "B", days=300),
            person(4, "B", days=100),
            person(5, royalties=3000),
            person(6, royalties=1000),
        ]
        plan = surplus.share_out(usd(100_000), LAW, people)
        assert plan.reserve == usd(20_000)
        assert amounts(plan) == {1: 2000, 2: 2000, 3: 3000, 4: 1000, 5: 54_000, 6: 18_000}

    def test_gives_the_part_of_an_empty_class_to_the_reserve(self) -> None:
        plan = surplus.share_out(usd(100_000), LAW, [person(5, royalties=1)])
        assert plan.vacant == usd(8_000)
        assert surplus.moves(plan, year=2025)[0] == Move(
            debit="coop:year:2025", credit="coop:reserve", amount=usd(28_000)
        )

    def test_leaves_out_who_earned_nothing_or_had_it_all_refunded(self) -> None:
        people = [person(5, royalties=10), person(6), person(7, royalties=-50)]
        assert amounts(surplus.share_out(usd(1000), LAW, people)) == {5: 720}

    def test_counts_equal_parts_by_who_was_there_at_the_end(self) -> None:
        people = [person(1, "A"), person(2, "A", at_end=False)]
        assert amounts(surplus.share_out(usd(10_000), LAW, people)) == {1: 400}

    def test_is_refused_for_a_loss(self) -> None:
        for minor in (0, -5):
            with pytest.raises(ValueError, match="no surplus"):
                surplus.share_out(usd(minor), LAW, [])

    def test_pays_a_member_of_two_classes_in_one_move(self) -> None:
        people = [person(1, "A"), person(1, "C", royalties=5)]
        plan = surplus.share_out(usd(10_000), LAW, people)
        assert surplus.moves(plan, year=2025)[1:] == [
            Move(debit="coop:year:2025", credit="member:1", amount=usd(400 + 7200))
        ]


class TestExplaining:
    def test_ends_at_the_cent_it_explains(self) -> None:
        plan = surplus.share_out(
            usd(100_000), LAW, [person(5, royalties=3000), person(6, royalties=1000)]
        )
        explained = steps(plan, plan.shares[0], year=2025)
        assert [step.amount for step in explained] == [
            usd(100_000),
            usd(80_000),
            usd(72_000),
            usd(54_000),
        ]
        assert "USD 30.00 of USD 40.00 in royalties" in explained[-1].words


class TestClosing:
    def test_empties_each_account_into_the_year(self) -> None:
        moves = surplus.closing_moves(
            [
                ("coop:commission", usd(5000)),
                ("coop:costs", usd(-1200)),
                ("coop:costs:bank", usd(10)),
                ("coop:income", usd(-3)),
            ],
            year=2025,
        )
        assert moves[0] == Move("coop:commission", "coop:year:2025", usd(5000))
        assert moves[1] == Move("coop:year:2025", "coop:costs", usd(1200))
        assert surplus.income_and_expenses(moves, year=2025, currency="USD") == (
            usd(4997),
            usd(1190),
        )


PEOPLE = st.lists(
    st.builds(
        Person,
        member=st.integers(1, 30),
        share_class=st.sampled_from("ABC"),
        at_end=st.booleans(),
        days=st.integers(0, 20_000),
        royalties=st.integers(-10_000, 10_000_000),
    ),
    unique_by=lambda someone: (someone.member, someone.share_class),
    max_size=30,
)
LAWS = st.builds(
    lambda reserve, a, b, measures: Law.simple(
        reserve,
        tuple(
            ClassPart(code, bp, measure)
            for code, bp, measure in zip(
                "ABC", (min(a, b), abs(a - b), 10_000 - max(a, b)), measures, strict=True
            )
        ),
    ),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.lists(st.sampled_from(list(Measure)), min_size=3, max_size=3),
)


@given(st.integers(1, 10**12), LAWS, PEOPLE)
def test_every_cent_is_in_the_reserve_or_in_a_share(
    minor: int, law: Law, people: list[Person]
) -> None:
    plan = surplus.share_out(usd(minor), law, people)
    shared = total((share.amount for share in plan.shares), "USD")
    assert plan.reserve + plan.vacant + shared == usd(minor)
    moved = total((move.amount for move in surplus.moves(plan, year=2025)), "USD")
    assert moved == usd(minor)
    assert plan.reserve + total((s.amount for s in plan.slices), "USD") == usd(minor)


@given(st.integers(1, 10**9), LAWS, PEOPLE)
def test_a_share_is_within_a_cent_of_exact_and_grows_with_the_weight(
    minor: int, law: Law, people: list[Person]
) -> None:
    plan = surplus.share_out(usd(minor), law, people)
    for share in plan.shares:
        exact, weights = share.slice.amount.minor * share.weight, share.slice.weights
        assert abs(share.amount.minor * weights - exact) < weights
        for other in plan.shares:
            if other.slice is share.slice and other.weight > share.weight:
                assert other.amount >= share.amount
