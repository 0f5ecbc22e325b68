"""What a freeze is, what it bars and in which words, without a database."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from licensing.rules import freezes
from licensing.rules.freezes import (
    ALL,
    Claim,
    Extent,
    Freeze,
    FreezeOffer,
    Frozen,
    Others,
    Reach,
    Term,
    Wanted,
)
from tests.make.ledger import NOON, usd

DAY = timedelta(days=1)
APRIL = datetime(2026, 4, 1, 20, tzinfo=UTC)  # in Tokyo it is the second already
MAY = datetime(2026, 5, 1, 20, tzinfo=UTC)
MINE, HERS, HIS = 1, 2, 3

EUROPE = Reach(frozenset({"europe"}))
AMERICAS = Reach(frozenset({"americas"}))
ADVERTISING = Reach(uses=frozenset({"advertising"}))
PUBLISHING = Reach(uses=frozenset({"publishing"}))
EUROPEAN_ADVERTISING = Reach(EUROPE.regions, ADVERTISING.uses)
EUROPEAN_PUBLISHING = Reach(EUROPE.regions, PUBLISHING.uses)

OFFER = FreezeOffer(
    kinds=("standard",),
    regions=(Extent("worldwide", "Worldwide", whole=True), Extent("europe", "Europe")),
    uses=(Extent("any", "Any use", whole=True), Extent("advertising", "Advertising")),
    prices={
        Freeze(6, "worldwide", "any"): usd(500_00),
        Freeze(6, "europe", "any"): usd(330_00),
        Freeze(6, "europe", "advertising"): usd(250_00),
        Freeze(1, "worldwide", "advertising"): usd(100_00),
    },
    strict=False,
    notice_days=14,
    text="While it runs.",
)


def freeze(root: int = HERS, reach: Reach = ALL, until: datetime = APRIL, **more: bool) -> Claim:
    return Claim(root, reach, NOON, until, **more)


def to_license(reach: Reach = ALL, at: datetime = NOON + DAY) -> Wanted:
    return Wanted(Claim(MINE, reach, at))


def to_freeze(reach: Reach = ALL, *, own: Reach = ALL, strict: bool = False) -> Wanted:
    """A licence of `own` with a freeze of `reach` from noon to April, granted a day later."""
    return Wanted(Claim(MINE, own, NOON + DAY), Claim(MINE, reach, NOON, APRIL, strict))


def obstacle(wanted: Wanted, *others: Claim) -> str:
    return freezes.obstacle("“Dunes”", wanted, iter(others))


def frozen_until(day: str) -> str:
    return f"“Dunes” is frozen for somebody else until {day}, so it cannot be licensed before then."


class TestReach:
    @pytest.mark.parametrize(
        ("one", "other", "meets"),
        [
            (ALL, EUROPEAN_ADVERTISING, True),
            (EUROPE, ADVERTISING, True),
            (EUROPE, AMERICAS, False),
            (ADVERTISING, PUBLISHING, False),
            (EUROPEAN_ADVERTISING, EUROPEAN_PUBLISHING, False),
        ],
    )
    def test_meets_what_it_has_a_region_and_a_use_in_common_with(
        self, one: Reach, other: Reach, meets: bool
    ) -> None:
        assert one.meets(other) == other.meets(one) == meets


class TestAFreeze:
    @given(st.integers(1, 120), st.text(), st.text())
    def test_comes_back_from_the_row_that_keeps_it(
        self, months: int, region: str, use: str
    ) -> None:
        picked = Freeze(months, region, use)
        assert Freeze.read(picked.stored()) == picked

    def test_is_none_where_the_row_keeps_none(self) -> None:
        assert Freeze.read({}) is None


class TestAnOffer:
    def test_holds_in_the_region_and_use_that_are_picked(self) -> None:
        assert OFFER.reach(Freeze(6, "worldwide", "any")) == ALL
        assert OFFER.reach(Freeze(6, "europe", "any")) == EUROPE
        assert OFFER.reach(Freeze(6, "europe", "advertising")) == EUROPEAN_ADVERTISING
        assert OFFER.reach(Freeze(1, "worldwide", "advertising")) == ADVERTISING

    @pytest.mark.parametrize(
        ("picked", "region", "use", "price", "text"),
        [
            (
                Freeze(6, "europe", "any"),
                "Europe",
                "Any use",
                usd(330_00),
                "Market freeze, 6 months: Europe, any use",
            ),
            (
                Freeze(1, "worldwide", "advertising"),
                "Worldwide",
                "Advertising",
                usd(100_00),
                "Market freeze, 1 month: Worldwide, advertising",
            ),
        ],
    )
    def test_is_quoted_by_its_names_and_price(
        self, picked: Freeze, region: str, use: str, price: object, text: str
    ) -> None:
        quoted = OFFER.frozen(picked)
        assert quoted == Frozen(picked, region, use, OFFER.prices[picked])
        assert (quoted.price, quoted.text) == (price, text)

    def test_has_its_terms_in_order_and_once(self) -> None:
        assert OFFER.terms == [1, 6]

    @pytest.mark.parametrize(
        ("picked", "shown"),
        [
            (None, None),
            (Freeze(6, "europe", "advertising"), Freeze(6, "europe", "advertising")),
            (Freeze(6, "europe", "publishing"), Freeze(6, "europe", "any")),
            (Freeze(6, "mars", "any"), Freeze(6, "worldwide", "any")),
            (Freeze(1, "europe", "any"), Freeze(1, "worldwide", "advertising")),
            (Freeze(9, "europe", "any"), None),
        ],
    )
    def test_shows_what_has_a_price_for_the_same_term_in_the_same_region_if_it_can(
        self, picked: Freeze | None, shown: Freeze | None
    ) -> None:
        assert OFFER.nearest(picked) == shown


class TestConflict:
    days = st.integers(0, 12)
    terms = st.tuples(days, st.integers(1, 12))

    @example((0, 3), (3, 3))
    @example((0, 4), (3, 3))
    @given(terms, terms)
    def test_two_freezes_conflict_on_the_days_that_both_run(
        self, one: tuple[int, int], other: tuple[int, int]
    ) -> None:
        hers, his = (
            Claim(root, ALL, NOON + since * DAY, NOON + (since + length) * DAY)
            for root, (since, length) in ((HERS, one), (HIS, other))
        )
        both = set(range(one[0], sum(one))) & set(range(other[0], sum(other)))
        assert freezes.conflict(hers, his) == freezes.conflict(his, hers) == bool(both)

    @pytest.mark.parametrize(
        ("granted", "bars", "strictly"),
        [
            (NOON - DAY, False, True),
            (NOON, False, True),
            (NOON + timedelta(microseconds=1), True, True),
            (APRIL - timedelta(microseconds=1), True, True),
            (APRIL, False, False),
        ],
    )
    def test_a_freeze_bars_from_after_its_order_until_it_ends_and_a_strict_one_what_was_before(
        self, granted: datetime, bars: bool, strictly: bool
    ) -> None:
        licence = Claim(HIS, ALL, granted)
        assert freezes.conflict(freeze(), licence) == bars
        assert freezes.conflict(freeze(strict=True), licence) == strictly


class TestWhatStandsInTheWayOfALicence:
    def test_is_a_freeze_that_runs_where_the_licence_reaches(self, in_tokyo: None) -> None:
        assert obstacle(to_license(), freeze()) == frozen_until("1 April 2026")
        assert obstacle(to_license(EUROPE), freeze(reach=ADVERTISING)) == frozen_until(
            "1 April 2026"
        )
        assert obstacle(to_license(EUROPE), freeze(reach=AMERICAS)) == ""

    def test_is_the_one_of_those_that_ends_last(self) -> None:
        here, longer = freeze(HERS, EUROPE, APRIL), freeze(HIS, EUROPE, MAY)
        elsewhere = freeze(HIS, AMERICAS, MAY)
        assert obstacle(to_license(EUROPE), longer, here) == frozen_until("1 May 2026")
        assert obstacle(to_license(EUROPE), here, elsewhere) == frozen_until("1 April 2026")

    def test_is_no_freeze_from_the_moment_at_which_it_ends(self) -> None:
        assert obstacle(to_license(at=APRIL - DAY), freeze()) != ""
        assert obstacle(to_license(at=APRIL), freeze()) == ""

    def test_is_a_freeze_even_of_an_order_that_is_later_by_some_clock(self) -> None:
        assert obstacle(to_license(at=NOON - DAY), freeze()) == frozen_until("1 April 2026")

    def test_is_nothing_of_ones_own_and_no_licence(self) -> None:
        assert obstacle(to_license()) == ""
        assert obstacle(to_license(), freeze(MINE), Claim(HERS, ALL, NOON)) == ""


class TestWhatStandsInTheWayOfAFreeze:
    def test_is_another_wherever_they_meet_though_the_licence_itself_is_free(self) -> None:
        wanted = to_freeze(AMERICAS, own=EUROPE)
        assert obstacle(wanted, freeze(reach=AMERICAS)) == frozen_until("1 April 2026")
        assert obstacle(to_freeze(EUROPE, own=EUROPE), freeze(reach=AMERICAS)) == ""

    def test_is_no_freeze_that_is_over_and_none_of_ones_own(self) -> None:
        assert obstacle(to_freeze(), Claim(HERS, ALL, NOON - DAY, NOON)) == ""
        assert obstacle(to_freeze(), freeze(MINE)) == ""

    def test_is_a_licence_granted_since_and_where_the_book_is_strict_any(self) -> None:
        before, since = Claim(HERS, ALL, NOON - DAY), Claim(HIS, ALL, NOON + DAY)
        assert obstacle(to_freeze(), before) == ""
        assert obstacle(to_freeze(), before, since) == (
            "“Dunes” was licensed to somebody else since, so the freeze cannot be had as ordered."
        )
        assert obstacle(to_freeze(strict=True), before) == (
            "“Dunes” has been licensed before, so it cannot be frozen."
        )
        assert obstacle(to_freeze(strict=True)) == ""


class TestTheLicencesBesideAFreeze:
    @pytest.mark.parametrize(
        ("claims", "others"),
        [
            ([], Others()),
            ([freeze(HERS)], Others()),
            ([Claim(HERS, AMERICAS, NOON)], Others()),
            ([Claim(HERS, EUROPE, NOON), freeze(HERS)], Others(1, NOON)),
            ([Claim(HERS, ALL, MAY), Claim(HERS, ALL, APRIL)], Others(1, APRIL)),
            ([Claim(HERS, ALL, APRIL), Claim(HERS, ALL, MAY)], Others(1, APRIL)),
            ([Claim(HERS, ALL, MAY), Claim(HIS, ALL, APRIL)], Others(2, APRIL)),
        ],
    )
    def test_are_those_that_it_meets_each_with_its_upgrades_once(
        self, claims: Iterable[Claim], others: Others
    ) -> None:
        assert freezes.met(EUROPE, claims) == others

    @pytest.mark.parametrize(
        ("others", "text"),
        [
            (Others(), ""),
            (
                Others(1, APRIL),
                "1 licence of this work, the first of 1 April 2026, stays valid beside a freeze.",
            ),
            (
                Others(2, APRIL),
                "2 licences of this work, the first of 1 April 2026, stay valid beside a freeze.",
            ),
        ],
    )
    def test_are_told_in_these_words(self, others: Others, text: str) -> None:
        assert others.text == text


class TestTerms:
    moments = st.timedeltas(-30_000 * DAY, 30_000 * DAY).map(lambda passed: NOON + passed)

    @given(moments, st.integers(1, 120))
    def test_end_that_many_calendar_months_later_on_the_same_day_or_the_last(
        self, at: datetime, months: int
    ) -> None:
        then = freezes.months_after(at, months)
        assert 12 * (then.year - at.year) + then.month - at.month == months
        assert then.timetz() == at.timetz()
        assert then.day == at.day or (then.day < at.day and (then + DAY).day == 1)

    def test_are_counted_in_utc_wherever_the_server_stands(self, in_tokyo: None) -> None:
        in_tokyo_the_last = datetime(2026, 1, 30, 20, tzinfo=UTC)
        ends = datetime(2026, 2, 28, 20, tzinfo=UTC)
        assert freezes.months_after(in_tokyo_the_last, 1) == ends
        local = in_tokyo_the_last.astimezone(timezone(timedelta(hours=9)))
        assert freezes.months_after(local, 1) == ends

    def test_count_from_the_grant_or_from_the_start_of_what_they_make_longer(self) -> None:
        six = Freeze(6, "worldwide", "any")
        granted, ends = datetime(2026, 3, 14, tzinfo=UTC), datetime(2026, 9, 14, tzinfo=UTC)
        assert freezes.term(six, granted=granted) == Term(granted, ends)
        assert freezes.term(six, granted=MAY, going_since=granted) == Term(granted, ends)
