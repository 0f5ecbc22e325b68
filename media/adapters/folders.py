"""A storage's folder as a list of what is in it."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from media.rules.inventory import Stored

_HIDDEN = "."


def files(root: Path, prefix: str = "") -> Iterator[Stored]:
    """Every file below `root` by key, in the order of the keys' bytes; none that is hidden."""
    try:
        entries = list(os.scandir(root / prefix))
    except FileNotFoundError:
        return
    # A folder stands where the keys below it do, which all begin with its name and a slash.
    for entry in sorted(entries, key=lambda e: e.name + ("/" if e.is_dir() else "")):
        if entry.name.startswith(_HIDDEN):
            continue
        if entry.is_dir():
            yield from files(root, f"{prefix}{entry.name}/")
        else:
            known = entry.stat()
            written = datetime.fromtimestamp(known.st_mtime, UTC)
            yield Stored(f"{prefix}{entry.name}", known.st_size, written)
