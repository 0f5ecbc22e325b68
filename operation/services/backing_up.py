"""Database and stored objects into a folder, so that they fit together."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from ledger.services import whole
from operation.adapters import postgres
from operation.adapters.folder import Folder, InUse, measured
from operation.rules.manifest import Damaged, File, Kept, Manifest
from operation.services.progress import Progress, Say
from stockcoop import __version__
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.objects import StoredObject
from stockcoop.packages import offering

_AT_ONCE = 4
_BATCH = 1000

_Place = tuple[str, str]


class CannotBackUp(Refused):
    """Nothing was backed up; what there was is as it was."""


@dataclass(frozen=True)
class _Snapshot:
    """What the rows of one moment say. The database is dumped as of the same moment."""

    wanted: tuple[StoredObject, ...]
    rows: dict[str, int]
    ledger: str
    migrations: tuple[str, ...]


@dataclass(frozen=True)
class _Copied:
    kept: list[Kept]
    missing: frozenset[_Place]
    damaged: frozenset[_Place]


def back_up(*, folder: Folder, at: datetime, keep: int | None, say: Say) -> Manifest:
    """Make a backup; with `keep`, forget all but the newest so many. Raises CannotBackUp.

    The database comes first, as of one moment; then every object that its rows name. Objects
    never change, so the copies fit; one that was deleted meanwhile makes it begin again. What
    earlier backups have is not copied again.
    """
    try:
        with folder.locked():
            manifest = _make(folder, at.astimezone(UTC), say)
            if keep is not None:
                _forget(folder, keep, say)
            return manifest
    except (InUse, FileExistsError, postgres.ToolFailed, Damaged) as error:
        raise CannotBackUp(str(error)) from error


def _make(folder: Folder, at: datetime, say: Say) -> Manifest:
    name = at.strftime("%Y%m%dT%H%M%SZ")
    folder.begin(name)
    known, before = _known(folder), frozenset[_Place]()
    while True:
        snapshot = _snapshot(folder, name)
        say(f"The database is in {folder.dump(name)}.")
        copied = _copy(folder, snapshot.wanted, known, Progress(len(snapshot.wanted), say))
        if _is_whole(copied, before):
            break
        before = copied.missing
        known |= {(kept.storage, kept.key): kept.file for kept in copied.kept}
        say(f"{len(before)} objects went meanwhile; once more.")
    folder.write_list(name, copied.kept)
    manifest = _manifest(folder, name, at, snapshot, copied)
    folder.finish(manifest)
    return manifest


def _snapshot(folder: Folder, name: str) -> _Snapshot:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (exported,) = cursor.fetchone()
        postgres.dump(connection.settings_dict, snapshot=exported, into=folder.dump(name))
        applied = MigrationRecorder(connection).applied_migrations()
        return _Snapshot(
            wanted=tuple(dict.fromkeys(_named())),
            rows=rows_by_table(),
            ledger=whole.digest(),
            migrations=tuple(sorted(f"{app}.{migration}" for app, migration in applied)),
        )


def _is_whole(copied: _Copied, before: frozenset[_Place]) -> bool:
    """Whether the copies fit the dump: what is missing twice is lost, not deleted meanwhile."""
    return copied.missing <= before


def _named() -> Iterator[StoredObject]:
    for module in offering("services.objects"):
        yield from module.named()


def rows_by_table() -> dict[str, int]:
    """How many rows each table of the database has."""
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 (from the catalogue)
            counts[table] = int(cursor.fetchone()[0])
    return counts


def _known(folder: Folder) -> dict[_Place, File]:
    """What the newest backup has."""
    newest = folder.names()[-1:]
    return {(kept.storage, kept.key): kept.file for name in newest for kept in folder.kept(name)}


def _copy(
    folder: Folder,
    wanted: tuple[StoredObject, ...],
    known: dict[_Place, File],
    progress: Progress,
) -> _Copied:
    kept: list[Kept] = []
    missing, damaged = set[_Place](), set[_Place]()

    def one(object: StoredObject) -> File | None:
        return _fetched(folder, object, known.get((object.storage, object.key)))

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for batch in _batches(wanted):
            for object, file in zip(batch, threads.map(one, batch), strict=True):
                place = (object.storage, object.key)
                if file is None:
                    missing.add(place)
                    continue
                kept.append(Kept(*place, file, object.media_type))
                if object.sha256 and file.sha256 != object.sha256:
                    damaged.add(place)
                progress.step(file.length)
    kept.sort(key=lambda one: (one.storage, one.key))
    return _Copied(kept, frozenset(missing), frozenset(damaged))


def _fetched(folder: Folder, object: StoredObject, known: File | None) -> File | None:
    """The copy of `object`, made unless it is there; None when the storage does not have it."""
    path = folder.object(object.storage, object.key)
    if path.is_file():
        if known and path.stat().st_size == known.length:
            return known
        # Of a backup that was cut short; only whole copies get this name.
        found = measured(path)
        if object.sha256 and found.sha256 == object.sha256:
            return found
    try:
        with storages[object.storage].open(object.key) as source:
            return folder.take_in(object.storage, object.key, source)
    except FileNotFoundError:
        return None


def _batches(wanted: Iterable[StoredObject]) -> Iterator[list[StoredObject]]:
    remaining = iter(wanted)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _manifest(
    folder: Folder, name: str, at: datetime, snapshot: _Snapshot, copied: _Copied
) -> Manifest:
    missing = [f"{storage}/{key} is not in its storage." for storage, key in copied.missing]
    damaged = [f"{storage}/{key} is not what its row says." for storage, key in copied.damaged]
    return Manifest(
        name=name,
        at=at.isoformat(),
        version=__version__,
        migrations=snapshot.migrations,
        rows=snapshot.rows,
        ledger=snapshot.ledger,
        database=measured(folder.dump(name)),
        listing=measured(folder.listing(name)),
        objects=len(copied.kept),
        total=sum(kept.file.length for kept in copied.kept),
        lacks=tuple(sorted([*missing, *damaged])),
    )


def _forget(folder: Folder, keep: int, say: Callable[[str], None]) -> None:
    for name in [*folder.names()[:-keep], *folder.unfinished()]:
        folder.forget(name)
        say(f"The backup {name} is forgotten.")
    say(f"{folder.sweep()} objects that no backup names are deleted.")
