"""The storages of originals and renditions, on whatever they are."""

from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages

from media.adapters import folders
from media.adapters.buckets import Bucket
from media.rules.inventory import Stored

ORIGINALS, RENDITIONS = "originals", "renditions"
BOTH = (ORIGINALS, RENDITIONS)


def bucket(alias: str) -> Bucket | None:
    """The bucket that plays `alias`; None on a disk."""
    storage = storages[alias]
    return storage if isinstance(storage, Bucket) else None


def folder(alias: str) -> Path:
    """The folder that plays `alias` on a disk."""
    storage = storages[alias]
    assert isinstance(storage, FileSystemStorage)
    return Path(storage.location)


def files(alias: str, prefix: str = "") -> Iterator[Stored]:
    """Everything stored under `alias` whose key begins with `prefix`, by key."""
    place = bucket(alias)
    return folders.files(folder(alias), prefix) if place is None else place.objects(prefix)
