"""Months and years in figures, and rules in words, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from royalties.rules import statements, words, years
from royalties.rules.months import Month
from royalties.rules.splits import of_sale
from royalties.rules.statements import Account, Line, LineKind, Terms
from royalties.rules.years import OfWork, Year
from tests.make.ledger import NOON, usd

MARCH = Month(2026, 3)
TERMS = Terms(
    sale=12,
    title="Harbour",
    buyer="Ana",
    licence_kind="standard",
    price=usd(6000),
    coop_rate_bp=3500,
    weight=1,
    weights=2,
)


def line(source: str = "payout:1", minor: int = -500, terms: Terms | None = None) -> Line:
    return Line(NOON, 7, source, "", usd(minor), terms)


SALE = line("sale:12", 1950, TERMS)
REFUND = line("refund:3", -1950, TERMS)


class TestKindsOfLines:
    @pytest.mark.parametrize("kind", [k for k in LineKind if k is not LineKind.WITHHELD])
    def test_follow_from_the_source(self, kind: LineKind) -> None:
        assert LineKind.of(f"{kind}:12:3") is kind

    def test_of_a_source_that_statements_do_not_know_is_other(self) -> None:
        assert LineKind.of("sales:12") is LineKind.OTHER

    def test_with_a_tax_is_withheld_whatever_the_source(self) -> None:
        assert replace(line("payout:1"), tax="tax:withheld-irs").kind is LineKind.WITHHELD


class TestAMonth:
    @given(st.integers(-999, 999), st.lists(st.integers(-999, 999).filter(bool), max_size=9))
    def test_runs_from_where_it_opens_to_where_it_closes(
        self, opening: int, amounts: list[int]
    ) -> None:
        lines = tuple(line(minor=amount) for amount in amounts)
        account = Account(1, MARCH, usd(opening), lines)
        rows = account.running()
        assert [at for at, _ in rows] == list(lines)
        balances = [usd(opening), *(balance for _, balance in rows)]
        assert all(
            after - before == at.amount
            for before, after, (at, _) in zip(balances, balances[1:], rows, strict=False)
        )
        assert balances[-1] == account.closing

    def test_sums_each_kind_that_occurs(self) -> None:
        account = Account(1, MARCH, usd(9), (line(), SALE, line(), REFUND, SALE))
        assert account.sums() == [
            (LineKind.SALE, usd(3900)),
            (LineKind.REFUND, usd(-1950)),
            (LineKind.PAYOUT, usd(-1000)),
        ]

    @pytest.mark.usefixtures("in_tokyo")
    def test_is_hashed_by_these_figures_and_names(self) -> None:
        """Statements that were issued stay what they were: none of this may ever change."""
        east = timezone(timedelta(hours=9))
        tax = replace(line("payout:1", -30), tax="tax:withheld-irs", at=NOON.astimezone(east))
        assert statements.content(Account(4, MARCH, usd(100), (SALE, tax))) == {
            "member": 4,
            "month": "2026-03",
            "currency": "USD",
            "opening": 100,
            "lines": [
                [
                    "2026-03-14T12:00:00.000000+00:00",
                    "sale:12",
                    1950,
                    "Harbour",
                    "Ana",
                    "standard",
                    6000,
                    3500,
                    1,
                    2,
                ],
                ["2026-03-14T12:00:00.000000+00:00", "payout:1", -30, "tax:withheld-irs"],
            ],
            "closing": 2020,
        }


class TestAYear:
    @staticmethod
    def year() -> Year:
        return Year.of_lines(
            member=4,
            year=2026,
            opening=usd(100),
            lines=[
                (1, SALE),
                (1, line()),
                (3, line("sale:13", 900, replace(TERMS, title="Dunes"))),
                (3, SALE),
                (12, REFUND),
            ],
        )

    def test_has_twelve_months_each_opening_where_the_one_before_closed(self) -> None:
        months = self.year().months
        assert [m.month for m in months] == [Month(2026, n) for n in range(1, 13)]
        assert {m.member for m in months} == {4}
        assert [m.opening for m in months[1:]] == [m.closing for m in months[:-1]]
        assert (months[0].opening, months[-1].closing) == (usd(100), usd(2450))
        assert [len(m.lines) for m in months] == [2, 0, 2, *[0] * 8, 1]

    def test_sums_each_kind_that_occurs_over_its_months(self) -> None:
        assert self.year().kinds() == [
            (LineKind.SALE, usd(4800)),
            (LineKind.REFUND, usd(-1950)),
            (LineKind.PAYOUT, usd(-500)),
        ]

    def test_lists_works_by_what_they_brought_less_what_was_taken_back(self) -> None:
        assert self.year().works() == [
            OfWork("Harbour", 1, usd(1950)),
            OfWork("Dunes", 1, usd(900)),
        ]

    def test_lists_works_that_brought_the_same_by_title(self) -> None:
        other = replace(SALE, terms=replace(TERMS, title="Dunes"))
        year = Year.of_lines(member=4, year=2026, opening=usd(0), lines=[(1, SALE), (2, other)])
        assert [work.title for work in year.works()] == ["Dunes", "Harbour"]

    def test_counts_a_licence_that_brought_nothing_as_sold(self) -> None:
        free = line("sale:14", 0, TERMS)
        year = Year.of_lines(member=4, year=2026, opening=usd(0), lines=[(1, free)])
        assert year.works() == [OfWork("Harbour", 1, usd(0))]

    def test_is_hashed_as_its_months(self) -> None:
        assert years.content(self.year()) == {
            "year": 2026,
            "months": [statements.content(month) for month in self.year().months],
        }


class TestWords:
    @pytest.mark.parametrize(
        ("basis_points", "said"),
        [
            (0, "0 %"),
            (5, "0.05 %"),
            (1005, "10.05 %"),
            (1250, "12.5 %"),
            (3333, "33.33 %"),
            (5000, "50 %"),
            (10_000, "100 %"),
        ],
    )
    def test_say_a_share_as_people_write_it(self, basis_points: int, said: str) -> None:
        assert words.percent(basis_points) == said

    def test_say_why_a_line_is_what_it_is(self) -> None:
        assert SALE.why == (
            "Standard licence at USD 60.00: 35 % to the co-op, 65 % to the artists, "
            "1 of 2 parts yours: USD 19.50"
        )
        assert REFUND.why == f"Taken back: {SALE.why}"

    def test_need_no_rule_beside_the_kind_of_licence(self) -> None:
        said = words.why(
            licence_kind="standard",
            price=usd(100),
            coop_rate_bp=0,
            weight=1,
            weights=1,
            amount=usd(100),
        )
        assert said == (
            "Standard licence at USD 1.00: 0 % to the co-op, 100 % to the artists, "
            "all of it yours: USD 1.00"
        )

    def test_name_the_rule_where_it_is_more_than_the_kind_of_licence(self) -> None:
        alone = replace(TERMS, weight=3, weights=3, rate="standard, class C")
        assert replace(SALE, terms=alone).why == (
            "Standard licence at USD 60.00: 35 % to the co-op, 65 % to the artists "
            "(standard, class C), all of it yours: USD 19.50"
        )
        plain = replace(TERMS, rate="standard")
        assert replace(SALE, terms=plain).why == SALE.why

    def test_tell_the_steps_of_a_sale_by_one_artist(self) -> None:
        split = of_sale(price=usd(1000), coop_rate_bp=3500, shares=[(1, 5)])
        assert words.steps(split, 3500, "standard") == [
            "The co-op keeps 35 % of a standard licence: 35 % of USD 10.00 is USD 3.50.",
            "The rest, USD 6.50, goes to the one artist of the work.",
        ]

    def test_tell_the_steps_of_a_sale_by_several_with_the_rule(self) -> None:
        split = of_sale(price=usd(1000), coop_rate_bp=3500, shares=[(1, 5), (2, 3)])
        assert words.steps(split, 3500, "standard", "standard, class C") == [
            "The rate: standard, class C.",
            "The co-op keeps 35 % of a standard licence: 35 % of USD 10.00 is USD 3.50.",
            "The rest, USD 6.50, is shared by 2 co-creators in 8 parts, to the last cent.",
        ]


class TestMonths:
    @given(st.dates(date(1000, 1, 1), date(2999, 11, 30)))
    def test_end_where_the_next_one_begins(self, day: date) -> None:
        month = Month(day.year, day.month)
        assert month.last_day() + timedelta(days=1) == month.plus(1).first_day()
        assert month.first_day() <= day <= month.last_day()
        assert month.start(UTC) <= datetime(day.year, day.month, day.day, tzinfo=UTC)
        assert month.end(UTC) == month.plus(1).start(UTC)
        assert Month.parse(str(month)) == month

    @pytest.mark.parametrize("code", ["", "2026-13", "2026-00", "3026-01", "2026-3", "2026-031"])
    def test_are_written_in_one_way(self, code: str) -> None:
        with pytest.raises(ValueError, match=f"^a month is written as in 2026-03, not '{code}'$"):
            Month.parse(code)

    def test_are_called_by_name(self) -> None:
        assert MARCH.words() == "March 2026"
