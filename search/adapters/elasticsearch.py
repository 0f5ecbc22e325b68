"""The engine of a site with many works: Elasticsearch 8."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

from elasticsearch import Elasticsearch, NotFoundError, helpers
from elasticsearch.dsl import Search

from search.adapters import queries, versions
from search.adapters.door import HASTE, LABOUR, PATIENCE, Door
from search.adapters.mapping import written
from search.rules.engine import Change, EngineDown, Results
from search.rules.fold import fold
from search.rules.query import Query

_ALIKE_BY = 8  # of the rarest phrases of a work: "people" says nothing of what is alike
_SURVEYED = 50  # suggestions that are ranked
_AT_ONCE = 2_000  # documents read in one step
# Bodies stay small and the server may ask for a pause: it is never given more than it can take.
_BULK: dict[str, Any] = {
    "chunk_size": 500,
    "max_chunk_bytes": 5_000_000,
    "max_retries": 6,
    "initial_backoff": 0.5,
    "max_backoff": 15,
}

log = logging.getLogger(__name__)


class ElasticsearchEngine:
    """`Engine` on versions of an index behind one alias.

    What `apply` writes goes to the version whose position was read last: a position that was read
    from one version is never written into another, which knows less.
    """

    def __init__(self, door: Door, alias: str) -> None:
        self._door = door
        self._alias = alias
        self._version = ""

    def position(self, *, held: bool = True) -> int:
        with self._door.open(PATIENCE) as client:
            version = versions.behind(client, self._alias)
        self._version = version.name if version else ""
        return version.position if version else 0

    def apply(self, change: Change) -> None:
        with self._door.open(LABOUR) as client:
            version = self._version or self._make_sure(client)
            try:
                _write(client, version, change)
                client.indices.refresh(index=versions.writing(version))
                versions.move(client, version, change.position)
            except NotFoundError as error:
                self._version = ""
                raise EngineDown("The index was replaced meanwhile.") from error

    @contextmanager
    def rebuilding(self) -> Iterator["FreshVersion"]:
        with self._door.open(LABOUR) as client:
            version = versions.create(client, self._alias)
        try:
            yield FreshVersion(self._door, version)
        except BaseException:
            with suppress(EngineDown), self._door.open(PATIENCE) as client:
                versions.remove(client, [version])
            raise
        with self._door.open(LABOUR) as client:
            client.indices.refresh(index=version)
            replaced = versions.replaced(client, self._alias, version)
            versions.switch(client, self._alias, version)
            versions.remove(client, replaced)
        self._version = ""

    def find(self, query: Query) -> Results:
        # The same words are looked up in the same copy of the index, so that pages fit together.
        copy = hashlib.sha256(query.text.encode()).hexdigest()[:16]
        answer = self._ask(queries.page(query), PATIENCE, copy=copy)
        ids = tuple(UUID(hit["_id"]) for hit in answer["hits"]["hits"])
        return Results(ids, answer["hits"]["total"]["value"], queries.counts(query, answer))

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        search: Search[Any] = Search()
        options: dict[str, Any] = {"field": "suggestions", "size": _SURVEYED + limit}
        if folded := fold(prefix):
            search = search.filter("prefix", suggestions=folded)
            options["include"] = queries.starting_with(folded)
        search.aggs.bucket("phrases", "terms", **options)
        answer = self._ask(search.extra(size=0), HASTE)
        return queries.suggested(answer)[:limit]

    def nearest(self, text: str) -> str:
        said = fold(text).split()
        search: Search[Any] = Search().extra(size=0)
        known = {str(place): queries.words(word) for place, word in enumerate(said)}
        search.aggs.bucket("known", "filters", filters=known)
        for place, word in enumerate(said):
            like = {"field": "spelling", "size": 1, "min_word_length": 3}
            search = search.suggest(str(place), word, term=like)
        answer = self._ask(search, PATIENCE) if said else {}
        meant = [queries.meant(answer, str(place), word) for place, word in enumerate(said)]
        return " ".join(meant) if meant != said else ""

    def similar(self, id: UUID, limit: int) -> tuple[UUID, ...]:
        search: Search[Any] = Search().query(
            "more_like_this",
            fields=["phrases"],
            like=[{"_id": str(id)}],
            min_term_freq=1,
            min_doc_freq=2,
            max_query_terms=_ALIKE_BY,
            minimum_should_match="1",
        )
        search = search.sort("_score", *queries.LATEST)
        answer = self._ask(search.extra(size=limit).source(False), HASTE)
        return tuple(UUID(hit["_id"]) for hit in answer["hits"]["hits"])

    def contents(self) -> Iterator[tuple[UUID, str]]:
        with self._door.open(LABOUR) as client:
            try:
                point = client.open_point_in_time(index=self._alias, keep_alive="5m")["id"]
            except NotFoundError:
                return
        last: list[Any] = []
        while hits := self._after(point, last):
            for hit in hits:
                yield UUID(hit["_id"]), hit["fields"]["digest"][0]
            last = hits[-1]["sort"]
        with self._door.open(LABOUR) as client:
            client.close_point_in_time(id=point)

    def _after(self, point: str, last: list[Any]) -> list[dict[str, Any]]:
        """The next hits of a point in time, in order of id."""
        with self._door.open(LABOUR) as client:
            answer = client.search(
                pit={"id": point, "keep_alive": "5m"},
                sort=[{"id": "asc"}],
                search_after=last or None,
                size=_AT_ONCE,
                docvalue_fields=[{"field": "digest"}],
                source=False,
                track_total_hits=False,
            )
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits

    def _ask(self, search: Search[Any], seconds: float, copy: str | None = None) -> Any:
        """The answer to a search; that of an empty index where there is none yet."""
        with self._door.open(seconds) as client:
            answer = client.search(
                index=self._alias,
                body=search.to_dict(),
                preference=copy,
                ignore_unavailable=True,
                allow_partial_search_results=False,
            ).body
        if answer["timed_out"]:
            raise EngineDown
        return answer

    def _make_sure(self, client: Elasticsearch) -> str:
        """The version that is searched, an empty one if there is none."""
        if found := versions.behind(client, self._alias):
            return found.name
        name = versions.create(client, self._alias)
        versions.switch(client, self._alias, name)
        return name


class FreshVersion:
    """A version that is being filled: nobody searches it, so nothing has to be found at once."""

    def __init__(self, door: Door, version: str) -> None:
        self._door = door
        self._version = version
        self._position = 0

    def apply(self, change: Change) -> None:
        with self._door.open(LABOUR) as client:
            _write(client, self._version, change)
            if change.position != self._position:
                versions.move(client, self._version, change.position)
        self._position = change.position


def _write(client: Elasticsearch, version: str, change: Change) -> None:
    """Put and drop the documents of `change`, found after the next refresh.

    Raises NotFoundError when the version is no longer there.
    """
    target = versions.writing(version)
    puts = ({"_id": str(each.id), **written(each)} for each in change.put)
    drops = ({"_op_type": "delete", "_id": str(id)} for id in change.drop)
    done = helpers.streaming_bulk(
        client, [*drops, *puts], index=target, require_alias=True, raise_on_error=False, **_BULK
    )
    for fine, answer in done:
        fault = next(iter(answer.values()))
        if not fine and "error" in fault:
            _refused(fault)


def _refused(fault: dict[str, Any]) -> None:
    """A document was not taken; what it says stays out of the log."""
    kind = fault["error"].get("type", "") if isinstance(fault["error"], dict) else ""
    if kind == "index_not_found_exception":
        raise EngineDown("The index was replaced meanwhile.")
    log.error("Elasticsearch refused a document: %s %s", fault["status"], kind)
    raise EngineDown("The index did not take a document.")
