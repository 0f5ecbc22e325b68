"""Clips in smaller sizes, encoded by a worker: once for all buyers of a size, not in a request."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from procrastinate.contrib.django import app

from media.models import Encoding, Work
from media.rules import encodings
from media.rules.encodings import PREFIX, Readiness, Stage
from media.rules.formats import Unfit
from media.services import darkroom, originals
from media.services.storage import places

_GRACE = timedelta(hours=1)
"""How long a file stays at least whose row is gone: somebody may still be reading it."""


def readiness(*, work: Work, longest_side: int) -> Readiness:
    """How far the encoding of `work` in that size is."""
    recipe = encodings.recipe(longest_side)
    return _readiness(Encoding.objects.filter(work=work, recipe=recipe).first())


@transaction.atomic
def order(*, work: Work, longest_side: int, at: datetime) -> Readiness:
    """Have `work` encoded in that size, unless it is or is about to be; failed ones once more."""
    recipe = encodings.recipe(longest_side)
    key = f"{PREFIX}{work.uuid}/{recipe}-{secrets.token_hex(8)}.mp4"
    asked = {"key": key, "asked_at": at, "used_at": at}
    encoding, new = Encoding.objects.get_or_create(work=work, recipe=recipe, defaults=asked)
    same = Encoding.objects.filter(pk=encoding.pk)
    again = {"percent": 0, "asked_at": at, "used_at": at}
    if new or same.move(Stage.FAILED, Stage.WAITING, **again):
        app.configure_task("media.encode").defer(encoding_id=encoding.pk)
    same.filter(used_at__lt=at).update(used_at=at)
    return _readiness(same.first())


def make(*, encoding_id: int) -> None:
    """Encode one that waits. One that is made, has failed or is gone stays as it is.

    Raises `darkroom.Fault` when something other than the file failed; then it can be tried again.
    """
    waiting = Encoding.objects.select_related("work").filter(pk=encoding_id, stage=Stage.WAITING)
    encoding = waiting.first()
    if encoding is None:
        return
    longest_side = encodings.longest_side(encoding.recipe)
    with originals.local(encoding.work) as path, TemporaryDirectory(prefix="encoding-") as folder:
        target = Path(folder) / "encoding.mp4"
        try:
            width, height = darkroom.encode(path, target, longest_side, _teller(encoding))
        except Unfit:
            give_up(encoding_id=encoding_id)
            return
        _store(encoding.key, target)
        made = {"bytes": target.stat().st_size, "sha256": originals.sha256_of(target)}
        same = Encoding.objects.filter(pk=encoding.pk)
        same.move(Stage.WAITING, Stage.MADE, width=width, height=height, **made)


def give_up(*, encoding_id: int) -> None:
    """Make it no more, until somebody asks again."""
    Encoding.objects.filter(pk=encoding_id).move(Stage.WAITING, Stage.FAILED)


@contextmanager
def local(*, work: Work, longest_side: int) -> Iterator[Path]:
    """An encoding that is made as a file on this machine; one whose file is lost is forgotten.

    Raises FileNotFoundError when there is none; `order` has it made.
    """
    recipe = encodings.recipe(longest_side)
    made = Encoding.objects.filter(work=work, recipe=recipe, stage=Stage.MADE).first()
    if made is None:
        raise FileNotFoundError(f"Work {work.uuid} is not encoded as {recipe}.")
    if not storages["originals"].exists(made.key):
        Encoding.objects.filter(pk=made.pk, key=made.key).delete()
        raise FileNotFoundError(f"{made.key} is gone from the storage of the originals.")
    with originals.local_file(made.key) as path:
        yield path


def sweep(*, at: datetime) -> None:
    """Forget encodings that nobody has asked for in a while, and delete files without a row.

    In this order a file outlives its row until the next sweep, for whoever reads it just now.
    """
    for file in places.files(places.ORIGINALS, PREFIX):
        named = Encoding.objects.filter(key=file.key).exists()
        if not named and file.at < at - _GRACE:
            storages["originals"].delete(file.key)
    Encoding.objects.unused_since(at - timedelta(days=settings.ENCODINGS_KEPT_DAYS)).delete()


def _readiness(encoding: Encoding | None) -> Readiness:
    if encoding is None:
        return Readiness(is_ready=False)
    stage = Stage(encoding.stage)
    return Readiness(is_ready=stage is Stage.MADE, stage=stage, percent=encoding.percent)


def _teller(encoding: Encoding) -> darkroom.Tell:
    def tell(percent: int) -> None:
        waiting = Encoding.objects.filter(pk=encoding.pk, stage=Stage.WAITING)
        waiting.update(percent=percent)

    return tell


def _store(key: str, path: Path) -> None:
    """A file that a killed worker left half written is replaced."""
    storage = storages["originals"]
    if storage.exists(key):
        if storage.size(key) == path.stat().st_size:
            return
        storage.delete(key)
    with path.open("rb") as file:
        content = File(file)
        content.content_type = "video/mp4"  # type: ignore[attr-defined]
        storage.save(key, content)
