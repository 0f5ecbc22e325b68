"""Documents to search in: a catalogue of real captions and titles, or invented ones."""

import csv
import gzip
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from search.rules.engine import Document
from search.rules.facets import ARTIST, FACETS

_START = datetime(2020, 1, 1, tzinfo=UTC)
_SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo"]
_WORDS = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]
# As in captions without their stop words: the most frequent word is in a quarter of them.
_FREQUENCY = list(accumulate(1 / (30 + rank) for rank in range(1, len(_WORDS) + 1)))
_TELLING = re.compile(r"[a-z]{4,}")
_ARTISTS = 800


class Said(NamedTuple):
    """What is said of a picture."""

    title: str
    description: str
    keywords: tuple[str, ...]


def documents(count: int, catalogue: Path | None) -> Iterator[Document]:
    """At most `count` documents, the same ones every time."""
    dice = random.Random(1)
    said = _catalogue(catalogue) if catalogue else _invented(dice)
    return (_document(each, dice) for each in islice(said, count))


def _document(said: Said, dice: random.Random) -> Document:
    artist = f"artist-{int(dice.paretovariate(0.8)) % _ARTISTS:03}"
    facets = [
        (facet.name, option.value)
        for facet in FACETS
        if not facet.is_open
        for option in dice.sample(facet.options, 1 if len(facet.options) < 4 else 2)
    ]
    return Document(
        id=UUID(int=dice.getrandbits(128)),
        title=said.title[:200],
        description=said.description,
        keywords=said.keywords[:50],
        artist_name=artist,
        facets=(*facets, (ARTIST.name, artist)),
        published_at=_START + timedelta(seconds=dice.randrange(10**8)),
    )


def _invented(dice: random.Random) -> Iterator[Said]:
    while True:
        words = dice.choices(_WORDS, cum_weights=_FREQUENCY, k=40)
        yield Said(" ".join(words[:6]), " ".join(words[6:22]), tuple(dict.fromkeys(words[22:])))


def _catalogue(folder: Path) -> Iterator[Said]:
    """Captions of photographs first, then artworks, then pictures out of books."""
    return chain(
        _captions(folder / "coco_val2017_captions.jsonl.gz"),
        _alternatives(folder / "gcc_validation.tsv.gz"),
        _artworks(folder / "tate_artworks.jsonl.gz"),
        _books(folder / "bl_images.tsv.gz"),
    )


def _captions(path: Path) -> Iterator[Said]:
    for line in _lines(path):
        first, *others = json.loads(line)["captions"]
        yield Said(first, " ".join(others), tellings(" ".join([first, *others])))


def _alternatives(path: Path) -> Iterator[Said]:
    for line in _lines(path):
        caption = line.split("\t")[0]
        yield Said(caption, "", tellings(caption))


def _artworks(path: Path) -> Iterator[Said]:
    for line in _lines(path):
        work = json.loads(line)
        described = ". ".join(work.get(name) or "" for name in ("artists", "medium", "credit"))
        keywords = tuple(dict.fromkeys(work.get("keywords") or ()))
        yield Said(work.get("title") or "", described, keywords)


def _books(path: Path) -> Iterator[Said]:
    for row in csv.DictReader(_lines(path), delimiter="\t"):
        described = f"{row['first_author']} {row['publisher']} {row['pubplace']} {row['date']}"
        yield Said(row["title"], described, tellings(row["title"]))


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def tellings(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_TELLING.findall(text.lower())))
