"""What every search engine has to do, as tests. A suite per adapter inherits `EngineContract`."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from django.db import connections

from search.rules.engine import MOST_COUNTS, Change, Document, Engine, Results
from search.rules.query import PAGE_SIZE, Query, Sort

T = TypeVar("T")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def document(number: int, **given: Any) -> Document:
    """Document `number`: published that many minutes after noon, photo, landscape, commercial."""
    facets = {"kind": "photo", "orientation": "landscape", "usage": "commercial", "artist": "ana"}
    facets |= given.pop("facets", {})
    pairs = [(name, value) for name, values in facets.items() for value in values.split()]
    words: dict[str, Any] = {
        "title": "",
        "description": "",
        "keywords": (),
        "artist_name": "Ana Ortiz",
        "published_at": NOON + timedelta(minutes=number),
    }
    return Document(id=UUID(int=number), facets=tuple(pairs), **{**words, **given})


def numbers(ids: Sequence[UUID]) -> list[int]:
    return [id.int for id in ids]


def elsewhere(call: Callable[[], T]) -> T:
    """The value of `call` as another process would get it: in a thread, on its own connection."""

    def alone() -> T:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result()


class EngineContract:
    @pytest.fixture
    def engine(self) -> Engine:
        """An empty engine of the adapter under test."""
        raise NotImplementedError

    def put(self, engine: Engine, *documents: Document) -> None:
        engine.apply(Change(position=engine.position() + 1, put=documents))

    def found(self, engine: Engine, text: str = "", *chosen: tuple[str, str]) -> list[int]:
        return numbers(engine.find(Query(text, chosen)).ids)

    def counts(self, results: Results, facet: str) -> dict[str, int]:
        return {count.value: count.works for count in results.counts[facet]}

    # Words

    def test_finds_words_of_title_keywords_description_and_artist(self, engine: Engine) -> None:
        self.put(
            engine,
            document(1, title="Lighthouse at dusk"),
            document(2, keywords=("lighthouse",)),
            document(3, description="A lighthouse in the rain"),
            document(4, artist_name="Iris Lighthouse"),
            document(5, title="Harbour"),
        )
        assert sorted(self.found(engine, "lighthouse")) == [1, 2, 3, 4]

    def test_all_words_must_be_there_in_whatever_field(self, engine: Engine) -> None:
        self.put(
            engine,
            document(1, title="Red boat"),
            document(2, title="Boat", keywords=("red",)),
            document(3, title="Boat"),
        )
        assert sorted(self.found(engine, "red boat")) == [1, 2]

    def test_english_words_are_found_by_their_stem(self, engine: Engine) -> None:
        self.put(engine, document(1, title="Two horses running"))
        assert self.found(engine, "horse run") == [1]

    def test_accents_and_case_make_no_difference(self, engine: Engine) -> None:
        self.put(engine, document(1, title="Café in Zürich"), document(2, title="Cafe in Zurich"))
        assert sorted(self.found(engine, "CAFÉ zurich")) == [1, 2]
        assert sorted(self.found(engine, "cafe Zürich")) == [1, 2]

    def test_a_phrase_in_quotes_stands_in_that_order(self, engine: Engine) -> None:
        self.put(
            engine,
            document(1, title="Golden hour on the beach"),
            document(2, title="An hour of golden light"),
        )
        assert self.found(engine, '"golden hour"') == [1]

    def test_a_phrase_does_not_reach_from_one_keyword_to_the_next(self, engine: Engine) -> None:
        self.put(
            engine,
            document(1, keywords=("golden", "hour")),
            document(2, keywords=("golden hour",)),
        )
        assert self.found(engine, '"golden hour"') == [2]

    def test_a_word_with_a_minus_must_not_be_there(self, engine: Engine) -> None:
        self.put(engine, document(1, title="Cat and dog"), document(2, title="Cat alone"))
        assert self.found(engine, "cat -dog") == [2]

    @pytest.mark.parametrize(
        "text", ["'", '"', '"open', "a & | ! ( ) :*", "<->", "\\", "%_", "-", "the of and", "*:*"]
    )
    def test_no_text_is_too_odd_to_answer(self, engine: Engine, text: str) -> None:
        self.put(engine, document(1, title="Harbour"))
        assert engine.find(Query(text)).total <= 1

    def test_words_too_common_to_be_indexed_find_nothing(self, engine: Engine) -> None:
        self.put(engine, document(1, title="The harbour"))
        assert engine.find(Query("the")).total == 0

    def test_without_text_everything_is_found(self, engine: Engine) -> None:
        self.put(engine, document(1), document(2))
        assert self.found(engine) == [2, 1]

    # Order

    def test_a_title_weighs_more_than_keywords_and_those_more_than_a_description(
        self, engine: Engine
    ) -> None:
        self.put(
            engine,
            document(1, title="Tall lighthouse", keywords=("coast",), description="Stone"),
            document(2, title="Tall coast", keywords=("old lighthouse",), description="Stone"),
            document(3, title="Tall coast", keywords=("stone",), description="Lighthouse"),
        )
        assert self.found(engine, "lighthouse") == [1, 2, 3]

    def test_what_is_exactly_the_keyword_comes_first(self, engine: Engine) -> None:
        self.put(
            engine,
            document(1, title="Boats", keywords=("sail",)),
            document(2, title="Sailing boats", keywords=("sailing club", "sailor")),
        )
        assert self.found(engine, "sail") == [1, 2]

    def test_equals_stand_newest_first_then_by_id(self, engine: Engine) -> None:
        same = {"title": "Wave", "published_at": NOON}
        self.put(engine, document(3, **same), document(1, **same), document(2, title="Wave"))
        assert self.found(engine, "wave") == [2, 1, 3]

    def test_newest_leaves_relevance_aside(self, engine: Engine) -> None:
        self.put(engine, document(1, title="Wave"), document(2, description="A wave"))
        assert numbers(engine.find(Query("wave", sort=Sort.NEWEST)).ids) == [2, 1]
        assert numbers(engine.find(Query("wave", sort=Sort.RELEVANCE)).ids) == [1, 2]

    def test_pages_follow_each_other_without_gap_or_repetition(self, engine: Engine) -> None:
        whole = PAGE_SIZE * 2 + 5
        self.put(
            engine, *(document(n, title="Wave", published_at=NOON) for n in range(1, whole + 1))
        )
        pages = [engine.find(Query("wave", page=page)) for page in (1, 2, 3, 4)]
        assert [len(page.ids) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 5, 0]
        assert {page.total for page in pages} == {whole}
        assert len({id for page in pages for id in page.ids}) == whole
        assert engine.find(Query("wave", page=2)) == pages[1]

    # Facets

    def test_values_of_one_facet_widen_and_facets_narrow(self, engine: Engine) -> None:
        self.put(
            engine,
            document(1, facets={"colour": "blue white"}),
            document(2, facets={"colour": "red"}),
            document(3, facets={"colour": "blue", "orientation": "square"}),
            document(4, facets={"colour": "green"}),
        )
        blue, red = ("colour", "blue"), ("colour", "red")
        assert self.found(engine, "", blue, red) == [3, 2, 1]
        assert self.found(engine, "", blue, ("orientation", "square")) == [3]

    def test_counts_tell_what_the_text_left(self, engine: Engine) -> None:
        self.put(
            engine,
            document(1, title="Wave", facets={"colour": "blue white"}),
            document(2, title="Wave", facets={"colour": "blue", "kind": "video"}),
            document(3, title="Rock", facets={"colour": "grey"}),
        )
        results = engine.find(Query("wave"))
        assert results.total == 2
        assert [(c.value, c.works) for c in results.counts["colour"]] == [("blue", 2), ("white", 1)]
        assert self.counts(results, "kind") == {"photo": 1, "video": 1}
        assert self.counts(results, "artist") == {"ana": 2}

    def test_a_choice_does_not_narrow_the_counts_of_its_own_facet(self, engine: Engine) -> None:
        self.put(
            engine,
            document(1, facets={"orientation": "landscape", "colour": "blue"}),
            document(2, facets={"orientation": "portrait", "colour": "blue"}),
            document(3, facets={"orientation": "portrait", "colour": "red"}),
        )
        chosen = (("orientation", "portrait"), ("colour", "blue"))
        results = engine.find(Query("", chosen))
        assert results.total == 1
        assert self.counts(results, "orientation") == {"landscape": 1, "portrait": 1}
        assert self.counts(results, "colour") == {"blue": 1, "red": 1}
        assert self.counts(results, "kind") == {"photo": 1}

    def test_an_open_facet_lists_its_most_frequent_values_and_the_chosen_ones(
        self, engine: Engine
    ) -> None:
        many = [document(n, facets={"artist": f"artist-{n:02}"}) for n in range(1, 31)]
        self.put(engine, *many, document(31, facets={"artist": "artist-30"}))
        chosen = (("artist", "artist-29"), ("artist", "nobody"))
        counts = self.counts(engine.find(Query("", chosen)), "artist")
        assert next(iter(counts.items())) == ("artist-30", 2)
        assert counts["artist-29"] == 1
        assert counts["nobody"] == 0
        assert len(counts) == MOST_COUNTS + 2

    # Suggestions

    def test_suggests_keywords_and_titles_once_each_the_frequent_first(
        self, engine: Engine
    ) -> None:
        self.put(
            engine,
            document(1, title="Sunset over Lima", keywords=("sun", "sunflower")),
            document(2, title="Field", keywords=("Sunflower", "moon")),
        )
        assert engine.suggest("SUN", 8) == ("sunflower", "sun", "sunset over lima")
        assert engine.suggest("sun", 1) == ("sunflower",)
        assert engine.suggest("nothing", 8) == ()
        assert engine.suggest(" ", 1) == ("sunflower",)

    def test_suggests_across_accents_and_takes_no_sign_for_a_pattern(self, engine: Engine) -> None:
        self.put(engine, document(1, keywords=("Café", "100% wool", "a_b")))
        assert engine.suggest("cafe", 8) == ("café",)
        assert engine.suggest("100%", 8) == ("100% wool",)
        assert engine.suggest("%", 8) == ()
        assert engine.suggest("a__", 8) == ()

    def test_forgets_a_suggestion_with_the_last_document_that_had_it(self, engine: Engine) -> None:
        self.put(engine, document(1, keywords=("fern",)), document(2, keywords=("fern",)))
        engine.apply(Change(position=5, drop=(UUID(int=1),)))
        assert engine.suggest("fern", 8) == ("fern",)
        self.put(engine, document(2, keywords=("moss",)))
        assert engine.suggest("fern", 8) == ()

    def test_knows_what_was_meant_by_a_word_it_lacks(self, engine: Engine) -> None:
        self.put(engine, document(1, keywords=("mountain", "snow")))
        assert engine.nearest("moutain snow") == "mountain snow"
        assert engine.nearest("mountain") == ""
        assert engine.nearest("qqqq") == ""

    # Alike

    def test_what_shares_rare_keywords_is_alike(self, engine: Engine) -> None:
        self.put(
            engine,
            document(1, keywords=("people", "falconry", "glove")),
            document(2, keywords=("people", "street")),
            document(3, keywords=("falconry", "glove")),
            document(4, keywords=("bread",)),
        )
        assert numbers(engine.similar(UUID(int=1), 8))[0] == 3
        assert 1 not in numbers(engine.similar(UUID(int=1), 8))
        assert 4 not in numbers(engine.similar(UUID(int=1), 8))
        assert len(engine.similar(UUID(int=1), 1)) == 1
        assert engine.similar(UUID(int=99), 8) == ()

    # Changes

    def test_putting_again_replaces_and_twice_is_once(self, engine: Engine) -> None:
        self.put(engine, document(1, title="Oak", keywords=("old",)))
        change = Change(position=9, put=(document(1, title="Elm", keywords=("new",)),))
        for _ in range(2):
            engine.apply(change)
            assert self.found(engine, "oak") == []
            assert self.found(engine, "elm") == [1]
            assert engine.find(Query()).total == 1
            assert engine.suggest("old", 8) == ()

    def test_dropping_takes_out_of_results_and_counts_and_the_unknown_is_no_fault(
        self, engine: Engine
    ) -> None:
        self.put(engine, document(1), document(2))
        engine.apply(Change(position=3, drop=(UUID(int=1), UUID(int=77))))
        results = engine.find(Query())
        assert numbers(results.ids) == [2]
        assert self.counts(results, "kind") == {"photo": 1}

    def test_remembers_how_far_it_has_come_even_backwards(self, engine: Engine) -> None:
        assert engine.position() == 0
        engine.apply(Change(position=1_000_000_000_000))
        assert engine.position() == 1_000_000_000_000
        engine.apply(Change(position=7))
        assert engine.position() == 7

    def test_lists_its_contents_with_digests_in_order_of_id(self, engine: Engine) -> None:
        one, two = document(1, title="One"), document(2, title="Two", keywords=("é",))
        self.put(engine, two, one)
        assert list(engine.contents()) == [(one.id, one.digest()), (two.id, two.digest())]

    # Rebuilding

    def test_answers_from_the_old_index_until_the_new_one_is_whole(self, engine: Engine) -> None:
        self.put(engine, document(1, title="Old"))
        with engine.rebuilding() as fresh:
            fresh.apply(Change(position=50, put=(document(2, title="New"),)))
            assert numbers(elsewhere(lambda: engine.find(Query())).ids) == [1]
        assert self.found(engine) == [2]
        assert engine.position() == 50
        assert engine.suggest("o", 8) == ()

    def test_keeps_the_old_index_when_rebuilding_fails(self, engine: Engine) -> None:
        self.put(engine, document(1, title="Old"))

        def rebuild_and_fail() -> None:
            with engine.rebuilding() as fresh:
                fresh.apply(Change(position=50, put=(document(2, title="New"),)))
                raise RuntimeError("the machine stopped")

        with pytest.raises(RuntimeError, match="the machine stopped"):
            rebuild_and_fail()
        assert self.found(engine) == [1]
        assert engine.position() == 1
