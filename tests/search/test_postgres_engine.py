from threading import Thread

import pytest
from django.db import connection, transaction

from search.adapters.postgres import PostgresEngine
from search.rules.engine import Change, EngineDown
from search.rules.query import Query
from tests.search.engine_contract import EngineContract
from tests.search.locks import locked


@pytest.mark.django_db(transaction=True)
class TestPostgresEngine(EngineContract):
    @pytest.fixture
    def engine(self, transactional_db: None) -> PostgresEngine:
        return PostgresEngine()

    def test_says_it_is_down_when_the_answer_takes_too_long(self, engine: PostgresEngine) -> None:
        with locked("search_indexedwork"), pytest.raises(EngineDown) as down:
            engine.find(Query())
        assert down.value.status == 503
        assert engine.find(Query()).total == 0

    def test_whoever_only_looks_waits_for_no_rebuild(self, engine: PostgresEngine) -> None:
        engine.apply(Change(position=5))
        with locked("search_position", "EXCLUSIVE"):
            with pytest.raises(EngineDown):
                engine.position()
            assert engine.position(held=False) == 5

    def test_no_index_takes_the_place_of_the_one_that_is_being_followed(
        self, engine: PostgresEngine
    ) -> None:
        def rebuild() -> None:
            with engine.rebuilding() as fresh:
                fresh.apply(Change(position=3))
            connection.close()

        engine.apply(Change(position=5))
        rebuilding = Thread(target=rebuild)
        with transaction.atomic():
            assert engine.position() == 5
            rebuilding.start()
            rebuilding.join(timeout=0.5)
            assert rebuilding.is_alive()
            engine.apply(Change(position=9))
        rebuilding.join(timeout=20)
        assert engine.position() == 3
