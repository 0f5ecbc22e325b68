"""How fast the engine answers: `.venv/bin/python -m bench.search [documents]` (100,000 by itself).

Fills the index with invented documents, asks typical searches twice and prints the milliseconds
of the second time, then takes everything back: all of it is one transaction, rolled back.
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockcoop.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 (after setup)

from search.adapters.postgres import PostgresEngine  # noqa: E402
from search.rules.engine import Change, Document  # noqa: E402
from search.rules.facets import ARTIST, FACETS  # noqa: E402
from search.rules.query import Query, Sort  # noqa: E402

_START = datetime(2020, 1, 1, tzinfo=UTC)
_SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo"]
WORDS = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]
# As in captions without their stop words: the most frequent word is in a quarter of them.
_FREQUENCY = list(accumulate(1 / (30 + rank) for rank in range(1, len(WORDS) + 1)))


def _documents(count: int, dice: random.Random) -> Iterator[Document]:
    for _ in range(count):
        words = dice.choices(WORDS, cum_weights=_FREQUENCY, k=40)
        artist = f"artist-{int(dice.paretovariate(0.8)) % 800:03}"
        facets = [
            (facet.name, option.value)
            for facet in FACETS
            if not facet.is_open
            for option in dice.sample(facet.options, 1 if len(facet.options) < 4 else 2)
        ]
        yield Document(
            id=UUID(int=dice.getrandbits(128)),
            title=" ".join(words[:6]),
            description=" ".join(words[6:22]),
            keywords=tuple(dict.fromkeys(words[22:])),
            artist_name=artist,
            facets=(*facets, (ARTIST.name, artist)),
            published_at=_START + timedelta(seconds=dice.randrange(10**8)),
        )


def _queries() -> Iterator[Query]:
    texts = ["", *WORDS[:10], *WORDS[50:60], f"{WORDS[1]} {WORDS[5]}", f'"{WORDS[0]} {WORDS[1]}"']
    for text in texts:
        yield Query(text)
        yield Query(text, (("orientation", "landscape"),))
        yield Query(text, (("colour", "blue"), ("colour", "teal"), ("kind", "photo")))
        yield Query(text, (("artist", "artist-001"),), Sort.NEWEST)
        yield Query(text, (("usage", "commercial"), ("colour", "red")), page=3)


def _fill(engine: PostgresEngine, count: int) -> None:
    batch: list[Document] = []
    with engine.rebuilding() as fresh:
        for document in _documents(count, random.Random(1)):  # noqa: S311 (no secret)
            batch.append(document)
            if len(batch) == 1000:
                fresh.apply(Change(position=1, put=tuple(batch)))
                batch = []
        fresh.apply(Change(position=1, put=tuple(batch)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_indexedwork, search_phrase")


def _milliseconds(engine: PostgresEngine, query: Query) -> float:
    engine.find(query)
    start = time.perf_counter()
    engine.find(query)
    return (time.perf_counter() - start) * 1000


def main(count: int) -> None:
    """Fill, ask, print, take back."""
    engine = PostgresEngine()
    with transaction.atomic():
        start = time.perf_counter()
        _fill(engine, count)
        print(f"{count} documents indexed in {time.perf_counter() - start:.0f} s")
        times = sorted((_milliseconds(engine, query), query.url()) for query in _queries())
        for name, place in (("half", 0.5), ("19 of 20", 0.95), ("all", 1.0)):
            took, url = times[min(int(len(times) * place), len(times) - 1)]
            print(f"{name} of {len(times)} searches within {took:.0f} ms (?{url})")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
