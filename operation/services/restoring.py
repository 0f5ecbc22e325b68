"""A backup put in the place of what is here."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import file_digest
from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.core.files import File as DjangoFile
from django.core.files.storage import Storage, storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from ledger.services import whole
from media.services import restored as works
from operation.adapters import postgres
from operation.adapters.folder import Folder, InUse
from operation.rules.manifest import Damaged, Kept, Manifest
from operation.services.backing_up import rows_by_table
from operation.services.checking import faults
from operation.services.progress import Progress, Say
from search.rules.engine import EngineDown
from search.services.rebuild import rebuild
from stockcoop.kernel.errors import Refused

_AT_ONCE = 4
_MOST_NAMED = 20


class CannotRestore(Refused):
    """Nothing was restored; the message says why."""


class NotAsBackedUp(Refused):
    """The restored database is not what the manifest says."""


def restore(*, folder: Folder, name: str | None, replace: bool, say: Say) -> Manifest:
    """Put the backup `name`, or the newest, in the place of database and objects.

    Every byte is read and checked first. Objects come before rows, and all rows in one
    transaction, so no row ever names an object that is not there. Without `replace` nothing is
    written where something is. Raises CannotRestore, having changed no row.
    """
    try:
        with folder.locked():
            manifest = _chosen(folder, name)
            _refuse_newer(manifest)
            if not replace:
                _refuse_used()
            _refuse_damaged(folder, manifest, say)
            _put_objects(folder, manifest, say)
            _put_database(folder, manifest, say)
            return manifest
    except (InUse, Damaged, postgres.ToolFailed, OSError) as error:
        raise CannotRestore(str(error)) from error


def compare(*, manifest: Manifest) -> None:
    """Hold the restored rows against the manifest.

    Raises NotAsBackedUp. To be called before anything else writes.
    """
    rows = rows_by_table()
    wrong = [table for table, count in manifest.rows.items() if rows.get(table) != count]
    if wrong:
        raise NotAsBackedUp(f"Other rows than were backed up are in {', '.join(wrong)}.")
    if whole.digest() != manifest.ledger:
        raise NotAsBackedUp("The ledger is not the one that was backed up.")
    ContentType.objects.clear_cache()


def index(*, say: Say) -> None:
    """Make the search index anew: what it knew of, it knew by another server's transactions."""
    works.stamp()
    try:
        say(f"{rebuild()} works are in the index.")
    except EngineDown:
        say("The search engine does not answer. When it does: manage.py index rebuild")


def _chosen(folder: Folder, name: str | None) -> Manifest:
    names = folder.names()
    if name is None and names:
        return folder.read(names[-1])
    if name in names:
        return folder.read(name)
    there = ", ".join(names) or "none"
    raise CannotRestore(f"No such backup is in {folder.root}; there are: {there}.")


def _refuse_newer(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise CannotRestore(
            f"The backup is of version {manifest.version}, which this program does not know:"
            f" {', '.join(unknown[:3])}."
        )


def _refuse_used() -> None:
    """A database of something else is not ours to empty; nor is one in which somebody works."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if "members_user" in tables:
            cursor.execute("SELECT EXISTS (SELECT FROM members_user)")
            used = bool(cursor.fetchone()[0])
        else:
            used = bool(tables)
    if used:
        raise CannotRestore("The database is not empty. Say --replace to lose what is in it.")
    for alias in ("originals", "renditions"):
        if _holds_something(storages[alias]):
            raise CannotRestore(f"The storage of {alias} is not empty. Say --replace to write.")


def _holds_something(storage: Storage) -> bool:
    try:
        folders, files = storage.listdir("")
    except FileNotFoundError:
        return False
    return any(not name.startswith(".") for name in [*folders, *files])


def _refuse_damaged(folder: Folder, manifest: Manifest, say: Say) -> None:
    found = list(islice(faults(folder=folder, names=[manifest.name], say=say), _MOST_NAMED))
    if found:
        raise CannotRestore("The backup is damaged:\n  " + "\n  ".join(found))
    say("Every file of the backup is as it was written.")


def _put_objects(folder: Folder, manifest: Manifest, say: Say) -> None:
    progress = Progress(manifest.objects, say)
    objects = folder.kept(manifest.name)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        while batch := list(islice(objects, 1000)):
            for kept in threads.map(lambda kept: _put(folder, kept), batch):
                progress.step(kept.file.length)


def _put(folder: Folder, kept: Kept) -> Kept:
    storage = storages[kept.storage]
    if storage.exists(kept.key):
        with storage.open(kept.key) as there:
            same = kept.file.sha256 == file_digest(there, "sha256").hexdigest()
        if same:
            return kept
        storage.delete(kept.key)
    with folder.object(kept.storage, kept.key).open("rb") as file:
        content = DjangoFile(file)
        if kept.media_type:
            # A bucket remembers it, and should not have to guess from the key.
            content.content_type = kept.media_type  # type: ignore[attr-defined]
        stored = storage.save(kept.key, content)
    if stored != kept.key:
        storage.delete(stored)
        raise CannotRestore(f"{kept.storage}/{kept.key} cannot be stored under its name.")
    return kept


def _put_database(folder: Folder, manifest: Manifest, say: Say) -> None:
    # Our own connection must not be among those that keep the restore waiting.
    connection.close()
    postgres.restore(connection.settings_dict, dump=folder.dump(manifest.name))
    say("The database is restored.")
