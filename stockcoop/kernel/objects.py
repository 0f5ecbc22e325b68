"""A stored file that a row names: what `services/objects.py` of a package yields."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredObject:
    """Where a file lies; its SHA-256 (hex) and its media type where the row knows them, else ""."""

    storage: str
    key: str
    sha256: str = ""
    media_type: str = ""
