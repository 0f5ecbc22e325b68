"""How fast the engines answer: `python -m bench.search [documents] [folder of a catalogue]`.

Both engines get the same documents (100,000 unless told, invented unless there is a catalogue) on
servers of their own, started for this. Typical requests are made once to warm up and then three
times on each engine in turn. Prints milliseconds and, as its last line, all figures as JSON.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path
from uuid import UUID

import django
from django.core.management import call_command
from django.db import connection

from bench.documents import documents, tellings
from search.adapters.door import door_to
from search.adapters.elasticsearch import ElasticsearchEngine
from search.adapters.postgres import PostgresEngine
from search.rules.engine import Change, Document, Engine, EngineDown
from search.rules.query import Query, Sort
from services import elasticsearch, postgres
from services.processes import Processes

_ROUNDS = 3
_BATCH = 1000

Engines = dict[str, Engine]
Figures = dict[str, float]
Request = Callable[[Engine], object]


@dataclass(frozen=True)
class Sample:
    """What is asked for: texts from the most frequent words to whole phrases, and some works."""

    texts: tuple[str, ...]
    prefixes: tuple[str, ...]
    ids: tuple[UUID, ...]

    def queries(self) -> Iterator[Query]:
        for text in ("", *self.texts):
            yield Query(text)
            yield Query(text, (("orientation", "landscape"),))
            yield Query(text, (("colour", "blue"), ("colour", "teal"), ("kind", "photo")))
            yield Query(text, (("artist", "artist-001"),), Sort.NEWEST)
            yield Query(text, (("usage", "commercial"), ("colour", "red")), page=3)

    def requests(self) -> dict[str, list[Request]]:
        return {
            "find": [methodcaller("find", query) for query in self.queries()],
            "suggest": [methodcaller("suggest", prefix, 8) for prefix in self.prefixes],
            "similar": [methodcaller("similar", id, 12) for id in self.ids],
        }


def main(count: int, catalogue: Path | None) -> None:
    """Start, fill, ask, print, stop."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, Processes(Path(name)) as processes:
        Path(name).chmod(0o755)  # PostgreSQL runs as another user
        elasticsearch.prepare()
        os.environ |= postgres.start(processes, Path(name) / "postgres")
        address = elasticsearch.start(processes, Path(name) / "elasticsearch")["ELASTICSEARCH_URL"]
        os.environ |= {"DJANGO_SETTINGS_MODULE": "stockcoop.settings", "DEBUG": "1", "VAR": name}
        django.setup()
        call_command("migrate", "search", verbosity=0)
        engines: Engines = {
            "postgres": PostgresEngine(),
            "elasticsearch": ElasticsearchEngine(door_to(address), "works"),
        }
        _compare(engines, list(documents(count, catalogue)))


def _compare(engines: Engines, given: list[Document]) -> None:
    figures: dict[str, Figures] = {name: {} for name in engines}
    for name, engine in engines.items():
        start = time.perf_counter()
        _fill(engine, given)
        figures[name]["fill_s"] = round(time.perf_counter() - start, 1)
    sample = _sample(given)
    for what, requests in sample.requests().items():
        for name, times in _milliseconds(engines, requests).items():
            figures[name][f"{what}_p50_ms"] = _part(times, 0.5)
            figures[name][f"{what}_p95_ms"] = _part(times, 0.95)
    for figure in figures["postgres"]:
        row = "".join(f"{name} {figures[name][figure]:>8}   " for name in engines)
        print(f"{figure:16} {row}")
    same = _same_totals(engines, sample)
    print(f"The engines find equally many works in {same} % of the searches.")
    print(json.dumps({"documents": len(given), "same_total_percent": same, **figures}))


def _fill(engine: Engine, given: list[Document]) -> None:
    with engine.rebuilding() as fresh:
        for start in range(0, len(given), _BATCH):
            fresh.apply(Change(position=1, put=tuple(given[start : start + _BATCH])))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE search_indexedwork, search_phrase")


def _sample(given: list[Document]) -> Sample:
    counted: Counter[str] = Counter()
    for document in given:
        counted.update(set(tellings(document.title)))
    words = [word for word, _ in counted.most_common(2000)]
    some = random.Random(2).sample(given, 40)
    titles = [title for each in some if len(title := tellings(each.title)) > 1]
    pairs = [f"{title[0]} {title[-1]}" for title in titles[:8]]
    beginnings = [" ".join(each.title.split()[:2]) for each in some[:8]]
    phrases = [f'"{beginning}"' for beginning in beginnings if '"' not in beginning]
    without = [f"{words[0]} -{word}" for word in words[1:3]]
    texts = [*words[:10], *words[100:110], *words[-10:], *pairs, *phrases, *without]
    prefixes = ["", *(word[:length] for word in words[:60:6] for length in (1, 2, 4))]
    return Sample(tuple(texts), tuple(prefixes), tuple(each.id for each in some))


def _milliseconds(engines: Engines, requests: list[Request]) -> dict[str, list[float]]:
    """How long each request took, by engine, once the engines have seen them all."""
    times: dict[str, list[float]] = {name: [] for name in engines}
    for lap in range(_ROUNDS + 1):
        for request in requests:
            for name, engine in engines.items():
                start = time.perf_counter()
                with suppress(EngineDown):  # too late for a buyer; it counts with what it took
                    request(engine)
                if lap:
                    times[name].append((time.perf_counter() - start) * 1000)
    return times


def _part(times: Iterable[float], part: float) -> float:
    ranked = sorted(times)
    return round(ranked[min(int(len(ranked) * part), len(ranked) - 1)], 1)


def _same_totals(engines: Engines, sample: Sample) -> float:
    totals = [{_total(each, query) for each in engines.values()} for query in sample.queries()]
    same = [len(total) == 1 for total in totals]
    return round(100 * sum(same) / len(same), 1)


def _total(engine: Engine, query: Query) -> int:
    for _ in range(5):
        with suppress(EngineDown):
            return engine.find(query).total
        time.sleep(2)
    return engine.find(query).total


if __name__ == "__main__":
    count, folder = [*sys.argv[1:], "", ""][:2]
    main(int(count or 100_000), Path(folder) if folder else None)
