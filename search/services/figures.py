"""How far the index is behind the database."""

from collections.abc import Iterator

from django.db import connection

from media.models import Work
from search.rules.engine import EngineDown
from search.services import engines
from stockcoop.kernel.figures import Figure

_FOR_EVER = 2**63 - 1


def figures() -> Iterator[Figure]:
    """Whether the engine answers, and what it has not read yet."""
    try:
        position = engines.current().position(held=False)
    except EngineDown:
        yield _up(0)
        return
    yield _up(1)
    waiting = Work.objects.changed_between(position, _FOR_EVER)
    yield Figure(
        "stockcoop_search_waiting_works",
        "Works that changed and are not in the index as they are now",
        {(): waiting.count()},
    )
    if (seconds := lag_since(waiting.values_list("change_xid", flat=True).first())) is not None:
        yield Figure(
            "stockcoop_search_lag_seconds",
            "Age of the oldest change that the index has not read",
            {(): seconds},
        )


def _up(value: int) -> Figure:
    return Figure("stockcoop_search_engine_up", "1 when the search engine answers", {(): value})


def lag_since(xid: int | None) -> float | None:
    """Seconds since the transaction `xid` ended; 0 for none.

    None where the server keeps no times of transactions (`track_commit_timestamp`), or not
    this one's any more.
    """
    if xid is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('track_commit_timestamp') = 'on'")
        if not cursor.fetchone()[0]:
            return None
        # A transaction is known by the lower 32 bits of its id.
        cursor.execute(
            "SELECT extract(epoch FROM now() - pg_xact_commit_timestamp(%s::text::xid))",
            [xid % 2**32],
        )
        (seconds,) = cursor.fetchone()
        return None if seconds is None else max(0.0, float(seconds))
