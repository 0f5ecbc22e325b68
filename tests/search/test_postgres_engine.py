import pytest
from django.db import connections

from search.adapters.postgres import PostgresEngine
from search.rules.engine import EngineDown
from search.rules.query import Query
from tests.search.engine_contract import EngineContract


@pytest.mark.django_db(transaction=True)
class TestPostgresEngine(EngineContract):
    @pytest.fixture
    def engine(self, transactional_db: None) -> PostgresEngine:
        return PostgresEngine()

    def test_says_it_is_down_when_the_answer_takes_too_long(self, engine: PostgresEngine) -> None:
        lock = connections.create_connection("default")
        try:
            lock.set_autocommit(False)
            with lock.cursor() as cursor:
                cursor.execute("LOCK TABLE search_indexedwork IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(EngineDown) as down:
                engine.find(Query())
            assert down.value.status == 503
        finally:
            lock.rollback()
            lock.close()
        assert engine.find(Query()).total == 0
