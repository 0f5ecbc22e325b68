"""A work as the index knows it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from media.models import Work
from search.rules.engine import Document
from search.rules.facets import ARTIST, COLOUR, KIND, ORIENTATION, USAGE

T = TypeVar("T")

BATCH = 500


def of(work: Work) -> Document:
    """The document of a published work."""
    assert work.published_at is not None
    return Document(
        id=work.uuid,
        title=work.title,
        description=work.description,
        keywords=tuple(work.keywords),
        artist_name=work.owner.name,
        facets=(
            (KIND.name, work.kind),
            (ORIENTATION.name, work.orientation),
            (USAGE.name, "editorial" if work.editorial else "commercial"),
            *((COLOUR.name, colour) for colour in work.colour_names),
            (ARTIST.name, work.owner.handle),
        ),
        published_at=work.published_at,
    )


def in_batches(works: Iterable[T]) -> Iterator[list[T]]:
    """The works in lists of at most `BATCH`, so that a step of the index stays small."""
    remaining = iter(works)
    while batch := list(islice(remaining, BATCH)):
        yield batch
