"""Whether the site can serve, and which of its parts do."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from django.core.files.storage import storages
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from operation.services import queue
from search.services import engines

PATIENCE_S = 2.0
_PROBE = "is-it-there"

_migrated = threading.Event()
_asked: dict[str, Future[bool]] = {}
_lock = threading.Lock()


def state(*, at: datetime) -> dict[str, str]:
    """`status` and the state of each part.

    failed: pages cannot be served; degraded: they can, but a part is down. The database is waited
    for as long as PATIENCE_S, and so are all that follow together.
    """
    if not _all({"database": _database})["database"]:
        return {"status": "failed", "database": "down"}
    found = _all(
        {
            "migrations": _is_migrated,
            "search": _search,
            "storage": _storage,
            "queue": lambda: queue.has_workers(at),
        }
    )
    if not found.pop("migrations"):
        return {"status": "failed", "database": "ok", "migrations": "pending"}
    states = {name: "ok" if well else "down" for name, well in found.items()}
    status = "ok" if all(found.values()) else "degraded"
    return {"status": status, "database": "ok", "migrations": "ok", **states}


def _all(checks: dict[str, Callable[[], bool]]) -> dict[str, bool]:
    """What each check says, all at once: False when it fails or takes longer than PATIENCE_S."""
    until = time.monotonic() + PATIENCE_S
    begun = {name: _ask(name, check) for name, check in checks.items()}
    return {name: _answer(asked, until) for name, asked in begun.items()}


def _ask(name: str, check: Callable[[], bool]) -> Future[bool]:
    """Begin a check in a thread. While one of that name goes on, the same is answered to all, so
    that a part which hangs holds one thread, however often somebody asks."""
    with _lock:
        going = _asked.get(name)
        if going is None or going.done():
            going = _asked[name] = Future()
            threading.Thread(target=_run, args=(going, check), name=name, daemon=True).start()
        return going


def _run(asked: Future[bool], check: Callable[[], bool]) -> None:
    try:
        answer = check()
    except Exception:
        # Whatever a part throws when it is ill, it does not answer as it should.
        answer = False
    finally:
        connections.close_all()
    asked.set_result(answer)


def _answer(asked: Future[bool], until: float) -> bool:
    try:
        return asked.result(timeout=max(0, until - time.monotonic()))
    except TimeoutError:
        return False


def _database() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {round(PATIENCE_S * 1000)}")
        cursor.execute("SELECT 1")
    return True


def _is_migrated() -> bool:
    """Asked of the database until it is so once: nobody takes migrations back under a release."""
    if not _migrated.is_set():
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _migrated.set()
    return _migrated.is_set()


def _search() -> bool:
    try:
        return engines.answers()
    except DatabaseError:
        return False


def _storage() -> bool:
    for alias in ("originals", "renditions"):
        storages[alias].exists(_PROBE)
    return True
