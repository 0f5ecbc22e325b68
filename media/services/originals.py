"""The files as they came, private and never altered."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.storage import storages
from django.db import transaction
from procrastinate.contrib.django import app

from media.adapters.buckets import Bucket
from media.models import Work
from media.rules.states import State


@contextmanager
def local(work: Work) -> Iterator[Path]:
    """The original as a file on this machine: the storage's own, or a copy for as long as needed.

    Raises FileNotFoundError when the storage does not hold it.
    """
    with local_file(work.original_key) as path:
        yield path


@contextmanager
def local_file(key: str) -> Iterator[Path]:
    """As `local`, for any file among the originals."""
    storage = storages["originals"]
    if isinstance(storage, Bucket):
        with TemporaryDirectory(prefix="original-") as folder:
            copy = Path(folder) / "original"
            with copy.open("wb") as file:
                storage.download(key, file)
            yield copy
        return
    path = Path(storage.path(key))
    if not path.is_file():
        raise FileNotFoundError(f"{key} is gone from the storage of the originals.")
    yield path


def sha256_of(path: Path) -> str:
    """64 hexadecimal digits."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def give_up(key: str) -> None:
    """Have a file deleted that did not become a work, once this transaction has ended well."""
    app.configure_task("media.sweep_originals").defer(keys=[key])


def sweep(keys: Iterable[str]) -> None:
    """Delete files that no work claims any more; what is gone already is fine."""
    for key in keys:
        _sweep(key)


@transaction.atomic
def _sweep(key: str) -> None:
    # The lock keeps a work that is put together this moment from losing its file.
    works = Work.objects.select_for_update(of=("self",)).filter(original_key=key)
    if all(work.state == State.REFUSED for work in works):
        storages["originals"].delete(key)
