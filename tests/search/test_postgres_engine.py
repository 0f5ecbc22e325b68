import pytest

from search.adapters.postgres import PostgresEngine
from search.rules.engine import EngineDown
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
