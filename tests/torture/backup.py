"""A co-op is backed up while works are withdrawn, wiped out, and restored: the same hashes."""

import hashlib
import io
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from media.models import Work
from media.services import renditions, works
from operation.adapters.folder import Folder
from operation.services import backing_up
from operation.services.checking import faults
from search.services.follow import follow
from search.services.rebuild import differences
from stockcoop.kernel.objects import StoredObject
from stockcoop.packages import offering
from tests import make
from tests.torture.case import Outcome, sized

# What a restore writes anew: the stamps of this server's transactions, and how far the index is.
_HASHED = """
SELECT coalesce(md5(string_agg(row, E'\\n' ORDER BY row)), ''), count(*) FROM
  (SELECT (to_jsonb(t) - 'change_seq' - 'change_xid' - 'xid')::text AS row FROM %s t) rows
"""

Hashes = dict[str, str]


def run(scale: float) -> Outcome:
    """Works with real files, sales, applications; each is to be there again as it was."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="backup-") as folder:
        backups = Folder(Path(folder))
        _found(photographs=sized(60, scale, least=3), sales=sized(400, scale, least=20))
        lacking, withdrawn = _back_up_under_way(backups)
        follow()
        call_command("backup", folder, stdout=io.StringIO())
        before = {**rows(), **files()}
        missed, flipped = _flips_not_named(backups, most=sized(400, scale, least=20))
        wipe()
        call_command("restore", folder, stdout=io.StringIO())
        lost = [*lacking, *different(before, {**rows(), **files()})]
        lost += [difference.sentence for difference in differences()]
    return Outcome(
        name="backup",
        tried=len(before) + flipped,
        lost=len(lost) + len(missed),
        seconds=time.monotonic() - began,
        said=f"{len(before)} tables and files, {flipped} bits flipped, "
        f"{withdrawn} works withdrawn meanwhile {' '.join(map(str, [*lost, *missed]))[:300]}",
    )


@contextmanager
def without_lock() -> Iterator[None]:
    """Backups are content with files that went after the database was dumped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backing_up, "_is_whole", lambda *_: True)
        yield


def _found(*, photographs: int, sales: int) -> None:
    make.bylaws()
    make.price_book()
    make.application()
    artist = make.artist()
    on_sale = [make.photograph_on_sale(owner=artist, size=(640, 480)) for _ in range(photographs)]
    buyer = make.buyer()
    for number in range(sales):
        make.pay(make.order(works=[on_sale[number % len(on_sale)]], by=buyer))


def _back_up_under_way(backups: Folder) -> tuple[list[str], int]:
    """A backup beside which works are withdrawn and their pictures deleted.

    What the backup lacks, and how many works were withdrawn.
    """
    dumped, begun, done = Event(), Event(), 0
    leaving = list(Work.objects.published().order_by("pk")[: max(1, Work.objects.count() // 4)])

    def withdraw() -> None:
        nonlocal done
        dumped.wait(timeout=60)
        for work in leaving:
            leave(work)
            done += 1
            begun.set()
        connection.close()

    def say(_: str) -> None:
        """The dump is made: let the first work go before any file is copied."""
        dumped.set()
        begun.wait(timeout=60)

    thread = Thread(target=withdraw)
    thread.start()
    # Names are seconds, and there will be another backup.
    a_while_ago = timezone.now() - timedelta(minutes=1)
    made = backing_up.back_up(folder=backups, at=a_while_ago, keep=None, say=say)
    thread.join(timeout=120)
    return list(made.lacks), done


def leave(work: Work) -> None:
    """Withdraw a work, and delete its renditions as the job would."""
    keys = list(work.renditions.values_list("key", flat=True))
    works.withdraw(work=work, at=timezone.now())
    renditions.sweep(keys)


def rows() -> Hashes:
    """A hash of each table, over all its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(_HASHED % connection.ops.quote_name(table))
            found[f"table {table}"] = "{} of {} rows".format(*cursor.fetchone())
    return found


def files() -> Hashes:
    """The SHA-256 of each stored file that a row names."""
    return {f"{one.storage}/{one.key}": _hashed(one) for one in _named()}


def _named() -> Iterator[StoredObject]:
    for module in offering("services.objects"):
        yield from module.named()


def _hashed(one: StoredObject) -> str:
    try:
        with storages[one.storage].open(one.key) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "gone"


def different(before: Hashes, after: Hashes) -> list[str]:
    """What is not as it was, and what was not there."""
    return [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]


def _flips_not_named(backups: Folder, *, most: int) -> tuple[list[str], int]:
    """Flip a bit in one file after the other; those that the check does not name."""
    # A picture that was copied and then withdrawn belongs to no backup.
    objects = {
        backups.object(kept.storage, kept.key)
        for name in backups.names()
        for kept in backups.kept(name)
    }
    step = max(1, len(objects) // most)
    chosen = [*sorted(objects)[::step], *backups.root.glob("backups/*/*")]
    return [str(path) for path in chosen if not is_named(backups, path)], len(chosen)


def is_named(backups: Folder, path: Path) -> bool:
    """Whether the check of the backups names `path` when the middle bit of it is flipped."""
    good = path.read_bytes()
    middle = len(good) // 2
    path.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
    try:
        said = faults(folder=backups, names=backups.names(), say=lambda _: None)
        return any(sentence.startswith(f"{path}:") for sentence in said)
    finally:
        path.write_bytes(good)


def wipe() -> None:
    """Nothing is left of database and files."""
    for alias in ("originals", "renditions"):
        shutil.rmtree(storages[alias].path(""), ignore_errors=True)
    drop_everything()


def drop_everything() -> None:
    """Nothing is left of the database."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
