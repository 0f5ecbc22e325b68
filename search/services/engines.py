"""Which engine the site searches with."""

from django.conf import settings

from search.adapters.door import door_to
from search.adapters.elasticsearch import ElasticsearchEngine
from search.adapters.postgres import PostgresEngine
from search.rules.engine import Engine, EngineDown


def current() -> Engine:
    """The engine of this set-up: Elasticsearch where its address is given, else PostgreSQL."""
    if settings.ELASTICSEARCH:
        return ElasticsearchEngine(
            door_to(settings.ELASTICSEARCH.url), settings.ELASTICSEARCH.index
        )
    return PostgresEngine()


def answers() -> bool:
    """Whether the engine answers at this moment; without it everything but searching works."""
    try:
        current().suggest("", 1)
    except EngineDown:
        return False
    return True
