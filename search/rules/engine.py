"""What every search engine must do. Contract suite: tests/search/engine_contract.py."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from search.rules.fold import fold, tidy
from search.rules.query import Query
from stockcoop.kernel import canonical
from stockcoop.kernel.errors import Refused

MOST_COUNTS = 12  # values that an open facet lists, the chosen ones always among them


class EngineDown(Refused):
    """The engine does not answer, or not in time. Publishing and buying go on without it."""

    def __init__(self, message: str = "Search is resting for a moment.") -> None:
        super().__init__(message, status=503)


@dataclass(frozen=True)
class Document:
    """What the index knows of a published work.

    `facets` are (facet name, value) pairs, the shape of `Query.chosen`; a work may have several
    values of a facet, as with colours. `published_at` is aware.
    """

    id: UUID
    title: str
    description: str
    keywords: tuple[str, ...]
    artist_name: str
    facets: tuple[tuple[str, str], ...]
    published_at: datetime

    def digest(self) -> str:
        """SHA-256 (hex) over everything above: equal documents, equal digests."""
        return canonical.digest(
            {
                "id": str(self.id),
                "title": self.title,
                "description": self.description,
                "keywords": list(self.keywords),
                "artist_name": self.artist_name,
                "facets": [list(pair) for pair in sorted(self.facets)],
                "published_at": self.published_at.astimezone(UTC).isoformat(),
            }
        )

    def phrases(self) -> dict[str, str]:
        """Keywords and title, by their folded form: what may be suggested."""
        said = (tidy(phrase).lower() for phrase in (*self.keywords, self.title))
        return {fold(phrase): phrase for phrase in said if fold(phrase)}


@dataclass(frozen=True)
class Change:
    """A step of the index: documents to put (new or whole again), ids to drop (known or not).

    `position` is how far in the database's history the index has then come.
    """

    position: int
    put: tuple[Document, ...] = ()
    drop: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Count:
    value: str
    works: int


@dataclass(frozen=True)
class Results:
    """One page of ids in order, the total over all pages, and counts per facet name.

    A facet's counts are narrowed by the text and the other facets, never by its own choice: they
    say what choosing another value would find. Only values with works are listed (chosen values
    of an open facet with 0 too), most works first, then by value.
    """

    ids: tuple[UUID, ...]
    total: int
    counts: dict[str, tuple[Count, ...]]


class Fresh(Protocol):
    """An index that is being filled and not searched yet."""

    def apply(self, change: Change) -> None:
        """Apply `change`."""


class Engine(Protocol):
    """An index over documents. Every method raises EngineDown when the engine does not answer."""

    def position(self, *, held: bool = True) -> int:
        """The position of the last change applied; 0 when there was none. Lives with the index,
        so an index that is lost, emptied or restored knows itself what it has missed.

        Whoever only looks asks for it not `held`, and waits for nobody who writes.
        """

    def apply(self, change: Change) -> None:
        """Apply `change`; its effects are found when this returns. Twice is once.

        Where `position` was asked before, only to the index that answered: raises EngineDown if
        another has taken its place, since what was counted from the one says nothing of the other.
        """

    def rebuilding(self) -> AbstractContextManager[Fresh]:
        """An empty index to fill, which takes the place of this one when the block ends well.
        Until then, and after an exception, searches are answered from the old one."""

    def find(self, query: Query) -> Results:
        """Words must all be there, in any field, stemmed, accents aside; "a phrase" in order;
        -word not. Relevance: title before keywords and artist before description, a keyword or
        title that is exactly the text first. Ties, and newest: latest published, then id."""

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Keywords and titles that start with `prefix`, distinct, the most frequent first; of all
        there are when it is empty."""

    def nearest(self, text: str) -> str:
        """`text` with each word the index lacks replaced by the likeliest one meant; "" if no
        better text is known."""

    def similar(self, id: UUID, limit: int) -> tuple[UUID, ...]:
        """The documents most like this one, itself excepted; none when it is not indexed."""

    def contents(self) -> Iterator[tuple[UUID, str]]:
        """Id and digest of every document, in order of id."""
