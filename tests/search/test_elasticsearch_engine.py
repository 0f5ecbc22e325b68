"""The contract of engines on the real Elasticsearch, and what only this one does."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Event
from uuid import UUID

import pytest
from elasticsearch import Elasticsearch as Client

from search.adapters.door import HASTE, PATIENCE, Door, with_port
from search.adapters.elasticsearch import ElasticsearchEngine
from search.rules.engine import Change, EngineDown
from search.rules.query import Query
from stockcoop.env import Elasticsearch
from tests.search import obstacles
from tests.search.elastic import engine_of, fresh, versions_of
from tests.search.engine_contract import EngineContract, document, numbers

LEEWAY = 1.5  # seconds that a busy machine may add


@pytest.fixture
def given() -> Iterator[Elasticsearch]:
    with fresh() as given:
        yield given


@pytest.fixture
def engine(given: Elasticsearch) -> ElasticsearchEngine:
    return engine_of(given)


@pytest.mark.django_db(transaction=True)
class TestElasticsearchEngine(EngineContract):
    @pytest.fixture
    def engine(self, given: Elasticsearch) -> ElasticsearchEngine:
        return engine_of(given)


class TestWords:
    def found(self, engine: ElasticsearchEngine, text: str) -> list[int]:
        return numbers(engine.find(Query(text)).ids)

    def test_or_asks_for_one_of_two_wishes(self, engine: ElasticsearchEngine) -> None:
        put(engine, {1: "Red boat", 2: "Blue boat", 3: "Blue house"})
        assert sorted(self.found(engine, "red boat or blue house")) == [1, 3]

    def test_a_word_with_a_sign_in_it_is_a_phrase(self, engine: ElasticsearchEngine) -> None:
        put(engine, {1: "Blue-green sea", 2: "Green hills under a blue sky"})
        assert self.found(engine, "blue-green") == [1]

    def test_common_words_beside_others_do_no_harm(self, engine: ElasticsearchEngine) -> None:
        put(engine, {1: "The boat on the sea", 2: "A boat"})
        assert self.found(engine, 'the boat "on the sea"') == [1]
        assert self.found(engine, '"the" of') == []

    def test_a_text_of_many_words_is_answered(self, engine: ElasticsearchEngine) -> None:
        put(engine, {1: " ".join("abcdefghij")})
        assert self.found(engine, " ".join("abcdefghij" * 9)) == [1]


class TestDocuments:
    def test_the_longest_of_everything_is_taken(self, engine: ElasticsearchEngine) -> None:
        long = "ü" * 40_000
        engine.apply(
            Change(1, put=(document(1, title=long, keywords=(long,), description=f"{long} boat"),))
        )
        assert engine.find(Query("boat")).total == 1

    def test_pictures_can_be_found_by_how_they_look(
        self, given: Elasticsearch, engine: ElasticsearchEngine
    ) -> None:
        put(engine, {1: "Sea", 2: "Sand"})
        with Client(given.url) as client:
            for number, look in ((1, [0.9, 0.1, 0.0]), (2, [0.0, 0.2, 0.9])):
                client.update(index=given.index, id=str(UUID(int=number)), doc={"look": look})
            client.indices.refresh(index=given.index)
            near = {"field": "look", "query_vector": [1, 0, 0], "k": 1, "num_candidates": 10}
            hits = client.search(index=given.index, knn=near)["hits"]["hits"]
        assert [hit["_id"] for hit in hits] == [str(UUID(int=1))]

    def test_a_body_stays_small_and_a_busy_server_is_given_time(self, given: Elasticsearch) -> None:
        heavy = "word " * 4_000
        with obstacles.relay(given.url, refusals=2) as (url, traffic):
            engine = engine_of(given, Door(url))
            puts = tuple(document(n, description=heavy) for n in range(1, 601))
            engine.apply(Change(1, put=puts))
            assert engine.find(Query()).total == 600
        assert traffic.refusals == 0
        assert max(traffic.bodies) <= 5_000_000
        assert sum(traffic.bodies) > 12_000_000


class TestVersions:
    def test_searching_goes_on_while_the_index_is_rebuilt(
        self, given: Elasticsearch, engine: ElasticsearchEngine
    ) -> None:
        put(engine, {1: "Wave"})
        done = Event()

        def ask() -> int:
            asked = 0
            while not done.is_set():
                assert engine_of(given).find(Query("wave")).total == 1
                asked += 1
            return asked

        with ThreadPoolExecutor(3) as pool:
            asking = [pool.submit(ask) for _ in range(3)]
            for _ in range(8):
                rebuild(engine, {1: "Wave"})
            done.set()
            assert min(each.result(timeout=30) for each in asking) > 8

    def test_a_rebuild_leaves_one_version(
        self, given: Elasticsearch, engine: ElasticsearchEngine
    ) -> None:
        put(engine, {1: "Old"})
        rebuild(engine, {2: "New"})
        rebuild(engine, {3: "Newest"})
        (version,) = versions_of(given).items()
        assert version[1] == sorted([given.index, f"{version[0]}-writing"])
        assert numbers(engine.find(Query()).ids) == [3]

    def test_a_rebuild_removes_what_a_crash_left_and_nothing_of_others(
        self, given: Elasticsearch, engine: ElasticsearchEngine
    ) -> None:
        old, young, other = (
            f"{given.index}-{name}"
            for name in ("20200101000000-0badcafe", "29990101000000-0badcafe", "staging")
        )
        with Client(given.url) as client:
            for name in (old, young, other):
                client.indices.create(index=name)
        rebuild(engine, {1: "New"})
        assert old not in versions_of(given)
        assert {young, other} <= set(versions_of(given))

    def test_a_step_counted_from_the_old_version_never_reaches_the_new_one(
        self, given: Elasticsearch, engine: ElasticsearchEngine
    ) -> None:
        put(engine, {1: "Old"})
        follower = engine_of(given)
        assert follower.position() == 1
        rebuild(engine, {1: "New"}, position=7)
        with pytest.raises(EngineDown, match="replaced"):
            follower.apply(Change(9, put=(document(2),), drop=(UUID(int=1),)))
        assert len(versions_of(given)) == 1
        assert engine.position() == 7
        assert engine.find(Query("new")).total == 1
        assert follower.position() == 7
        follower.apply(Change(9))
        assert engine.position() == 9

    def test_an_index_that_was_lost_says_so_and_is_founded_anew(
        self, given: Elasticsearch, engine: ElasticsearchEngine
    ) -> None:
        put(engine, {1: "Old"})
        with Client(given.url) as client:
            client.indices.delete(index=list(versions_of(given)))
        assert engine.position() == 0
        assert engine.find(Query()).total == 0
        assert list(engine.contents()) == []
        put(engine, {2: "New"})
        assert numbers(engine.find(Query()).ids) == [2]


Address = Callable[[], AbstractContextManager[str]]


class TestDown:
    @pytest.mark.parametrize("address", [obstacles.refused, obstacles.silent, obstacles.swallowed])
    def test_nobody_waits_long_for_a_server_that_does_not_answer(self, address: Address) -> None:
        with address() as url:
            engine = engine_of(Elasticsearch(url, "works"), Door(url))
            assert seconds_until_down(engine.position) < PATIENCE + LEEWAY
            assert seconds_until_down(lambda: engine.suggest("", 8)) < HASTE + LEEWAY
            assert seconds_until_down(lambda: engine.find(Query())) < PATIENCE + LEEWAY
            many = seconds_until_down(*[lambda: engine.find(Query())] * 20)
        assert many < 0.5

    @pytest.mark.parametrize(
        ("given", "used"),
        [
            ("https://one.example", "https://one.example:443"),
            ("http://site:pass@one.example/below", "http://site:pass@one.example:80/below"),
            ("https://[::1]:9200", "https://[::1]:9200"),
        ],
    )
    def test_an_address_without_port_means_the_usual_one(self, given: str, used: str) -> None:
        assert with_port(given) == used
        assert Door(given) is not None

    def test_says_so_when_something_else_answers(self, given: Elasticsearch) -> None:
        with obstacles.relay(given.url) as (url, _):
            engine = engine_of(Elasticsearch(f"{url}/elsewhere", given.index), Door(f"{url}/x"))
            assert seconds_until_down(engine.position, lambda: engine.find(Query())) < LEEWAY

    def test_tells_neither_password_nor_words_when_it_refuses(
        self, given: Elasticsearch, caplog: pytest.LogCaptureFixture
    ) -> None:
        url = given.url.replace("://", "://site:hush-hush@")
        with caplog.at_level(logging.INFO):
            engine = engine_of(Elasticsearch(url, "_no_such_name"), Door(url))
            with pytest.raises(EngineDown):
                engine.find(Query("private words"))
        assert "Elasticsearch refused a request" in caplog.text
        assert "hush-hush" not in caplog.text
        assert "private" not in caplog.text


def put(engine: ElasticsearchEngine, titles: dict[int, str]) -> None:
    documents = tuple(document(number, title=title) for number, title in titles.items())
    engine.apply(Change(1, put=documents))


def rebuild(engine: ElasticsearchEngine, titles: dict[int, str], position: int = 1) -> None:
    with engine.rebuilding() as version:
        documents = (document(number, title=title) for number, title in titles.items())
        version.apply(Change(position, put=tuple(documents)))


def seconds_until_down(*calls: Callable[[], object]) -> float:
    start = time.monotonic()
    for call in calls:
        with pytest.raises(EngineDown):
            call()
    return time.monotonic() - start
