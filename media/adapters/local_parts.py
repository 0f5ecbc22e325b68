"""The part protocol on a local disk, for a set-up without a bucket.

Below the folder of the originals, `.parts/<upload>/` holds one file `data`, the key in a file
`key`, and an empty marker per verified part, named `<number>.<bytes>.<sha256>`. A part is checked
in a file of its own and only then copied to its place in `data`, so putting a file together is one
rename, however long the file is.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.core import signing
from django.core.files.storage import FileSystemStorage, storages
from django.urls import reverse

from media.rules.buckets import DIGEST_HEADER, said_digest
from media.rules.parts import (
    PART_BYTES,
    BadBody,
    Begun,
    MissingParts,
    Part,
    SignedPut,
    UploadGone,
)

_SALT = "media.parts"
_CHUNK = 256 * 1024
_KEY = "key"


class BadLeave(Exception):
    """The address does not give leave to store this: forged, expired, or for other content."""


class LocalParts:
    """PartStorage below `root`, the folder of the originals."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, key: str) -> str:
        upload = secrets.token_hex(16)
        self._folder(upload).mkdir(parents=True)
        (self._folder(upload) / _KEY).write_text(key)
        return upload

    def sign_part(self, key: str, upload: str, part: Part, *, lasts: timedelta) -> SignedPut:
        leave = signing.TimestampSigner(salt=_SALT).sign_object(
            [upload, part.number, part.bytes, part.sha256, int(lasts.total_seconds())],
            compress=True,
        )
        return SignedPut(
            url=reverse("media:part", args=[leave]),
            headers={DIGEST_HEADER: said_digest(part.sha256)},
        )

    def put_part(self, key: str, upload: str, part: Part, body: IO[bytes]) -> None:
        self._store(upload, part, body.read)

    def list_parts(self, key: str, upload: str) -> list[Part]:
        folder = self._folder(upload)
        if not folder.is_dir():
            raise UploadGone(upload)
        return sorted(
            (_part_of(marker.name) for marker in folder.glob("*.*.*")), key=lambda p: p.number
        )

    def complete(self, key: str, upload: str, parts: Sequence[Part]) -> None:
        whole, data = self._root / key, self._folder(upload) / "data"
        if whole.exists() and not data.exists():
            return
        arrived = set(self.list_parts(key, upload))
        missing = [part.number for part in parts if part not in arrived]
        if missing:
            raise MissingParts(missing)
        os.truncate(data, sum(part.bytes for part in parts))
        whole.parent.mkdir(parents=True, exist_ok=True)
        data.replace(whole)
        self.abort(key, upload)

    def abort(self, key: str, upload: str) -> None:
        shutil.rmtree(self._folder(upload), ignore_errors=True)

    def under_way(self) -> Iterator[Begun]:
        for folder in sorted(self._folder("").glob("*")):
            try:
                begun = datetime.fromtimestamp((folder / _KEY).stat().st_mtime, UTC)
                yield Begun((folder / _KEY).read_text(), folder.name, begun)
            except FileNotFoundError:
                continue

    def receive(self, leave: str, *, length: int, digest: str, body: Callable[[int], bytes]) -> str:
        """Store the part that `leave` was signed for; returns its ETag.

        `length` and `digest` are the headers sent with it, `body` reads on. Raises BadLeave or
        BadBody, having stored nothing.
        """
        upload, part = _read_leave(leave)
        if digest != said_digest(part.sha256):
            raise BadLeave("The digest is not the one that was signed.")
        if length != part.bytes:
            raise BadBody(f"Part {part.number} has {part.bytes} bytes, not {length}.")
        try:
            self._store(upload, part, body)
        except UploadGone:
            raise BadLeave("This upload has ended.") from None
        return f'"{part.sha256}"'

    def _store(self, upload: str, part: Part, body: Callable[[int], bytes]) -> None:
        folder = self._folder(upload)
        try:
            with TemporaryFile(dir=folder) as arriving:
                _check_in(arriving, part, body)
                _place(arriving, folder / "data", part)
            (folder / f"{part.number:05}.{part.bytes}.{part.sha256}").touch()
        except FileNotFoundError:
            raise UploadGone(upload) from None

    def _folder(self, upload: str) -> Path:
        return self._root / ".parts" / upload


def local_parts() -> LocalParts:
    """The parts that belong to the storage of the originals."""
    originals = storages["originals"]
    assert isinstance(originals, FileSystemStorage)
    return LocalParts(Path(originals.location))


def _check_in(arriving: IO[bytes], part: Part, body: Callable[[int], bytes]) -> None:
    seen, left = sha256(), part.bytes
    while left and (chunk := body(min(_CHUNK, left))):
        seen.update(chunk)
        arriving.write(chunk)
        left -= len(chunk)
    if left:
        raise BadBody(f"Part {part.number} broke off {left} bytes before its end.")
    if seen.hexdigest() != part.sha256:
        raise BadBody(f"Part {part.number} is not what was announced: its SHA-256 differs.")


def _place(arriving: IO[bytes], data: Path, part: Part) -> None:
    arriving.seek(0)
    with os.fdopen(os.open(data, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as whole:
        whole.seek((part.number - 1) * PART_BYTES)
        shutil.copyfileobj(arriving, whole, _CHUNK)
        whole.flush()
        os.fsync(whole.fileno())


def _read_leave(leave: str) -> tuple[str, Part]:
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        upload, number, length, digest, lasts = signer.unsign_object(leave)
        signer.unsign_object(leave, max_age=lasts)
    except signing.SignatureExpired:
        raise BadLeave("The leave to send this part has expired; ask for a new one.") from None
    except (signing.BadSignature, ValueError):
        raise BadLeave("The signature is not ours.") from None
    return upload, Part(number, length, digest)


def _part_of(marker: str) -> Part:
    number, length, digest = marker.split(".")
    return Part(int(number), int(length), digest)
