"""Whether the site can serve, and which of its parts do."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from django.core.files.storage import storages
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from operation.services import queue
from search.rules.engine import EngineDown
from search.services import engines

PATIENCE_S = 2.0
_PROBE = "is-it-there"

_migrated = threading.Event()
_asked: dict[str, Future[bool]] = {}
_lock = threading.Lock()


def state(*, at: datetime) -> dict[str, str]:
    """`status` and the state of each part.

    failed: pages cannot be served; degraded: they can, but a part is down. No part is waited for
    longer than PATIENCE_S.
    """
    parts = {"database": "ok" if within("database", _database) else "down"}
    if parts["database"] == "down":
        return {"status": "failed", **parts}
    if not within("migrations", _is_migrated):
        return {"status": "failed", **parts, "migrations": "pending"}
    lesser: dict[str, Callable[[], bool]] = {
        "search": _search,
        "storage": _storage,
        "queue": lambda: queue.has_workers(at),
    }
    begun = {name: _ask(name, check) for name, check in lesser.items()}
    parts |= {name: "ok" if _answer(asked) else "down" for name, asked in begun.items()}
    status = "degraded" if "down" in parts.values() else "ok"
    return {"status": status, "migrations": "ok", **parts}


def within(name: str, check: Callable[[], bool]) -> bool:
    """What `check` says, False when it fails or takes longer than PATIENCE_S."""
    return _answer(_ask(name, check))


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


def _answer(asked: Future[bool]) -> bool:
    try:
        return asked.result(timeout=PATIENCE_S)
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
        engines.current().position()
    except (EngineDown, DatabaseError):
        return False
    return True


def _storage() -> bool:
    for alias in ("originals", "renditions"):
        storages[alias].exists(_PROBE)
    return True
