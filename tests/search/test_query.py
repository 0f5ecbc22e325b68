"""The query and its URL."""

from contextlib import suppress
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.rules.facets import ARTIST, COLOUR, FACETS, ORIENTATION
from search.rules.fold import fold, tidy
from search.rules.query import (
    LAST_PAGE,
    LONGEST_TEXT,
    MOST_VALUES,
    BadQuery,
    Query,
    Reading,
    Sort,
    read,
)

handles = st.from_regex(r"[a-z0-9]{3,20}(-[a-z0-9]{1,10})?", fullmatch=True)
pairs = st.one_of(
    *(
        st.tuples(
            st.just(facet.name),
            handles if facet.is_open else st.sampled_from([o.value for o in facet.options]),
        )
        for facet in FACETS
    )
)
texts = st.text(max_size=80).map(tidy).filter(lambda text: len(text) <= LONGEST_TEXT)
queries = st.builds(
    Query,
    text=texts,
    chosen=st.lists(pairs, max_size=8).map(tuple),
    sort=st.sampled_from(Sort),
    page=st.integers(1, LAST_PAGE),
)


def from_url(url: str) -> Reading:
    return read(parse_qsl(url, keep_blank_values=True))


class TestUrl:
    @given(queries)
    def test_a_query_comes_back_from_its_url_unchanged(self, query: Query) -> None:
        assert from_url(query.url()) == Reading(query)

    @given(queries, st.randoms())
    def test_the_order_of_choices_makes_no_other_url(self, query: Query, dice: object) -> None:
        shuffled = list(query.chosen)
        dice.shuffle(shuffled)  # type: ignore[attr-defined]
        again = Query(query.text, tuple(shuffled), query.sort, query.page)
        assert again.url() == query.url()

    @given(st.lists(st.tuples(st.sampled_from(["q", "sort", "colour", "artist", "x"]), st.text())))
    def test_whatever_an_address_says_is_read_or_refused(self, said: list[tuple[str, str]]) -> None:
        with suppress(BadQuery):
            reading = read(said)
            assert from_url(reading.query.url()).query == reading.query

    def test_says_nothing_that_goes_without_saying(self) -> None:
        assert Query().url() == ""
        assert Query("sea", sort=Sort.RELEVANCE, page=1).url() == "q=sea"
        assert Query(sort=Sort.RELEVANCE).url() == ""

    def test_stands_in_one_order(self) -> None:
        query = Query(
            "red sea",
            (("artist", "ana"), ("colour", "teal"), ("colour", "blue"), ("kind", "photo")),
            Sort.NEWEST,
            3,
        )
        assert query.url() == (
            "q=red+sea&kind=photo&colour=blue&colour=teal&artist=ana&sort=newest&page=3"
        )


class TestReading:
    def test_spaces_and_unseen_characters_are_tidied(self) -> None:
        assert read([("q", "  red \x00\n sea\u200b ")]).query.text == tidy("red sea\u200b")
        assert read([("q", "a\x00b")]).query.text == "a b"

    def test_a_choice_that_does_not_exist_is_left_out_and_said(self) -> None:
        reading = read([("q", "sea"), ("colour", "blurple"), ("colour", "BLUE")])
        assert reading.query == Query("sea", (("colour", "blue"),))
        assert reading.remarks == ("There is no colour “blurple” to choose, so it was left out.",)

    def test_a_handle_that_no_artist_could_have_is_left_out(self) -> None:
        assert read([("artist", "../etc")]).query == Query()

    def test_other_parameters_are_none_of_ours(self) -> None:
        assert read([("utm_source", "mail"), ("q", "sea")]) == Reading(Query("sea"))

    def test_an_unknown_order_is_the_usual_one(self) -> None:
        assert read([("q", "sea"), ("sort", "price")]).query.sort is Sort.RELEVANCE

    @pytest.mark.parametrize("page", ["0", "-1", "1.5", "x", str(LAST_PAGE + 1), "9" * 50, "٣"])
    def test_a_page_that_cannot_exist_is_not_found(self, page: str) -> None:
        with pytest.raises(BadQuery) as refusal:
            read([("page", page)])
        assert refusal.value.status == 404

    def test_a_text_too_long_is_refused(self) -> None:
        with pytest.raises(BadQuery) as refusal:
            read([("q", "x" * (LONGEST_TEXT + 1))])
        assert refusal.value.status == 400

    def test_takes_only_so_many_choices(self) -> None:
        reading = read([("artist", f"artist-{n:03}") for n in range(100)])
        assert len(reading.query.chosen) == MOST_VALUES
        assert reading.remarks == (f"Only the first {MOST_VALUES} choices were taken.",)


class TestQuery:
    def test_choosing_and_choosing_again_goes_back_to_the_first_page(self) -> None:
        query = Query("sea", page=4)
        blue = query.toggled(COLOUR, "blue")
        assert blue == Query("sea", (("colour", "blue"),))
        assert blue.toggled(COLOUR, "blue") == Query("sea")

    def test_names_the_facets_in_use(self) -> None:
        query = Query("", (("artist", "ana"), ("orientation", "square")))
        assert query.facets() == (ORIENTATION, ARTIST)
        assert query.values(ARTIST) == ("ana",)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"text": " a"},
            {"text": "x" * 201},
            {"page": 0},
            {"chosen": (("colour", "blurple"),)},
            {"chosen": (("mood", "glad"),)},
        ],
    )
    def test_cannot_hold_what_reading_would_not_let_through(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ValueError, match=r"not a tidy|no such choice|is not in"):
            Query(**wrong)  # type: ignore[arg-type]


class TestFold:
    @given(st.text())
    def test_folding_and_tidying_twice_is_once(self, text: str) -> None:
        assert tidy(tidy(text)) == tidy(text)
        assert fold(fold(text)) == fold(text)

    def test_takes_accents_and_case_away(self) -> None:
        assert fold("  Café  ZÜRICH ") == "cafe zurich"
        assert fold("STRASSE") == fold("straße")
