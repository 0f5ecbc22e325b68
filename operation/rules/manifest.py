"""What a backup says of itself: written last, so a backup without one is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from stockcoop.kernel import canonical

FORMAT = 1


class Damaged(Exception):
    """A manifest or a list of objects is not what was written."""


@dataclass(frozen=True)
class File:
    """A file of the backup: its length in bytes and SHA-256 (hex)."""

    length: int
    sha256: str


@dataclass(frozen=True)
class Kept:
    """A stored object and its copy; `media_type` is "" where nobody knows it."""

    storage: str
    key: str
    file: File
    media_type: str = ""

    def line(self) -> bytes:
        """As it stands in the list of objects."""
        facts = (self.storage, self.key, self.file.length, self.file.sha256, self.media_type)
        return canonical.encode(facts) + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Kept:
        """Raises Damaged for anything but what `line` wrote, or a key that leads elsewhere."""
        try:
            storage, key, length, digest, media_type = json.loads(line)
            kept = cls(storage, key, File(length, digest), media_type)
            if kept.line() != line:
                raise ValueError("not as it was written")
        except (ValueError, TypeError) as error:
            raise Damaged(f"it cannot be read: {error}") from None
        if not is_fit(storage) or not is_fit(key):
            raise Damaged("it names a file outside its folder")
        return kept


@dataclass(frozen=True)
class Manifest:
    """One backup. `at` is ISO 8601; `rows` are counted by table; `ledger` is its digest.

    `objects` and `total` count the files and their bytes. `lacks` are sentences: what the rows
    name and the storage did not have, or had damaged.
    """

    name: str
    at: str
    version: str
    migrations: tuple[str, ...]
    rows: Mapping[str, int]
    ledger: str
    database: File
    listing: File
    objects: int
    total: int
    lacks: tuple[str, ...] = field(default=())

    def encode(self) -> bytes:
        """The bytes of the manifest, its own digest among them."""
        facts = self._facts()
        return canonical.encode({**facts, "digest": canonical.digest(facts)})

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """Raises Damaged when a single bit is not as it was."""
        try:
            facts: dict[str, Any] = json.loads(data)
            digest = facts.pop("digest")
            if canonical.digest(facts) != digest or facts.pop("format") != FORMAT:
                raise ValueError("its digest or its format is another")
            for name in ("database", "listing"):
                facts[name] = File(**facts[name])
            for name in ("migrations", "lacks"):
                facts[name] = tuple(facts[name])
            manifest = cls(**facts)
            if manifest.encode() != data:
                raise ValueError("not as it was written")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Damaged(f"it cannot be read: {error}") from None
        return manifest

    def _facts(self) -> dict[str, canonical.Value]:
        return {
            "format": FORMAT,
            "name": self.name,
            "at": self.at,
            "version": self.version,
            "migrations": list(self.migrations),
            "rows": dict(self.rows),
            "ledger": self.ledger,
            "database": _file(self.database),
            "listing": _file(self.listing),
            "objects": self.objects,
            "total": self.total,
            "lacks": list(self.lacks),
        }


def _file(file: File) -> dict[str, canonical.Value]:
    return {"length": file.length, "sha256": file.sha256}


def is_fit(key: str) -> bool:
    """Whether `key` stays below the folder that it is looked up in."""
    path = PurePosixPath(key)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
