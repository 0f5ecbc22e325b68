"""The files as they came, private and never altered."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.storage import storages

from media.models import Work


@contextmanager
def local(work: Work) -> Iterator[Path]:
    """The original as a file on this machine: the storage's own, or a copy for as long as needed.

    Raises FileNotFoundError when the storage does not hold it.
    """
    storage = storages["originals"]
    try:
        path = Path(storage.path(work.original_key))
    except NotImplementedError:
        with (
            TemporaryDirectory(prefix="original-") as folder,
            storage.open(work.original_key) as remote,
        ):
            copy = Path(folder) / "original"
            with copy.open("wb") as file:
                shutil.copyfileobj(remote, file, 1024 * 1024)
            yield copy
        return
    if not path.is_file():
        raise FileNotFoundError(f"The original of work {work.uuid} is gone from its storage.")
    yield path


def sha256_of(path: Path) -> str:
    """64 hexadecimal digits."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def discard(key: str) -> None:
    """Forget a file that did not become a work; what is gone already is fine."""
    if key:
        storages["originals"].delete(key)
