"""A stored file that a row names: what `services/objects.py` of a package yields."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredObject:
    """Where a file lies, and its SHA-256 (hex) where the row knows it, else ""."""

    storage: str
    key: str
    sha256: str = ""
