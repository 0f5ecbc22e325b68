"""Which engine the site searches with."""

from typing import Any

import pytest

from search.adapters.elasticsearch import ElasticsearchEngine
from search.adapters.postgres import PostgresEngine
from search.services import engines
from stockcoop.env import Elasticsearch
from tests.search import obstacles


class TestCurrent:
    def test_is_elasticsearch_where_an_address_is_given(self, settings: Any) -> None:
        settings.ELASTICSEARCH = None
        assert isinstance(engines.current(), PostgresEngine)
        settings.ELASTICSEARCH = Elasticsearch("http://127.0.0.1:9200", "works")
        assert isinstance(engines.current(), ElasticsearchEngine)


@pytest.mark.django_db
class TestAnswers:
    @pytest.mark.usefixtures("each_engine")
    def test_says_whether_the_engine_is_there(self) -> None:
        assert engines.answers()

    def test_says_when_it_is_not(self, settings: Any) -> None:
        with obstacles.refused() as url:
            settings.ELASTICSEARCH = Elasticsearch(url, "works")
            assert not engines.answers()
