"""Every row held against its file, every file against its row, and parts against uploads."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any

from django.core.files.storage import storages
from django.db.models import QuerySet
from django.db.models.functions import Collate

from media.models import Encoding, Rendition, Upload, Work
from media.rules import inventory
from media.rules.encodings import Stage
from media.rules.inventory import Difference, Named, Stored
from media.rules.parts import Begun, UploadGone
from media.rules.states import State
from media.services import deliveries
from media.services.part_storage import part_storage
from media.services.storage import places
from members.models import PortfolioImage

GRACE = timedelta(hours=1)
"""How long a file or an upload may be without its row: both are made one after the other."""

_AT_ONCE = 500


def differences(*, at: datetime) -> Iterator[str]:
    """A sentence for every row without its file, every file without its row, and every remainder.

    Both sides are read in the order of their keys, so memory does not grow with them. What was
    written within GRACE before `at` may still be on its way.
    """
    before = at - GRACE
    originals = inventory.differences(
        _by_key(_originals(), _portfolios(), _encodings()), _without_deliveries(), before=before
    )
    for found in originals:
        if _still(found, places.ORIGINALS, _original_of):
            yield _sentence(found, "original")
    renditions = inventory.differences(
        _by_key(_renditions()), places.files(places.RENDITIONS), before=before
    )
    for found in renditions:
        if _still(found, places.RENDITIONS, _rendition_of):
            yield _sentence(found, "rendition")
    yield from _left_deliveries(before)
    yield from _stray_parts(before)
    yield from _lost_uploads(before)


def _originals() -> Iterator[Named]:
    works = Work.objects.exclude(original_key="")
    for key, length, state in _ordered(works, "original_key", "bytes", "state"):
        yield _named(key, length, state)


def _named(key: str, length: int, state: str) -> Named:
    """Before its end an upload may have its file already; a refused work must not keep it."""
    arriving, refused = state == State.UPLOADING, state == State.REFUSED
    return Named(key, length, must=not (arriving or refused), may=not refused)


def _portfolios() -> Iterator[Named]:
    for (key,) in _ordered(PortfolioImage.objects.all(), "key"):
        yield Named(key, None)


def _encodings() -> Iterator[Named]:
    """While one is made its file may be there already, of any length."""
    for key, length, stage in _ordered(Encoding.objects.all(), "key", "bytes", "stage"):
        yield _encoding(key, length, stage)


def _encoding(key: str, length: int, stage: str) -> Named:
    made = stage == Stage.MADE
    return Named(key, length if made else None, must=made)


def _renditions() -> Iterator[Named]:
    for key, length in _ordered(Rendition.objects.all(), "key", "bytes"):
        yield Named(key, length)


def _ordered(rows: QuerySet[Any], key: str, *others: str) -> Iterator[tuple[Any, ...]]:
    """Their values in the order of the key's bytes, as a bucket lists them, not the language's."""
    return rows.order_by(Collate(key, "C")).values_list(key, *others).iterator()


def _by_key(*sides: Iterable[Named]) -> Iterator[Named]:
    return merge(*sides, key=lambda row: row.key)


def _without_deliveries() -> Iterator[Stored]:
    everything = places.files(places.ORIGINALS)
    return (file for file in everything if not file.key.startswith(deliveries.PREFIX))


def _still(found: Difference, alias: str, row_of: Callable[[str], Named | None]) -> bool:
    """Look again: rows and files may have come or gone while the lists were read."""
    row = row_of(found.key)
    is_there = storages[alias].exists(found.key)
    if found.file is None:
        return row is not None and row.must and not is_there
    if found.row is None or not found.row.may:
        return is_there and (row is None or not row.may)
    return is_there and row is not None


def _original_of(key: str) -> Named | None:
    work = Work.objects.filter(original_key=key).first()
    if work is not None:
        return _named(key, work.bytes, work.state)
    encoding = Encoding.objects.filter(key=key).first()
    if encoding is not None:
        return _encoding(key, encoding.bytes, encoding.stage)
    return Named(key, None) if PortfolioImage.objects.filter(key=key).exists() else None


def _rendition_of(key: str) -> Named | None:
    row = Rendition.objects.filter(key=key).first()
    return Named(key, row.bytes) if row else None


def _sentence(found: Difference, what: str) -> str:
    if found.file is None:
        return f"{what} {found.key}: a row names it, but there is no file"
    if found.row is None:
        return f"{what} {found.key}: a file that no row names"
    if not found.row.may:
        return f"{what} {found.key}: a file whose work was refused"
    return f"{what} {found.key}: the file has {found.file.bytes} bytes, the row {found.row.bytes}"


def _left_deliveries(before: datetime) -> Iterator[str]:
    for file in places.files(places.ORIGINALS, deliveries.PREFIX):
        if file.at < before - deliveries.KEPT:
            yield f"delivery {file.key}: kept longer than it is offered"


def _stray_parts(before: datetime) -> Iterator[str]:
    for begun in strays(before):
        yield f"parts {begun.key or begun.upload}: sent for no upload that is under way"


def strays(before: datetime) -> Iterator[Begun]:
    """What was begun before then in the storage of parts, and no upload under way knows."""
    begun = (each for each in part_storage().under_way() if each.at < before)
    while some := list(islice(begun, _AT_ONCE)):
        tokens = [each.upload for each in some]
        known = set(Upload.objects.open().filter(token__in=tokens).values_list("token", flat=True))
        yield from (each for each in some if each.upload not in known)


def _lost_uploads(before: datetime) -> Iterator[str]:
    going = Upload.objects.open().filter(touched_at__lt=before).select_related("work")
    for upload in going.iterator():
        try:
            part_storage().list_parts(upload.work.original_key, upload.token)
        except UploadGone:
            if not storages["originals"].exists(upload.work.original_key):
                yield f"upload {upload.work.uuid}: under way, but the storage has forgotten it"
