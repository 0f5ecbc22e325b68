"""What freezes bar, held against a model that knows nothing but cells of a market and days."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from licensing.models import Claim, Licence
from licensing.rules import book, freezes
from licensing.rules.book import BadPriceBook
from licensing.rules.freezes import Freeze, Reach
from licensing.rules.offers import Choice, NotOnOffer
from licensing.services import verify
from tests import make
from tests.licensing.freezing import data, give_back
from tests.licensing.test_offers import DATA
from tests.make.ledger import NOON

REGIONS = {"worldwide": {"americas", "europe", "elsewhere"}, "europe": {"europe"}}
REGIONS["americas"] = {"americas"}
USES = {"any": {"advertising", "publishing", "else"}, "advertising": {"advertising"}}
MONTH = timedelta(days=31)
Cells = frozenset[tuple[str, str]]


def cells(region: str, use: str) -> Cells:
    return frozenset((r, u) for r in REGIONS[region] for u in USES[use])


def everywhere() -> Cells:
    return cells("worldwide", "any")


def reach(region: str, use: str) -> Reach:
    return Reach(
        frozenset() if region == "worldwide" else frozenset({region}),
        frozenset() if use == "any" else frozenset({use}),
    )


@dataclass
class Held:
    """A licence in the model: its day, its cells, and those it freezes before the day `until`."""

    since: datetime
    cells: Cells
    frozen: Cells = frozenset()
    until: datetime | None = None


@dataclass
class Market:
    """A naive model of one work: what is held now, in one list."""

    strict: bool
    held: list[Held] = field(default_factory=list)

    def grants(self, new: Held) -> bool:
        for other in self.held:
            if other.until and new.since < other.until and other.frozen & (new.cells | new.frozen):
                return False
            if self.strict and new.frozen & other.cells:
                return False
        return True


terms = st.sampled_from([3, 6, 12])
places = st.sampled_from(sorted(REGIONS)).flatmap(
    lambda region: st.tuples(st.just(region), st.sampled_from(sorted(USES)))
)
wishes = st.tuples(st.sampled_from(["standard", "extended"]), st.none() | st.tuples(terms, places))
steps = st.lists(
    st.tuples(st.sampled_from([1, 2, 5]), wishes | st.integers(0, 3)), min_size=2, max_size=6
)


def choice_of(wish: tuple[str, tuple[int, tuple[str, str]] | None]) -> Choice:
    kind, frozen = wish
    freeze = Freeze(frozen[0], *frozen[1]) if frozen else None
    return Choice(kind, "medium", freeze=freeze)


def held_of(choice: Choice, at: datetime) -> Held:
    """In the book of this test an extended licence is for advertising in Europe alone."""
    own = cells("europe", "advertising") if choice.kind == "extended" else everywhere()
    if choice.freeze is None:
        return Held(at, own)
    until = freezes.months_after(at, choice.freeze.months)
    return Held(at, own, cells(choice.freeze.region, choice.freeze.use), until)


class TestHistories(TestCase):
    """Random purchases, refunds and time, through the services that do them in earnest."""

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(strict=st.booleans(), history=steps)
    def test_who_gets_a_licence_is_who_the_model_says(
        self,
        strict: bool,
        history: list[tuple[int, int | tuple[str, tuple[int, tuple[str, str]] | None]]],
    ) -> None:
        data(
            earlier="refuse" if strict else "disclose",
            extended={"regions": ["europe"], "uses": ["advertising"]},
        )
        work, now = make.work_on_sale(), NOON
        market, licences = Market(strict), list[Licence]()
        for months, wish in history:
            now += months * MONTH
            if isinstance(wish, int):
                if wish < len(licences):
                    give_back(licences.pop(wish), now)
                    market.held.pop(wish)
                continue
            choice = choice_of(wish)
            new = held_of(choice, now)
            expected, got = market.grants(new), self.buy(work, choice, now)
            assert (got is not None) == expected, (market, new)
            if got:
                licences.append(got)
                market.held.append(new)
        kept = sum(1 + (held.until is not None) for held in market.held)
        assert Claim.objects.count() == kept
        assert list(verify.differences()) == []

    def buy(self, work: object, choice: Choice, at: datetime) -> Licence | None:
        try:
            with transaction.atomic():
                return make.licence(works=[work], choice=choice, at=at)
        except NotOnOffer:
            return None


class TestConflict:
    moments = st.integers(0, 40).map(lambda day: NOON + timedelta(days=day))

    @given(places, places, moments, moments, st.integers(1, 20), st.booleans())
    def test_a_freeze_bars_what_is_granted_while_it_runs_where_it_reaches(
        self,
        frozen: tuple[str, str],
        licensed: tuple[str, str],
        ordered: datetime,
        granted: datetime,
        days: int,
        strict: bool,
    ) -> None:
        until = ordered + timedelta(days=days)
        freeze = freezes.Claim(1, reach(*frozen), ordered, until, strict)
        licence = freezes.Claim(2, reach(*licensed), granted)
        meets = bool(cells(*frozen) & cells(*licensed))
        expected = meets and granted < until and (strict or granted > ordered)
        assert freezes.conflict(freeze, licence) == freezes.conflict(licence, freeze) == expected

    @given(places, places)
    def test_reach_is_that_of_its_cells(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        ours, theirs = cells(*one), cells(*other)
        assert reach(*one).meets(reach(*other)) == bool(ours & theirs)
        assert reach(*one).covers(reach(*other)) == (theirs <= ours)

    def test_ones_own_licences_and_other_licences_are_never_in_conflict(self) -> None:
        until = NOON + MONTH
        own = freezes.Claim(1, freezes.ALL, NOON, until, strict=True)
        assert not freezes.conflict(own, freezes.Claim(1, freezes.ALL, NOON + timedelta(1)))
        pair = [freezes.Claim(root, freezes.ALL, NOON) for root in (1, 2)]
        assert not freezes.conflict(*pair)


class TestMonths:
    @pytest.mark.parametrize(
        ("day", "months", "then"),
        [
            ((2026, 1, 31), 1, (2026, 2, 28)),
            ((2027, 11, 30), 3, (2028, 2, 29)),
            ((2026, 5, 12), 12, (2027, 5, 12)),
        ],
    )
    def test_end_on_the_same_day_or_the_last_of_a_shorter_month(
        self, day: tuple[int, int, int], months: int, then: tuple[int, int, int]
    ) -> None:
        found = freezes.months_after(datetime(*day, 9, tzinfo=UTC), months)
        assert found == datetime(*then, 9, tzinfo=UTC)


class TestBook:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"earlier": "ignore"}, "earlier is one of"),
            ({"kinds": ["exclusive"]}, "no kind that can be frozen"),
            ({"prices": [{"region": "mars", "use": "any", "months": {"3": "1.00"}}]}, "no such"),
            ({"prices": [{"region": "europe", "use": "any", "months": {"x": "1"}}]}, "1 to 120"),
        ],
    )
    def test_names_what_is_wrong_with_its_freezes(
        self, changes: dict[str, object], words: str
    ) -> None:
        content = DATA["licensing"]["price_book"]
        wrong = {**content, "freeze": {**content["freeze"], **changes}}
        with pytest.raises(BadPriceBook, match=words):
            book.read(wrong, "USD")

    def test_names_a_kind_that_reaches_nowhere(self) -> None:
        content = DATA["licensing"]["price_book"]
        kinds = [{**content["kinds"][0], "regions": ["mars"]}]
        with pytest.raises(BadPriceBook, match="no region or use mars"):
            book.read({**content, "kinds": kinds}, "USD")
