"""Searches answered from the index, shown from the database."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from media.models import Work
from search.rules.engine import Count, Engine, Results
from search.rules.query import Query
from search.services import engines
from stockcoop.kernel.meters import SEARCHES

_SUGGESTED = 8


@dataclass(frozen=True)
class Found:
    """A page of results. `works` are published at this moment, whatever the index still says.

    `instead` is a text that finds something, when `query` finds nothing; "" if none is known.
    """

    query: Query
    works: tuple[Work, ...]
    total: int
    counts: dict[str, tuple[Count, ...]]
    instead: str = ""


def find(*, query: Query, engine: Engine | None = None) -> Found:
    """The works that `query` finds. Raises EngineDown."""
    engine = engine or engines.current()
    results = _measured(engine, query)
    instead = _instead(query, engine) if query.text and not results.total else ""
    return Found(query, shown(results.ids), results.total, results.counts, instead)


def similar(*, uuid: UUID, limit: int, engine: Engine | None = None) -> tuple[Work, ...]:
    """Published works most like this one. Raises EngineDown."""
    engine = engine or engines.current()
    return shown(engine.similar(uuid, limit))


def suggest(*, prefix: str, engine: Engine | None = None) -> tuple[str, ...]:
    """How the words begun may go on; for no words, what most works are about. Raises EngineDown."""
    engine = engine or engines.current()
    return engine.suggest(prefix, _SUGGESTED)


def shown(ids: Iterable[UUID]) -> tuple[Work, ...]:
    """The published works among `ids`, in that order, ready to be shown in a gallery."""
    wanted = list(ids)
    works = Work.objects.published().filter(uuid__in=wanted)
    found = {work.uuid: work for work in works.select_related("owner").with_renditions()}
    return tuple(found[uuid] for uuid in wanted if uuid in found)


def _measured(engine: Engine, query: Query) -> Results:
    began = time.perf_counter()
    outcome = "down"
    try:
        results = engine.find(query)
        outcome = "found"
        return results
    finally:
        SEARCHES.labels(outcome).observe(time.perf_counter() - began)


def _instead(query: Query, engine: Engine) -> str:
    better = engine.nearest(query.text)
    return better if better and engine.find(Query(better)).total else ""
