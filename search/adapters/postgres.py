"""The engine that is always there: PostgreSQL's own full text search."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction

from search.adapters import statements as sql
from search.rules.engine import MOST_COUNTS, Change, Count, Document, EngineDown, Results
from search.rules.facets import FACETS, Facet
from search.rules.fold import fold
from search.rules.query import PAGE_SIZE, Query, Sort

Counts = dict[str, list[Count]]

PATIENCE = 2_000  # milliseconds that a buyer may have to wait
LABOUR = 600_000  # milliseconds that a step of the index may take


class PostgresEngine:
    """`Engine` on the tables of `search.models`, in the database of the works."""

    def position(self, *, held: bool = True) -> int:
        """Held, no other index takes this one's place before the transaction ends."""
        with _cursor(PATIENCE) as cursor:
            cursor.execute(sql.HELD_POSITION if held else sql.POSITION)
            row = cursor.fetchone()
            return int(row[0]) if row else 0

    def apply(self, change: Change) -> None:
        with _cursor(LABOUR) as cursor:
            _take_turn(cursor)
            _drop(cursor, [*change.drop, *(document.id for document in change.put)])
            _put(cursor, change.put)
            cursor.execute("UPDATE search_position SET xid = %s", [change.position])

    @contextmanager
    def rebuilding(self) -> Iterator["PostgresEngine"]:
        """All in one transaction: readers see the old rows until it ends."""
        with _cursor(LABOUR) as cursor:
            _take_turn(cursor)
            cursor.execute("DELETE FROM search_indexedwork")
            cursor.execute("DELETE FROM search_phrase")
            cursor.execute("UPDATE search_position SET xid = 0")
            yield self

    def find(self, query: Query) -> Results:
        with _cursor(PATIENCE) as cursor:
            ids = _page(cursor, query)
            total, counted = _counted(cursor, query)
            for facet in query.facets():
                _, apart = _counted(cursor, query, but=facet)
                counted[facet.name] = apart[facet.name]
        return Results(
            ids, total, {facet.name: _listed(query, facet, counted[facet.name]) for facet in FACETS}
        )

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        escaped = fold(prefix).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        with _cursor(PATIENCE) as cursor:
            cursor.execute(sql.SUGGEST, {"pattern": f"{escaped}%", "limit": limit})
            return tuple(shown for (shown,) in cursor.fetchall())

    def nearest(self, text: str) -> str:
        words = fold(text).split()
        with _cursor(PATIENCE) as cursor:
            meant = [_meant(cursor, word) for word in words]
        return " ".join(meant) if meant != words else ""

    def similar(self, id: UUID, limit: int) -> tuple[UUID, ...]:
        with _cursor(PATIENCE) as cursor:
            cursor.execute(sql.SIMILAR, {"id": id, "limit": limit})
            return tuple(other for (other,) in cursor.fetchall())

    def contents(self) -> Iterator[tuple[UUID, str]]:
        with _cursor(LABOUR) as cursor:
            cursor.execute("SELECT id, digest FROM search_indexedwork ORDER BY id")
            yield from cursor.fetchall()


@contextmanager
def _cursor(milliseconds: int) -> Iterator[Any]:
    """A cursor in a transaction whose statements end in time. Raises EngineDown if they do not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _limit(cursor, milliseconds)
            yield cursor
            _limit(cursor, 0)
    except (OperationalError, InterfaceError) as error:
        raise EngineDown from error


def _limit(cursor: Any, milliseconds: int) -> None:
    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])


def _take_turn(cursor: Any) -> None:
    """Wait for whoever else is writing: the counts of phrases allow one at a time."""
    cursor.execute("INSERT INTO search_position (id, xid) VALUES (1, 0) ON CONFLICT DO NOTHING")
    cursor.execute("SELECT xid FROM search_position FOR UPDATE")


def _drop(cursor: Any, ids: list[UUID]) -> None:
    cursor.execute(sql.DROP_DOCUMENTS, {"ids": ids})
    lessened = [folded for (folded,) in cursor.fetchall()]
    cursor.execute(sql.DROP_PHRASES, {"folded": lessened})


def _put(cursor: Any, documents: tuple[Document, ...]) -> None:
    phrases = {document.id: document.phrases() for document in documents}
    rows = [
        {
            "id": str(document.id),
            "digest": document.digest(),
            "published_at": document.published_at.isoformat(),
            "phrases": list(phrases[document.id]),
            "terms": [f"{name}:{value}" for name, value in document.facets],
            "title": document.title,
            "keywords": document.keywords,
            "artist_name": document.artist_name,
            "description": document.description,
        }
        for document in documents
    ]
    shown = [
        {"folded": folded, "shown": shown}
        for each in phrases.values()
        for folded, shown in each.items()
    ]
    cursor.execute(sql.ADD_DOCUMENTS, {"documents": json.dumps(rows)})
    cursor.execute(sql.ADD_PHRASES, {"phrases": json.dumps(shown)})


def _where(query: Query, but: Facet | None = None) -> tuple[str, dict[str, Any]]:
    """The condition of `query`, and its parameters; without the choice of the facet `but`."""
    parts = ["true"]
    given: dict[str, Any] = {"text": query.text, "folded": fold(query.text).strip('"')}
    if query.text:
        parts.append(sql.MATCHES_TEXT)
    for facet in query.facets():
        if facet != but:
            parts.append(f"terms && %({facet.name})s")
            given[facet.name] = [f"{facet.name}:{value}" for value in query.values(facet)]
    return " AND ".join(parts), given


def _page(cursor: Any, query: Query) -> tuple[UUID, ...]:
    where, given = _where(query)
    order = sql.BY_RANK if query.sort is Sort.RELEVANCE else ""
    cursor.execute(
        sql.PAGE.format(where=where, order=order),
        {**given, "limit": PAGE_SIZE, "offset": query.offset},
    )
    return tuple(id for (id,) in cursor.fetchall())


def _counted(cursor: Any, query: Query, but: Facet | None = None) -> tuple[int, Counts]:
    """How many documents there are, and how many with which value of which facet.

    With `but`: without the choice of that facet, and its values only.
    """
    where, given = _where(query, but)
    prefix = f"{but.name}:%" if but else "%"
    cursor.execute(sql.COUNTS.format(where=where), {**given, "prefix": prefix})
    total = 0
    counted: Counts = {facet.name: [] for facet in FACETS}
    for term, works in cursor.fetchall():
        name, _, value = term.partition(":")
        if name in counted:
            counted[name].append(Count(value, works))
        elif not term:
            total = works
    return total, counted


def _listed(query: Query, facet: Facet, counts: list[Count]) -> tuple[Count, ...]:
    """The counts worth a line on the page: all, or the first few of an open facet."""
    ranked = sorted(counts, key=lambda count: (-count.works, count.value))
    if not facet.is_open:
        return tuple(ranked)
    chosen = query.values(facet)
    first = [count for i, count in enumerate(ranked) if i < MOST_COUNTS or count.value in chosen]
    absent = set(chosen) - {count.value for count in first}
    return (*first, *(Count(value, 0) for value in sorted(absent)))


def _meant(cursor: Any, word: str) -> str:
    """`word` if anything has it, else the likeliest word to have been meant, else `word`."""
    cursor.execute(sql.IS_KNOWN, {"word": word})
    if cursor.fetchone()[0]:
        return word
    cursor.execute(sql.NEAREST_WORD, {"word": word})
    row = cursor.fetchone()
    return row[0] if row else word
