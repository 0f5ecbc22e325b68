"""The index catches up with the works that changed."""

from django.db import transaction

from media.models import Work
from search.rules.engine import Change, Engine
from search.services import documents, engines, turns
from search.services.rebuild import rebuild

_FOR_EVER = 2**63 - 1


@transaction.atomic
def follow(*, engine: Engine | None = None) -> int:
    """Bring the index up to date; how many changed works that took. Twice is once.

    Everything visible is read, but the position only moves up to the horizon: a transaction
    that commits later than its neighbours is read the next time. Nothing is done while another
    process follows. A position beyond the horizon comes from another database server, whose
    transaction ids say nothing here (one was restored elsewhere): then the index is rebuilt.
    """
    engine = engine or engines.current()
    if not turns.is_free():
        return 0
    horizon = Work.objects.horizon()
    position = engine.position()
    if position > horizon:
        return rebuild(engine=engine)
    works = Work.objects.changed_between(position, _FOR_EVER).select_related("owner")
    seen = 0
    for batch in documents.in_batches(works.iterator(chunk_size=documents.BATCH)):
        engine.apply(_change(batch, min(horizon, batch[-1].change_xid)))
        seen += len(batch)
    if seen:
        engine.apply(Change(position=horizon))
    return seen


def _change(works: list[Work], position: int) -> Change:
    return Change(
        position=position,
        put=tuple(documents.of(work) for work in works if work.is_published),
        drop=tuple(work.uuid for work in works if not work.is_published),
    )
