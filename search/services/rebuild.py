"""The index made anew from the database, and compared with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from media.models import Work
from search.rules.engine import Change, Document, Engine
from search.services import documents, engines, turns


def rebuild(*, engine: Engine | None = None) -> int:
    """Fill a new index and put it in the old one's place; how many works it holds.

    Its position is that of the beginning: what changes meanwhile is followed afterwards.
    """
    engine = engine or engines.current()
    horizon = Work.objects.horizon()
    works = 0
    with engine.rebuilding() as fresh:
        for batch in documents.in_batches(_published()):
            fresh.apply(Change(position=0, put=tuple(batch)))
            works += len(batch)
        fresh.apply(Change(position=horizon))
    return works


@dataclass(frozen=True)
class Difference:
    """A work whose document is not what the database says; `document` None: has none to have."""

    id: UUID
    document: Document | None
    sentence: str


def differences(*, engine: Engine | None = None) -> Iterator[Difference]:
    """Where index and database differ, one by one."""
    engine = engine or engines.current()
    indexed = dict(engine.contents())
    for document in _published():
        digest = indexed.pop(document.id, None)
        if digest is None:
            said = f"Work {document.id} is published, but not in the index."
            yield Difference(document.id, document, said)
        elif digest != document.digest():
            said = f"Work {document.id} has changed, but not in the index."
            yield Difference(document.id, document, said)
    for id in indexed:
        yield Difference(id, None, f"Work {id} is in the index, but not published.")


@transaction.atomic
def mend(*, engine: Engine | None = None) -> int:
    """Take every difference away; how many there were.

    Finds what no work tells of: an artist's new name, an index that was altered by hand.
    """
    engine = engine or engines.current()
    turns.wait()
    position = engine.position()
    mended = 0
    for batch in documents.in_batches(differences(engine=engine)):
        put = tuple(each.document for each in batch if each.document)
        drop = tuple(each.id for each in batch if not each.document)
        engine.apply(Change(position=position, put=put, drop=drop))
        mended += len(batch)
    return mended


def _published() -> Iterator[Document]:
    works = Work.objects.published().select_related("owner").order_by("pk")
    return (documents.of(work) for work in works.iterator(chunk_size=documents.BATCH))
