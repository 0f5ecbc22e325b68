"""A folder of backups.

backups/<name>/database.dump    the database as it was
backups/<name>/objects.jsonl    the files that its rows name
backups/<name>/manifest.json    what the two must be; written last
objects/<storage>/<key>         the files, shared by all backups: a key has one content for ever
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from operation.rules.manifest import Damaged, File, Kept, Manifest

_CHUNK = 1024 * 1024


class InUse(Exception):
    """Another process works in the folder."""


class Folder:
    """The backups below `root`. Only its owner may look inside: there is all that is private."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._backups, self._objects = root / "backups", root / "objects"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others from writing here; made when it is not there. Raises InUse."""
        for folder in (self._backups, self._objects):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InUse(f"Another backup into {self.root} is under way.") from None
            yield

    def names(self) -> list[str]:
        """The complete backups, oldest first."""
        return sorted(path.parent.name for path in self._backups.glob("*/manifest.json"))

    def unfinished(self) -> list[str]:
        """Backups that were cut short."""
        there = {path.name for path in self._backups.glob("*") if path.is_dir()}
        return sorted(there - set(self.names()))

    def begin(self, name: str) -> None:
        """Raises FileExistsError when there is one of that name."""
        self._backups.joinpath(name).mkdir(mode=0o700)

    def dump(self, name: str) -> Path:
        return self._backups / name / "database.dump"

    def listing(self, name: str) -> Path:
        return self._backups / name / "objects.jsonl"

    def manifest(self, name: str) -> Path:
        return self._backups / name / "manifest.json"

    def object(self, storage: str, key: str) -> Path:
        return self._objects / storage / key

    def read(self, name: str) -> Manifest:
        """Raises Damaged."""
        manifest = Manifest.read(self.manifest(name).read_bytes())
        if manifest.name != name:
            raise Damaged(f"it is that of {manifest.name}")
        return manifest

    def kept(self, name: str) -> Iterator[Kept]:
        """The objects of a backup, as its list has them. Raises Damaged."""
        with self.listing(name).open("rb") as lines:
            for line in lines:
                yield Kept.read(line)

    def write_list(self, name: str, objects: Iterable[Kept]) -> None:
        with self.listing(name).open("wb") as file:
            file.writelines(kept.line() for kept in objects)

    def finish(self, manifest: Manifest) -> None:
        """Let the backup count: nothing of it is only in memory when its manifest appears."""
        os.sync()
        final = self.manifest(manifest.name)
        draft = final.with_suffix(".draft")
        with draft.open("wb") as file:
            file.write(manifest.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(final)
        os.sync()

    def take_in(self, storage: str, key: str, source: IO[bytes]) -> File:
        """Copy `source`; whole or not at all."""
        path = self.object(storage, key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        seen, length = sha256(), 0
        with NamedTemporaryFile(dir=self._objects, prefix=".arriving-", delete=False) as file:
            try:
                while chunk := source.read(_CHUNK):
                    seen.update(chunk)
                    length += file.write(chunk)
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        return File(length, seen.hexdigest())

    def forget(self, name: str) -> None:
        """Take a backup away, its manifest first; its objects stay until `sweep`."""
        self.manifest(name).unlink(missing_ok=True)
        shutil.rmtree(self._backups / name)

    def sweep(self) -> int:
        """Delete objects that no backup names; how many. Raises Damaged, having deleted nothing."""
        named = {
            self.object(kept.storage, kept.key) for name in self.names() for kept in self.kept(name)
        }
        gone = [path for path in self._objects.rglob("*") if path.is_file() and path not in named]
        for path in gone:
            path.unlink()
        return len(gone)


def measured(path: Path) -> File:
    """Length and digest of a file as it is now. Raises OSError."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        return File(os.fstat(file.fileno()).st_size, digest)
