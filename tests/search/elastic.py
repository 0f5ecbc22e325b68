"""Indexes on the real Elasticsearch that a test has to itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from elasticsearch import Elasticsearch as Client

from search.adapters.door import Door, door_to
from search.adapters.elasticsearch import ElasticsearchEngine
from stockcoop.env import Elasticsearch
from tests.servers import address


@contextmanager
def fresh() -> Iterator[Elasticsearch]:
    """An address with an alias that nobody else uses; its indexes are removed at the end."""
    given = Elasticsearch(address("ELASTICSEARCH_URL"), f"test{token_hex(6)}")
    try:
        yield given
    finally:
        with Client(given.url) as client:
            # By name: servers refuse to remove by pattern.
            for name in client.indices.get(index=f"{given.index}-*").body:
                client.indices.delete(index=name)


def engine_of(given: Elasticsearch, door: Door | None = None) -> ElasticsearchEngine:
    """The engine there, as another process would have it: nothing read yet."""
    return ElasticsearchEngine(door or door_to(given.url), given.index)


def versions_of(given: Elasticsearch) -> dict[str, list[str]]:
    """The names of all versions, with their aliases."""
    with Client(given.url) as client:
        found = client.indices.get(index=f"{given.index}-*", features="aliases").body
    return {name: sorted(described["aliases"]) for name, described in found.items()}
