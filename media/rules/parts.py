"""A file on its way in: parts of one size, each known by its SHA-256, and who keeps them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from re import fullmatch
from typing import IO, Protocol

from stockcoop.kernel.errors import Refused

PART_BYTES = 8 * 1024 * 1024
MOST_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a file. `number` counts from 1; `sha256` is lower-case hexadecimal."""

    number: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SignedPut:
    """Leave to send one part: PUT the bytes to `url` with exactly these `headers`."""

    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload that is neither put together nor aborted: its key, its name, since when."""

    key: str
    upload: str
    at: datetime


class StorageDown(Refused):
    """The storage does not answer, or fails; the same may well succeed a little later."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The storage does not answer right now. Please try again in a minute.")


class MissingParts(Exception):
    """The file cannot be put together; `numbers` names the parts that are not there."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(f"missing parts: {list(numbers)}")
        self.numbers = tuple(numbers)


class UploadGone(Exception):
    """The storage knows no such upload: it was aborted, swept, or never begun."""


class BadBody(Exception):
    """What was sent is not the part that was announced; the message says why."""


class PartStorage(Protocol):
    """Takes a file in parts, in any order, and puts it together under its key.

    `upload` is what `create` returned for `key`. A part number stands for one content throughout
    an upload; sending the same part again is harmless. Everything may raise StorageDown.
    """

    def create(self, key: str) -> str:
        """Begin an upload to `key` and name it."""
        ...

    def sign_part(self, key: str, upload: str, part: Part, *, lasts: timedelta) -> SignedPut:
        """Leave to send `part`, with that length and digest and no other, for as long as said."""
        ...

    def put_part(self, key: str, upload: str, part: Part, body: IO[bytes]) -> None:
        """Store `part` from here, `body` being read to its end. Raises BadBody or UploadGone."""
        ...

    def list_parts(self, key: str, upload: str) -> list[Part]:
        """The parts that have arrived and were verified, by number. Raises UploadGone."""
        ...

    def complete(self, key: str, upload: str, parts: Sequence[Part]) -> None:
        """Put `parts` together under `key`; a second call finds it done.

        Raises MissingParts, leaving the upload as it was, or UploadGone.
        """
        ...

    def abort(self, key: str, upload: str) -> None:
        """Forget the upload and its parts; what is unknown or completed is left as it is."""
        ...

    def under_way(self) -> Iterator[Begun]:
        """Every upload that was begun and has not ended, whoever began it."""
        ...


def split(total: int, digests: Sequence[str]) -> list[Part]:
    """The parts of a file of `total` bytes, one per digest, all but the last PART_BYTES long.

    Raises ValueError when the digests do not fit the length or are not SHA-256 in hexadecimal.
    """
    count = part_count(total)
    if count > MOST_PARTS:
        raise ValueError(f"a file has at most {MOST_PARTS} parts, this one {count}")
    if len(digests) != count:
        raise ValueError(f"{total} bytes make {count} parts, but {len(digests)} digests came")
    if not all(fullmatch("[0-9a-f]{64}", digest) for digest in digests):
        raise ValueError("a digest is 64 lower-case hexadecimal digits")
    last = total - (count - 1) * PART_BYTES
    return [
        Part(number, PART_BYTES if number < count else last, digest)
        for number, digest in enumerate(digests, start=1)
    ]


def part_count(total: int) -> int:
    """How many parts a file of `total` bytes has. Raises ValueError for an empty file."""
    if total <= 0:
        raise ValueError("an empty file has no parts")
    return -(-total // PART_BYTES)


def fingerprint(digests: Sequence[str]) -> str:
    """What tells the content of two files apart before either is sent: equal content, equal print.

    SHA-256 over the parts' digests in order, so it costs no second reading of the file.
    """
    return sha256(b"".join(bytes.fromhex(digest) for digest in digests)).hexdigest()
